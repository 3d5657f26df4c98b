from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.doubts import Code, Doubt, doubts
from core.data.sentinels import sentinels
from core.schema import Kind, Role

Loaded = Callable[..., Dataset]


def table(loaded: Loaded, values: Sequence[object], name: str = "x") -> Dataset:
    """A column of these cells beside another one."""
    rows = "\n".join(f'"{value}";{i % 7}.5' for i, value in enumerate(values))
    return loaded(f"{name};other\n{rows}\n")


def asked(dataset: Dataset) -> list[tuple[str, str, int]]:
    return [(doubt.code, doubt.example, doubt.count) for doubt in doubts(dataset)]


def test_day_and_month_are_asked_where_both_make_sense(loaded: Loaded) -> None:
    dataset = table(loaded, ["3/4/2024", "5/6/2024", "7/7/2024", "3/4/2024"] * 5)
    assert dataset.schema["x"].kind is Kind.DATE
    assert dataset.schema["x"].role is Role.IGNORED
    (doubt,) = doubts(dataset)
    assert (doubt.code, doubt.columns, doubt.count) == (Code.DATE_ORDER, ("x",), 15)
    assert [reading.meant for reading in doubt.readings] == ["2024-03-04", "2024-04-03"]
    edits = doubt.readings[1].edits["x"]
    assert edits == {"pattern": "%d/%m/%Y", "role": "time"}
    assert doubts(dataset, {doubt.key}) == ()


@pytest.mark.parametrize(
    "values", [["3/4/2024", "5/16/2024"], ["2024-03-04", "2024-05-06"], ["3/3/2024", "4/4/2024"]]
)
def test_dates_that_tell_are_not_asked(values: list[str], loaded: Loaded) -> None:
    dataset = table(loaded, values * 5)
    assert dataset.schema["x"].role is Role.TIME
    assert doubts(dataset) == ()


def test_a_comma_before_three_digits_is_asked(loaded: Loaded) -> None:
    dataset = table(loaded, ["1,234", "5,678", "9,100", "2,345"] * 5)
    (doubt,) = doubts(dataset)
    assert doubt.code is Code.DECIMAL
    assert [float(r.meant) for r in doubt.readings] == [1234.0, 1.234]
    assert doubts(table(loaded, ["1,234", "5,678", "1,234,567"] * 5)) == ()
    assert doubts(table(loaded, ["1,234", "5,67", "9,1"] * 5)) == ()


NUMBERS = [
    ("days", [*range(20), *[999] * 4], ["999"]),
    ("days", [*range(20), *[999] * 2], []),
    ("days", [*range(0, 900, 20), *[999] * 4], []),
    ("days", [*range(20), *[-1] * 4], ["-1"]),
    ("gain", [*range(-20, 20), *[-1] * 4], []),
    ("age", [*range(18, 60), *[0] * 4], ["0"]),
    ("age", [*range(60), *[0] * 4], []),
    ("visits", [*range(18, 60), *[0] * 4], []),
    ("days", [*range(20), *[-1] * 4, *[9999] * 5], ["-1", "9999"]),
    ("step", [1, 2, 3] * 5 + [-1] * 4, []),
]


@pytest.mark.parametrize(("name", "values", "found"), NUMBERS)
def test_numbers_that_stand_for_a_missing_cell(
    name: str, values: list[int], found: list[str], loaded: Loaded
) -> None:
    dataset = table(loaded, values, name)
    assert [each.texts[0] for each in sentinels(dataset)] == found


def test_days_by_which_databases_begin(loaded: Loaded) -> None:
    days = [f"2024-0{i % 9 + 1}-1{i % 8}" for i in range(40)] + ["1900-01-01"] * 4
    (found,) = sentinels(table(loaded, days))
    assert (found.texts, found.count, found.low) == (("1900-01-01",), 4, "2024-01-10")


def test_days_that_never_come_are_missing_and_no_question(loaded: Loaded) -> None:
    days = [f"2024-0{i % 9 + 1}-1{i % 8}" for i in range(40)] + ["9999-12-31"] * 30
    dataset = table(loaded, days)
    column = dataset.schema["x"]
    assert (column.kind, column.role, column.missing) == (Kind.DATE, Role.TIME, ("9999-12-31",))
    assert doubts(dataset) == ()


def test_a_word_is_asked_once_for_all_its_columns(loaded: Loaded) -> None:
    rows = "".join(f"{'a?b'[i % 3]};{'cd?'[i % 3]};{i % 5}\n" for i in range(30))
    dataset = loaded("p;q;n\n" + rows)
    (doubt,) = doubts(dataset)
    assert (doubt.code, doubt.columns, doubt.count) == (Code.WORD, ("p", "q"), 20)
    assert doubt.readings[1].edits == {"p": {"missing": ("?",)}, "q": {"missing": ("?",)}}


def test_namibia_and_no_children_are_answers(loaded: Loaded) -> None:
    assert doubts(table(loaded, ["NA", "DE", "FR", "ES"] * 6, "country")) == ()
    assert doubts(table(loaded, ["None", "one", "several"] * 6, "children")) == ()
    assert asked(table(loaded, ["NA", "Spain", "France"] * 6, "country")) == [("word", "NA", 6)]


REAL: dict[str, set[tuple[str, tuple[str, ...], str, int]]] = {
    "adult-census/adult.csv": {
        ("sentinel", ("capital-gain",), "99999", 159),
        ("word", ("workclass", "occupation", "native-country"), "?", 4262),
    },
    "bank-marketing/bank.csv": {
        ("sentinel", ("pdays",), "-1", 3705),
        ("word", ("job", "education", "contact", "poutcome"), "unknown", 5254),
    },
    "wholesale-customers/Wholesale_customers_data.csv": set(),
    "ifood-marketing/variant_dollar_mdy_country.csv": set(),
    "online-shoppers/online_shoppers_intention.csv": set(),
    "telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv": set(),
}


@pytest.mark.parametrize("file", REAL)
def test_what_is_asked_of_real_tables(file: str, shared: Path, loaded: Loaded) -> None:
    def told(doubt: Doubt) -> tuple[str, tuple[str, ...], str, int]:
        return (str(doubt.code), doubt.columns, doubt.example, doubt.count)

    assert set(map(told, doubts(loaded(shared / file, file)))) == REAL[file]
