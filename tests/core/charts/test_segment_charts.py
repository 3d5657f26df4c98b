"""What the charts of a segment and of scenarios show and say, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.charts import class_shift, scenarios, shift
from core.charts.chart import Look
from core.charts.scenarios import Line
from core.explain.explanation import Scale
from core.models.family import Floats, Task
from core.text.phrases import phrases
from core.what_if.segment import Shifted
from core.what_if.totals import Figures, totals

LOOK = Look(phrases("en"))


def shifted(before: Floats, after: Floats, task: Task = Task.BINARY) -> Shifted:
    classes = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("A", "B"), Task.REGRESSION: ()}[task]
    rows = np.arange(len(before))
    touched = np.ones(len(before), bool)
    n = len(rows)
    return Shifted(task, "buys", classes, rows, before, after, touched, n, n, n)


def test_a_shift_counts_customers_and_says_the_averages() -> None:
    before = np.array([0.1, 0.2, 0.3, 0.4])
    after = np.array([0.3, 0.2004, 0.2, 0.6])
    points = shift.points(shifted(before, after))
    assert (points.rose, points.fell, points.same) == (2, 1, 1)
    assert points.before.sum() == points.after.sum() == 4
    drawing = shift.draw(points, LOOK)
    expected = "The chance of buys = yes rises from 25.0% to 32.5% on average (+7.5 points)"
    assert drawing.title == expected
    assert "Of 4 customers, 2 rise, 1 fall and 1 stay" in drawing.sentence
    bars, line = drawing.figure.data
    assert sum(bars.y) == pytest.approx(100)
    assert line.y[0] == line.y[-1] == 0
    assert len(line.x) == len(line.y)
    assert [s.x0 for s in drawing.figure.layout.shapes] == pytest.approx([25.0, 32.51])
    assert drawing.table.iloc[:, 2].sum() == drawing.table.iloc[:, 3].sum() == 4


def test_the_line_of_a_shift_stands_on_its_bins() -> None:
    before = np.array([0.0, 1.0])
    points = shift.points(shifted(before, np.array([0.0, 0.0])))
    line = shift.draw(points, LOOK).figure.data[1]
    at = {x: y for x, y in zip(line.x[1:], line.y[1:], strict=True)}  # noqa: C416
    assert at[0.0] == 100
    assert at[100.0] == 0


@pytest.mark.parametrize("value", [0.0, 0.5, 1e6])
def test_customers_all_alike_have_one_bin(value: float) -> None:
    same = np.full(3, value)
    drawing = shift.draw(shift.points(shifted(same, same, Task.REGRESSION)), LOOK)
    assert len(drawing.table) == 1
    assert "stays at" in drawing.title
    assert drawing.title.startswith("The predicted buys")


def test_nobody_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="nobody"):
        shift.points(shifted(np.zeros(0), np.zeros(0)))


def test_classes_are_ordered_by_their_change() -> None:
    before = np.array([[0.9, 0.1], [0.5, 0.5]])
    after = np.array([[0.4, 0.6], [0.5, 0.5]])
    points = class_shift.points("brand", totals(shifted(before, after, Task.MULTICLASS)))
    drawing = class_shift.draw(points, LOOK)
    assert [one.of for one in points.totals] == ["A", "B"]
    assert drawing.title == "brand: 0.5 fewer expected of “A”, the largest change"
    assert list(drawing.figure.data[0].x) == pytest.approx([-0.5, 0.5])
    assert drawing.table.iloc[0, 1:4].tolist() == pytest.approx([1.4, 0.9, -0.5])


def test_scenarios_are_compared_by_the_customer() -> None:
    lines = (
        Line(
            "many",
            "all",
            "visits + 1",
            "Forest",
            "2026",
            Figures(200, 50.0, 70.0, 15.0, 25.0, 90.0),
        ),
        Line("one", "row 3", "city set to “Oslo”", "Forest", "2026", Figures(1, 0.30, 0.25)),
    )
    drawing = scenarios.draw(scenarios.points(lines, Scale.CHANCE, "buys = yes"), LOOK)
    assert drawing.title == "“many” changes most: +10.0 points a customer"
    assert "“many” earns most: 90." in drawing.sentence
    _, before, after = drawing.figure.data
    assert list(before.x) == pytest.approx([25.0, 30.0])
    assert list(after.x) == pytest.approx([35.0, 25.0])
    table = drawing.table
    assert table["Average before"].tolist() == ["25.0%", "30.0%"]
    assert table["Difference"].tolist() == pytest.approx([20.0, -0.05])
    assert table["Money"].iloc[0] == 90.0
    assert np.isnan(table["Money"].iloc[1])


def test_a_small_change_looks_small() -> None:
    lines = (Line("a", "all", "visits + 1", "Forest", "2026", Figures(10, 3.0, 3.02)),)
    drawing = scenarios.draw(scenarios.points(lines, Scale.CHANCE, "buys = yes"), LOOK)
    low, high = drawing.figure.layout.xaxis.range
    assert high - low > 10
    assert low < 30.0
    assert high > 30.2
