"""What the charts of pairs, courses and gaps show and say, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from core.charts import course, pair, patterns, telling
from core.charts.chart import Look
from core.explore.few import without_few
from core.explore.groups import Group, Sort
from core.explore.pair import Box, Boxes, Grid
from core.explore.patterns import Patterns
from core.explore.relation import Measure, Part
from core.schema import Column, Kind
from core.text.phrases import phrases

LOOK = Look(phrases("en"))
SPEND, CITY = Column("spend", Kind.NUMBER), Column("city", Kind.CATEGORY)


def test_a_grid_names_its_direction_and_leaves_empty_cells_open() -> None:
    groups = (Group(Sort.RANGE, 0, 1), Group(Sort.RANGE, 1, 2))
    counts = np.array([[100, 0], [1, 10]])
    shown = Grid(SPEND, Column("visits", Kind.NUMBER), groups, groups, counts, 0.42, 111, 4)
    drawing = pair.draw(shown, LOOK)
    assert drawing.title == "visits rises clearly with spend"
    assert "4 lack a value" in drawing.sentence
    cells = np.array(drawing.figure.data[0].z, float)
    assert cells.tolist()[0] == [2.0, 0.0]
    assert np.isnan(cells[1, 0])
    assert drawing.table["Rows"].tolist() == [100, 10, 1]
    falls = pair.draw(replace(shown, rank=-0.2), LOOK)
    assert falls.title == "visits falls slightly as spend rises"
    none = pair.draw(replace(shown, rank=float("nan")), LOOK)
    assert none.title == "visits hardly moves with spend"
    assert "nan" not in none.sentence


def test_a_column_beside_itself_has_two_columns_of_names() -> None:
    groups = (Group(Sort.RANGE, 0, 1),)
    shown = Grid(SPEND, SPEND, groups, groups, np.array([[5]]), 1.0, 5, 0)
    assert pair.draw(shown, LOOK).table.shape == (1, 3)


def test_boxes_name_the_lowest_and_the_highest_middle() -> None:
    boxes = (
        Box(Group(Sort.LEVEL, level="Wien"), 50, (1, 2, 3, 4, 5)),
        Box(Group(Sort.LEVEL, level="Graz"), 40, (2, 4, 8, 9, 10)),
        Box(Group(Sort.MISSING), 3, (0, 0, 99, 99, 99)),
    )
    drawing = pair.draw(Boxes(SPEND, CITY, boxes, 0.5, 93), LOOK)
    assert drawing.title == "spend: the middle is 8 where city is “Graz”, 3 where it is “Wien”"
    assert [list(box.median) for box in drawing.figure.data] == [[3], [8], [99]]
    assert drawing.table["Middle"].tolist() == [3, 8, 99]
    flat = pair.draw(Boxes(SPEND, CITY, boxes, 0.01, 93), LOOK)
    assert flat.title == "spend hardly differs with city"
    hidden = pair.draw(without_few(Boxes(SPEND, CITY, boxes, 0.5, 93)), LOOK)
    assert "Figures of 2 groups of fewer than 10 customers are not shown" in hidden.sentence
    assert hidden.table["Rows"].isna().tolist() == [False, True, True]


def line(figure: go.Figure) -> go.Scatter:
    """The first line that is no band."""
    return next(t for t in figure.data if t.type == "scatter" and t.mode == "lines+markers")


def test_a_course_names_its_lowest_and_highest_period() -> None:
    shown = course.example()
    drawing = course.draw(shown, LOOK)
    known = [part for part in shown.periods if part.rows >= 30]
    low, high = known[0], known[-1]
    assert f"{100 * low.value:.1f}% ({low.group.level})" in drawing.title
    assert f"{100 * high.value:.1f}% ({high.group.level})" in drawing.title
    assert drawing.table["Rows"].tolist() == [part.rows for part in shown.periods]
    assert list(line(drawing.figure).y) == pytest.approx(
        [100 * p.value for p in shown.periods], nan_ok=True
    )
    assert shown.relation.chance is not None
    flat = replace(shown.relation, chance=replace(shown.relation.chance, p=0.4))
    assert course.draw(replace(shown, relation=flat), LOOK).title == (
        "Revenue hardly changes along joined <b>%{x}"
    )


def test_a_course_of_classes_has_a_line_each() -> None:
    shown = course.example()
    classes = (Group(Sort.LEVEL, level="a"), Group(Sort.LEVEL, level="b"))
    parts = tuple(
        Part(part.group, part.rows, *((side[0], 1 - side[0]) for side in
                                      (part.values, part.lows, part.highs)))
        for part in shown.periods
    )  # fmt: skip
    found = replace(
        shown.relation, measure=Measure.SHARES, outcome="", classes=classes, parts=parts,
        overall=(0.2, 0.8),
    )  # fmt: skip
    drawing = course.draw(replace(shown, relation=found), LOOK)
    assert [
        t.name for t in drawing.figure.data if t.type == "scatter" and t.mode == "lines+markers"
    ] == ["a", "b"]
    assert drawing.title.startswith("Revenue is “")
    assert drawing.table.shape == (12, 2 + 2 * 3)


def test_patterns_say_which_columns_are_missing_together() -> None:
    drawing = patterns.draw(patterns.example(), LOOK)
    assert drawing.title == "나이 <i>%{x} and city are missing in the same rows (0.84)"
    cells = np.array(drawing.figure.data[0].z)
    assert cells.tolist() == [[0, 0], [1, 1], [1, 0]]
    assert drawing.table["Missing together"].tolist()[0] == "–"
    whole = patterns.draw(Patterns(10, (), 0, (), 0, None), LOOK)
    assert whole.title == "No column has gaps"


def test_what_is_missing_is_told_where_it_is_sure() -> None:
    shown = telling.example()
    drawing = telling.draw(shown, LOOK)
    assert drawing.title == (
        "Revenue is “TRUE” in 25.0% where 나이 <i>%{x} is missing, 10.0% where it is filled in"
    )
    assert drawing.table.iloc[0].tolist() == [
        "나이 <i>%{x}", 800, 10.0, 8.0, 12.0, 200, 25.0, 20.0, 31.0, "more than chance"
    ]  # fmt: skip
    unsure = telling.draw((replace(shown[0], sure=False),), LOOK)
    assert unsure.title == "What is missing tells nothing about Revenue that chance would not"
