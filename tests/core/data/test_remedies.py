from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.finding import Act, Remedy
from core.data.remedies import change, remedied, rewritten, rows_kept
from core.data.table import frame
from core.errors import NothingLeft
from core.schema import Kind, Role

Loaded = Callable[..., Dataset]
PEOPLE = """who,month,spend,seen,y
p1,June,10,2024-01-05,a
p2,Jun,20,2024-02-05,b
p3,june,,2024-03-05,a
p4,May,9999,2024-04-05,b
p5,May,30,2024-05-05,a
p5,May,30,2024-05-05,a
p6,July,40,2024-06-05,b
p7,May,30,2024-05-05,b
"""


def text(dataset: Dataset) -> pd.DataFrame:
    return pd.read_parquet(dataset.source)


@pytest.fixture
def people(loaded: Loaded) -> Dataset:
    return loaded(PEOPLE)


def mended(dataset: Dataset, remedy: Remedy, tmp_path: Path) -> Dataset:
    before = dataset.source.read_bytes()
    made = rewritten(dataset, remedy, tmp_path / "made")
    assert dataset.source.read_bytes() == before
    return made


def test_levels_are_written_alike(people: Dataset, tmp_path: Path) -> None:
    remedy = Remedy(Act.MERGE, ("month",), values=(("Jun", "June"), ("june", "June")))
    does = change(people, remedy)
    assert (does.rows, does.cells) == ((8, 8), 2)
    assert set(does.examples) == {("Jun", "June"), ("june", "June")}
    made = mended(people, remedy, tmp_path)
    assert text(made)["month"].tolist() == ["June"] * 3 + ["May"] * 3 + ["July", "May"]
    assert set(made.schema["month"].levels) == {"May", "June", "July"}
    assert made.id != people.id


def test_empty_cells_get_a_word(people: Dataset, tmp_path: Path) -> None:
    made = mended(people, Remedy(Act.FILL, ("spend",), "25"), tmp_path)
    assert frame(made)["spend"].tolist() == [10, 20, 25, 9999, 30, 30, 40, 30]
    assert change(people, Remedy(Act.FILL, ("spend",), "25")).examples == (("", "25"),)


def test_numbers_and_dates_outside_limits_are_emptied(people: Dataset, tmp_path: Path) -> None:
    remedy = Remedy(Act.LIMIT, ("spend",), low=15.0, high=40.0)
    assert change(people, remedy).cells == 2
    spend = frame(mended(people, remedy, tmp_path))["spend"]
    assert spend.isna().tolist() == [True, False, True, True, False, False, False, False]
    until = pd.Timestamp("2024-05-01").timestamp()
    assert change(people, Remedy(Act.LIMIT, ("seen",), high=until)).cells == 4


def test_rare_levels_become_one(people: Dataset, tmp_path: Path) -> None:
    made = mended(people, Remedy(Act.OTHERS, ("month",), "(other)", most=1), tmp_path)
    assert text(made)["month"].value_counts().to_dict() == {"May": 4, "(other)": 4}
    assert set(made.schema["month"].levels) == {"May", "(other)"}


def test_repeats_go_and_the_first_stays(people: Dataset, tmp_path: Path) -> None:
    remedy = Remedy(Act.REPEATS, people.schema.names)
    assert change(people, remedy).rows == (8, 7)
    assert rows_kept(people, remedy) == (0, 1, 2, 3, 4, 6, 7)
    made = mended(people, remedy, tmp_path)
    expected = pd.read_csv(io.StringIO(PEOPLE), dtype=str).drop_duplicates()
    assert text(made)["who"].tolist() == expected["who"].tolist()
    assert made.rows == 7


def test_rows_that_contradict_go(people: Dataset) -> None:
    remedy = Remedy(Act.CONFLICTS, ("month", "spend", "seen"), "y")
    assert rows_kept(people, remedy) == (0, 1, 2, 3, 6)


def test_what_cannot_be_read_is_emptied(loaded: Loaded, tmp_path: Path) -> None:
    rows = "\n".join(["n,m"] + ["oops,x" if i == 7 else f"{i}.5,y" for i in range(300)])
    dataset = loaded(f"{rows}\n")
    assert dataset.schema["n"].kind is Kind.NUMBER
    remedy = Remedy(Act.UNREAD, ("n",))
    assert change(dataset, remedy).examples == (("oops", ""),)
    assert text(mended(dataset, remedy, tmp_path))["n"].isna().sum() == 1


def test_what_columns_mean_is_changed_and_the_file_is_not(people: Dataset) -> None:
    out = remedied(people, Remedy(Act.ROLE, ("month",), "ignored"))
    assert out["month"].role is Role.IGNORED
    assert change(people, Remedy(Act.ROLE, ("month",), "ignored")).examples == (
        ("feature", "ignored"),
    )
    assert remedied(people, Remedy(Act.SPLIT, ("who",)))["who"].role is Role.GROUP
    gone = remedied(people, Remedy(Act.EMPTY, ("spend",), values=(("9999", ""),)))
    assert gone["spend"].missing == ("9999",)
    again = remedied(people, Remedy(Act.KIND, ("spend",), "category"))
    assert again["spend"].kind is Kind.CATEGORY


def test_no_table_without_rows_is_made(loaded: Loaded, tmp_path: Path) -> None:
    dataset = loaded("a,b,c\n1.5,2,x\n1.5,2,y\n")
    with pytest.raises(NothingLeft):
        rewritten(dataset, Remedy(Act.CONFLICTS, ("a", "b"), "c"), tmp_path / "made")


def test_the_same_remedy_gives_the_same_table(people: Dataset, tmp_path: Path) -> None:
    remedy = Remedy(Act.REPEATS, people.schema.names)
    one = rewritten(people, remedy, tmp_path / "one")
    assert one.id == rewritten(people, remedy, tmp_path / "two").id
