"""Two groups side by side, ties and stand-ins, as they are drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.charts import cohorts, importance
from core.charts.chart import Look
from core.explain.cohorts import By, Cohort, compared
from core.explain.explanation import Scale
from core.explain.standins import StandIn
from core.explore.correlations import Measured
from core.explore.filters import Filter
from core.text.phrases import phrases
from tests.core.explain.conftest import made

SAY = phrases("en")
LOOK = Look(SAY)
NAMES = ("member yes", "everyone else")


def groups(scale: Scale = Scale.CHANCE) -> cohorts.CohortPoints:
    effects = [[0.30, 0.02], [0.28, 0.04], [0.02, 0.03], [0.00, 0.05]]
    found = made({"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]}, effects, scale=scale)
    first = np.array([True, True, False, False])
    return cohorts.points(compared(found, first, ~first), NAMES, "buys")


def test_cohorts_say_the_difference_and_what_makes_it() -> None:
    drawing = cohorts.draw(groups(), LOOK)
    assert drawing.title == (
        "member yes: the chance of buys = TRUE is 52.0% on average, 27.0 points more than "
        "everyone else"
    )
    assert drawing.sentence.startswith("Most of the difference comes from a (+28.0 points). ")
    assert "2 customers on one side (52.0%), 2 customers on the other (25.0%)" in drawing.sentence
    assert "add up to +27.0 points" in drawing.sentence


def test_cohorts_are_drawn_side_by_side_in_points() -> None:
    drawing = cohorts.draw(groups(), LOOK)
    one, other = drawing.figure.data
    assert list(one.x) == pytest.approx([29, 3])
    assert list(other.x) == pytest.approx([1, 4])
    assert [trace.name for trace in (one, other)] == list(NAMES)
    assert drawing.table["Difference"].tolist() == pytest.approx([28, -1])
    assert drawing.table["Column"].tolist() == ["a", "b"]


def test_cohorts_in_the_targets_own_unit_and_alike() -> None:
    drawing = cohorts.draw(groups(Scale.VALUE), LOOK)
    assert "0.270 more than" in drawing.title
    shown = groups()
    same = replace(shown, found=replace(shown.found, difference=shown.found.columns[1].first))
    same = replace(same, found=replace(same.found, difference=replace(same.found.difference,
                                                                       value=1e-9)))  # fmt: skip
    assert cohorts.draw(same, LOOK).title.startswith("member yes and everyone else:")


def test_many_columns_are_summed_up_below() -> None:
    effects = [[0.01 * i for i in range(15)], [0.0] * 15]
    found = made({f"c{i}": [0, 0] for i in range(15)}, effects)
    first = np.array([True, False])
    drawing = cohorts.draw(cohorts.points(compared(found, first, ~first), NAMES), LOOK)
    assert len(drawing.figure.data[0].x) == cohorts.COLUMNS_AT_MOST
    assert "3 more columns together make up +3.0 points" in drawing.sentence
    assert len(drawing.table) == 15


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (Filter("visits", 3.0, None), "visits 3 or more"),
        (Filter("visits", None, 3.25), "visits 3.25 or less"),
        (Filter("visits", 0.0, 3.25), "visits from 0 to 3.25"),
        (Filter("visits", None, 0.0), "visits 0 or less"),
        (Filter("visits", "2024-01-05", None), "visits 2024-01-05 or more"),
        (Filter("visits", levels=("a", "b")), "visits a / b"),
        (Filter("visits"), "visits known"),
    ],
)
def test_a_group_has_a_name(wanted: Filter, named: str) -> None:
    assert cohorts.named(Cohort(By.COLUMN, wanted), "visits", Scale.CHANCE, SAY) == named


def test_a_chance_is_said_as_a_share() -> None:
    group = Cohort(By.PREDICTION, Filter("p", 0.25, None))
    assert cohorts.named(group, "Chance", Scale.CHANCE, SAY) == "Chance 25.0% or more"
    assert cohorts.named(group, "Income", Scale.VALUE, SAY) == "Income 0.25 or more"


# --- importance: ties and stand-ins -----------------------------------------------------


def alike() -> importance.ImportancePoints:
    chance = np.random.default_rng(0)
    effects = chance.normal([1.0, 0.4, 0.4], 0.05, (50, 3)) + 0.02 * chance.normal(size=(50, 1))
    found = made({name: [0] * 50 for name in "abc"}, effects / 10)
    along = (
        StandIn("b", "a", 0.934, Measured.SPEARMAN),
        StandIn("b", "c", 0.8, Measured.SPEARMAN),
        StandIn("a", "b", 0.934, Measured.SPEARMAN),
    )
    return importance.points(found, along=along)


def test_a_tie_is_bracketed_and_said() -> None:
    shown = alike()
    assert shown.tied == ((1, 2),)
    drawing = importance.draw(shown, LOOK)
    assert "A bracket on the right joins columns" in drawing.sentence
    line, *arms = drawing.figure.layout.shapes
    assert (line.y0, line.y1) == pytest.approx((0.7, 2.3))
    bars = drawing.figure.data[0]
    assert line.x0 == line.x1 > max(np.array(bars.x) + np.array(bars.error_x.array)) * 0.4
    assert line.x0 < bars.x[0]  # beside its own bars, not beyond the longest
    assert len(arms) == 2
    swaps = drawing.table["Order could swap with"].tolist()
    assert swaps[0] == ""
    assert sorted(swaps[1:]) == ["b", "c"]


def test_no_tie_no_bracket() -> None:
    clear = made({"a": [1, 2, 3], "b": [1, 2, 3]}, [[0.4, 0.1], [0.41, 0.1], [0.39, 0.1]])
    drawing = importance.draw(importance.points(clear), LOOK)
    assert drawing.figure.layout.shapes == ()
    assert "bracket" not in drawing.sentence


def test_brackets_that_overlap_lie_side_by_side() -> None:
    shown = replace(alike(), tied=((0, 1), (1, 2)))
    lines = importance.draw(shown, LOOK).figure.layout.shapes[::3]
    assert lines[0].x0 != lines[1].x0
    shown = replace(alike(), tied=((1, 2), (2, 2)))
    lines = importance.draw(shown, LOOK).figure.layout.shapes[::3]
    assert lines[0].x0 < lines[1].x0


def test_stand_ins_stand_under_their_bar_and_are_said_once() -> None:
    drawing = importance.draw(alike(), LOOK)
    labels = dict(zip(drawing.table["Column"], drawing.figure.layout.yaxis.ticktext, strict=True))
    assert labels["a"].endswith(">goes along with b (0.93)</span>")
    assert labels["b"].endswith(">goes along with a (0.93) and 1 more</span>")
    assert labels["c"] == "c"
    assert drawing.sentence.count("goes along with a (0.93): the two share their credit.") == 1
    assert "a goes along with b" not in drawing.sentence
    said = dict(zip(drawing.table["Column"], drawing.table["Goes along with"], strict=True))
    assert said["b"] == "a (0.93), c (0.80)"
