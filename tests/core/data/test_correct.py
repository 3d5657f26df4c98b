from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core.data.correct import Edit, corrected, difference
from core.data.dataset import Dataset
from core.data.lines import column_lines, formats, level_lines, line_edits, moved, read_as
from core.data.table import frame
from core.errors import BadValue, UnknownColumn
from core.schema import Column, Kind

Loaded = Callable[..., Dataset]
BANDS = ("<18", "18-24", "25+")
ROWS = "".join(
    f"{('25+', '<18', '18-24', '25+')[i % 4]},{(7, 999, 3, 8)[i % 4]},{('yes', 'Y', '0')[i % 3]},"
    f'{i % 3}.0,"{i % 9 + 1},{100 + i}"\n'
    for i in range(24)
)


@pytest.fixture
def people(loaded: Loaded) -> Dataset:
    return loaded("age,days,opened,region,spent\n" + ROWS)


def column(dataset: Dataset, name: str, edit: Edit) -> Column:
    return corrected(dataset, {name: edit})[name]


def cells(dataset: Dataset, name: str, edit: Edit) -> list[object]:
    known = replace(dataset, schema=corrected(dataset, {name: edit}))
    return frame(known, [name])[name].tolist()


def test_it_is_understood_at_first(people: Dataset) -> None:
    schema = people.schema
    assert schema["age"] == Column("age", Kind.CATEGORY, levels=BANDS, ordered=True)
    opened = Column("opened", Kind.BOOLEAN, levels=("Y", "0"), pattern="spellings")
    assert schema["opened"] == opened
    assert set(frame(people, ["opened"])["opened"]) == {"Y", "0"}
    region = schema["region"]
    assert (region.kind, set(region.levels), region.pattern) == (
        Kind.CATEGORY,
        {"0", "1", "2"},
        "whole",
    )
    assert set(frame(people, ["region"])["region"]) == {"0", "1", "2"}


def test_numbers_that_count_as_missing(people: Dataset) -> None:
    found = cells(people, "days", {"missing": (" 999.0 ", "")})
    assert np.isnan(np.array(found, float)).tolist() == [False, True, False, False] * 6
    assert set(found[0::4] + found[2::4] + found[3::4]) == {7.0, 3.0, 8.0}


def test_levels_that_count_as_missing_leave_the_order(people: Dataset) -> None:
    assert column(people, "age", {"missing": ("<18",)}).levels == ("18-24", "25+")
    found = cells(people, "age", {"missing": ("<18",)})
    assert found[:4] == ["25+", None, "18-24", "25+"]
    mine = replace(people, schema=corrected(people, {"age": {"levels": ("25+", "18-24", "<18")}}))
    assert column(mine, "age", {"missing": ("<18",)}).levels == ("25+", "18-24")


def test_orders_are_given_and_taken(people: Dataset) -> None:
    given = column(people, "age", {"levels": ("25+", "who", "<18")})
    assert (given.levels, given.ordered) == (("25+", "<18", "18-24"), True)
    taken = column(people, "age", {"ordered": False})
    assert (taken.levels, taken.ordered) == (("25+", "<18", "18-24"), False)
    assert column(people, "region", {"ordered": True}).levels == ("0", "1", "2")


def test_formats(people: Dataset) -> None:
    assert people.schema["spent"].pattern == "thousands"
    assert cells(people, "spent", {"pattern": "comma"})[:2] == [1.1, 2.101]
    assert formats(people, people.schema["spent"])[:2] == ("thousands", "")
    spent = people.schema["spent"]
    assert read_as(people, spent, "comma")[0] == ("9,117", "9.117")
    assert read_as(people, spent, "percent")[0] == ("9,117", "9117")
    assert read_as(people, people.schema["days"], "")[0] == ("999", "999")


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("days", Edit(kind="amount")),
        ("days", Edit(role="boss")),
        ("days", Edit(pattern="%d")),
        ("age", Edit(pattern="comma")),
        ("days", Edit(kind="date", pattern="%Q'")),
    ],
)
def test_words_that_mean_nothing(name: str, edit: Edit, people: Dataset) -> None:
    with pytest.raises(BadValue):
        corrected(people, {name: edit})


def test_a_column_that_is_not_there(people: Dataset) -> None:
    with pytest.raises(UnknownColumn):
        corrected(people, {"height": {"role": "ignored"}})


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("days", Edit(kind="category", role="ignored")),
        ("days", Edit(missing=("999",))),
        ("age", Edit(levels=("25+", "<18", "18-24"), ordered=True)),
        ("age", Edit(ordered=False)),
        ("spent", Edit(pattern="comma")),
    ],
)
def test_the_difference_does_the_same_again(name: str, edit: Edit, people: Dataset) -> None:
    after = column(people, name, edit)
    assert column(people, name, difference(people.schema[name], after)) == after
    assert difference(after, after) == {}


def test_lines_and_what_edits_of_them_mean(people: Dataset) -> None:
    lines = column_lines(people)
    assert lines["column"].tolist() == list(people.schema.names)
    assert lines["ordered"].tolist() == [True, None, None, False, None]
    edits = line_edits(people, {0: {"ordered": False, "kind": None}, 1: {"missing": ["999"]}})
    assert edits == {"age": {"ordered": False}, "days": {"missing": ("999",)}}
    assert line_edits(people, {1: {"ordered": True}}) == {"days": {}}
    assert level_lines(people, people.schema["age"])["cells"].tolist() == [6, 6, 12]


def test_levels_are_moved() -> None:
    assert moved("abcd", {3: 1}) == ("d", "a", "b", "c")
    assert moved("abcd", {0: 4}) == ("b", "c", "d", "a")
    assert moved("abcd", {0: 2, 2: 1}) == ("c", "a", "b", "d")
