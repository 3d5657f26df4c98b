"""What the heat map draws and says equals its points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.charts.chart import Look
from core.charts.effects import example_explanation
from core.charts.heat import draw, example, points
from core.explain.explanation import Explanation, Scale
from core.text.phrases import phrases

LOOK = Look(phrases())


def two_kinds(rows: int = 40) -> Explanation:
    """Half of the customers are pushed up by "a", the others down by "b"."""
    chance = np.random.default_rng(0)
    half = np.arange(rows) % 2 == 0
    effects = np.where(half[:, None], [0.3, 0.0], [0.0, -0.1]) + chance.normal(0, 0.001, (rows, 2))
    return replace(
        example_explanation(rows),
        columns=("b", "a"),
        effects=effects[:, ::-1],
        errors=np.zeros((rows, 2)),
        base=0.2,
        prediction=0.2 + effects.sum(axis=1),
        inputs=pd.DataFrame({"b": np.arange(rows), "a": ["x"] * rows}),
    )


def test_rows_are_columns_the_strongest_first_and_stripes_are_customers() -> None:
    explanation = two_kinds()
    shown = points(explanation)
    cells, line = draw(shown, LOOK).figure.data
    order = shown.found.explained.rows
    assert np.asarray(cells.z) == pytest.approx(100 * explanation.effects[order][:, [1, 0]].T)
    assert list(line.y) == pytest.approx((100 * explanation.prediction[order]).tolist())
    assert list(draw(shown, LOOK).figure.layout.yaxis.ticktext) == ["a", "b"]
    assert cells.text[1][0].startswith(f"Customer {order[0] + 1}, b = {order[0]}: ")
    assert cells.zmin == -cells.zmax


def test_title_sentence_and_table_name_the_groups() -> None:
    explanation = two_kinds()
    drawing = draw(points(explanation, target="buys"), LOOK)
    up = explanation.effects[:, 1] > 0.2
    mean = 100 * explanation.prediction[up].mean()
    push = 100 * explanation.effects[up, 1].mean()
    number = int(drawing.table.iloc[:, 2].argmax()) + 1
    assert drawing.title == (
        "Customers fall into 2 groups by their reasons; the chance of buys = TRUE is highest in"
        f" group {number} ({mean:.1f}% on average, 20 customers): a {push:+.1f} points"
    )
    assert f"Group {number} (20 customers, {mean:.1f}% on average): a {push:+.1f} points." in (
        drawing.sentence
    )
    assert "40 customers" in drawing.sentence
    assert drawing.table.iloc[:, 1].tolist() == [20, 20]
    assert sorted(drawing.table.iloc[:, 3]) == pytest.approx([0, 30], abs=0.05)
    assert "Average effect of a (points)" in drawing.table


def test_borders_lie_between_groups() -> None:
    shown = points(two_kinds())
    layout = draw(shown, LOOK).figure.layout
    assert [shape.x0 for shape in layout.shapes] == [19.5]
    assert [note.text for note in layout.annotations] == ["<b>1</b>", "<b>2</b>"]


def test_customers_and_columns_are_limited_and_said() -> None:
    drawing = draw(example(), LOOK)
    assert np.shape(drawing.figure.data[0].z) == (5, 300)
    assert "300 of 400 are drawn" in drawing.sentence
    assert np.shape(draw(points(two_kinds(1500), 8), LOOK).figure.data[0].z) == (2, 300)


def test_alike_customers_and_none_at_all() -> None:
    alike = replace(two_kinds(), effects=np.full((40, 2), 0.1), prediction=np.full(40, 0.4))
    drawing = draw(points(alike), LOOK)
    assert "do not fall into groups" in drawing.title
    assert len(drawing.table) == 1
    empty = draw(points(two_kinds().only([])), LOOK)
    assert "do not fall into groups" in empty.title
    value = replace(two_kinds(), scale=Scale.VALUE, of="spend")
    assert "the predicted spend is highest" in draw(points(value), LOOK).title
