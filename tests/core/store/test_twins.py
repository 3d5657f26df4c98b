"""People who are twice are found though their names are masked, and nothing of them is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.dataset import Twins
from core.data.finding import Finding
from core.progress import silent
from core.schema import Mask
from core.store import deletion, guard, history, projects, tables, vault
from core.tasks.tables import bring, checked
from tests.core.store.made import copied

TWICE = [
    "C1,Anna Müller,anna.mueller@mail.org,+49 30 1234567,3",
    "C2,Bert Smith,bert@shop.com,030 7654321,9",
    "C3,muller  anna,annamueller@mail.org,,4",  # accents, case, order; the same mail
    "C4,Bert Smyth,b.e.r.t+news@shop.com,,1",  # nearly the same name, the same mail
    "C5,Carl Weber,carl@x.org,0049 30 7654321,7",  # Bert's telephone, but Carl
]
SMALL = ("anna", "smyth", "7654321", "shop.com")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("twins")
    rest = [
        f"D{i},Person {chr(97 + i % 26) * 3}{chr(97 + i // 26) * 4},p{i}@z.org,,{i % 7}"
        for i in range(80)
    ]
    lines = ["customer id,full name,e-mail,phone,orders", *TWICE, *rest]
    (place / "people.csv").write_text("\n".join(lines), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", "a key of the tests")
        known = bring(place / "home", silent, str(place / "people.csv"), "people.csv")
    return projects.folder(place / "home", known["project"])


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    return copied(made, tmp_path / "home")


def table(project: Path) -> str:
    return projects.load(project.parent.parent, project.name).table


def near(project: Path, table: str) -> Finding | None:
    found = checked(project, tables.load(project, table), "")
    return next((each for each in found if each.code == "near_people"), None)


def test_masked_people_are_compared_before_they_are_masked(project: Path) -> None:
    dataset = tables.load(project, table(project))
    assert "full name" not in dataset.schema
    assert dataset.twins is not None
    assert dataset.twins.pairs == ((0, 2), (1, 3))
    found = near(project, dataset.id)
    assert found is not None
    assert (found.count, found.example) == (2, "")
    kept = (dataset.folder / guard.TWINS).read_text().lower()
    assert not any(text in kept for text in SMALL)


def test_the_later_of_each_are_taken_out(project: Path) -> None:
    found = near(project, table(project))
    assert found is not None
    made = history.apply(project, table(project), found.remedies[0], found.code, "2026")
    assert made.rows == 83
    assert tables.load(project, made.id).twins == Twins(
        made.twins.columns if made.twins else (), ()
    )
    assert near(project, made.id) is None


def test_other_masks_keep_what_was_seen(project: Path) -> None:
    dataset = tables.load(project, table(project))
    masked = guard.remasked(project, dataset, {"e-mail": Mask.DOMAIN})
    assert masked.twins == dataset.twins == tables.load(project, dataset.id).twins
    shown = {each.column: Mask.NONE for each in guard.hidden(masked)}
    bare = guard.remasked(project, masked, shown)
    assert bare.twins is None
    assert tables.load(project, dataset.id).twins is None
    found = near(project, dataset.id)  # the cells themselves tell it again
    assert found is not None
    assert found.count == 2


def test_a_deleted_person_is_no_twin(project: Path) -> None:
    deletion.forget(project, "C1")
    dataset = tables.load(project, table(project))
    assert dataset.twins is not None
    assert dataset.twins.pairs == ((0, 2),)  # Bert, one place further up
    assert vault.holds(project, dataset.id)


def test_rows_that_stay_are_numbered_anew() -> None:
    twins = Twins(("name",), ((0, 4), (1, 5), (2, 9)))
    assert twins.among((1, 2, 5, 9)).pairs == ((0, 2), (1, 3))
    assert twins.among(()).pairs == ()
