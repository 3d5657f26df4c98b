"""The figures of a customer's interactions, in cells, words and table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import interactions
from core.charts.chart import Drawing, Look
from core.explain.explanation import Scale
from core.explain.joint import Joint
from core.text.phrases import phrases

LOOK = Look(phrases())


def joint(pair: float, alone: tuple[float, ...] = (0.2, -0.031, 0.0), **change: object) -> Joint:
    """Three columns of which the first two act together."""
    pairs = np.zeros((3, 3))
    pairs[0, 1] = pairs[1, 0] = pair
    made = Joint(
        columns=("PageValues", "Month", "Weekend"),
        inputs=(41.2, "Nov", False),
        of="TRUE",
        scale=Scale.CHANCE,
        base=0.155,
        prediction=0.155 + sum(alone) + pair,
        alone=np.array(alone),
        alone_errors=np.zeros(3),
        pairs=pairs,
        pairs_errors=np.zeros((3, 3)),
        effects=np.array(alone) + pairs.sum(axis=1) / 2,
        rest=0.0,
        left_out=0,
    )
    return replace(made, **change)  # type: ignore[arg-type]


def drawing(found: Joint, target: str = "Revenue") -> Drawing:
    return interactions.draw(interactions.points(found, target), LOOK)


def test_a_pair_that_adds_is_told_in_points() -> None:
    found = drawing(joint(0.031))
    assert found.title == (
        "Together, PageValues and Month add 3.1 points beyond what each adds alone"
    )
    assert found.sentence.startswith(
        "Alone, PageValues = 41.20 adds 20.0 points and Month = Nov takes away 3.1 points; "
        "together they add 3.1 points to that."
    )
    assert "All cells together lead from 15.5%, the average, to 35.5%" in found.sentence
    assert "the chance of Revenue = TRUE for this customer." in found.sentence
    assert "estimates" not in found.sentence


def test_a_pair_that_takes_away() -> None:
    found = drawing(joint(-0.052))
    assert found.title == (
        "Together, PageValues and Month take away 5.2 points from what each adds alone"
    )
    assert "together they take away 5.2 points from that." in found.sentence


def test_values_are_in_the_targets_unit() -> None:
    found = drawing(
        joint(
            31.0, (200.0, -31.0, 0.0), scale=Scale.VALUE, base=155.0, prediction=355.0, of="Income"
        )
    )
    assert found.title == "Together, PageValues and Month add 31 beyond what each adds alone"
    assert "from 155, the average, to 355, the predicted Income" in found.sentence


@pytest.mark.parametrize(
    "found",
    [
        joint(0.0),
        joint(0.0003),  # written as 0.0
        joint(0.02, pairs_errors=np.full((3, 3), 0.011)),
    ],
)
def test_no_pair_is_named_that_is_not_clear(found: Joint) -> None:
    shown = drawing(found)
    assert shown.title == "No two columns clearly act together for this customer"
    assert shown.sentence.startswith("On the diagonal")


def test_errors_are_told() -> None:
    errors = np.full((3, 3), 0.005) * ~np.eye(3, dtype=bool)
    shown = drawing(joint(0.031, pairs_errors=errors, alone_errors=np.full(3, 0.002)))
    assert "their 95% intervals reach at most 1.0 points either way" in shown.sentence
    assert shown.table["Within, 95% (points)"].max() == pytest.approx(0.98, abs=1e-3)
    hover = shown.figure.data[0].text[1][0]
    assert (
        hover
        == "PageValues = 41.20 together with Month = Nov: +3.1 points (within 1.0 points, 95%)"
    )


def test_rounding_is_no_error() -> None:
    errors = np.full((3, 3), 1e-9)
    shown = drawing(joint(0.031, pairs_errors=errors))
    assert "estimates" not in shown.sentence
    assert "Within, 95% (points)" not in shown.table
    assert "within" not in shown.figure.data[0].text[1][0]


def test_the_rest_is_told_with_how_many_columns_it_is_of() -> None:
    found = joint(0.031, rest=-0.012, left_out=9, prediction=0.155 + 0.2 - 0.031 + 0.031 - 0.012)
    sentence = drawing(found).sentence
    assert "All cells and 9 other columns (-1.2 points, alone and together with these)" in sentence
    assert "to 34.3%" in sentence


def test_each_pair_stands_in_one_cell() -> None:
    figure = drawing(joint(0.031)).figure
    cells = np.array(figure.data[0].z, float)
    np.testing.assert_array_equal(np.isnan(cells), np.triu(np.ones((3, 3), bool), 1))
    assert cells[1, 0] == pytest.approx(3.1)
    written = {(note.y, note.x): note.text for note in figure.layout.annotations}
    assert written[1, 0] == "+3.1"
    assert written[0, 0] == "<b>+20.0</b>"
    assert len(written) == 6


def test_the_table_has_a_line_a_cell_the_strongest_first() -> None:
    table = drawing(joint(0.041)).table
    assert table["Column"].tolist()[:3] == ["PageValues", "PageValues", "Month"]
    assert table["Together with"].tolist()[:3] == ["– (alone)", "Month", "– (alone)"]
    assert table["Effect (points)"].tolist()[:3] == [20.0, 4.1, -3.1]
    assert len(table) == 6


@given(st.lists(st.floats(-0.3, 0.3), min_size=6, max_size=6), st.floats(0.0, 1.0))
def test_what_is_written_adds_up(amounts: list[float], base: float) -> None:
    alone, pairs = np.array(amounts[:3]), np.zeros((3, 3))
    pairs[np.tril_indices(3, -1)] = amounts[3:]
    pairs += pairs.T
    found = replace(
        joint(0.0), alone=alone, pairs=pairs, base=base, prediction=base + float(sum(amounts))
    )
    shown = interactions.points(found)
    assert shown.base + sum(shown.shown.values()) + shown.rest == shown.prediction
    for (i, j), amount in shown.shown.items():
        exact = alone[i] if i == j else pairs[i, j]
        assert abs(float(amount) - 100 * exact) <= 0.1 + 1e-9


def test_one_column_alone() -> None:
    found = joint(0.0)
    alone = replace(
        found,
        columns=found.columns[:1],
        inputs=found.inputs[:1],
        alone=found.alone[:1],
        alone_errors=found.alone_errors[:1],
        pairs=np.zeros((1, 1)),
        pairs_errors=np.zeros((1, 1)),
        effects=found.effects[:1],
        prediction=found.base + 0.2,
    )
    assert drawing(alone).title == "No two columns clearly act together for this customer"
