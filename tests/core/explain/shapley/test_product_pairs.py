"""Interactions of a kernel machine's value over all coalitions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.shapley import product
from core.explain.shapley.product import Game, game
from core.explain.shapley.product_pairs import value_pairs
from core.explain.shapley.subsets import every, pair_weights
from core.models.family import Floats, Matrix, Task
from core.models.kernel import raw_outputs
from tests.core.explain.shapley.kernels import blocks, machine, matrix


def by_formula(given: Game, columns: int, row: Matrix, behind: Matrix) -> Floats:
    widths = [stop - start for start, stop in blocks(columns)]
    masks = every(columns)[:, np.repeat(np.arange(columns), widths)]
    mixed = np.where(masks[:, None], row, behind).reshape(-1, len(row))
    worth = raw_outputs(given.machine, mixed).reshape(len(masks), -1).mean(axis=1)
    found = np.zeros((columns, columns))
    found[np.triu_indices(columns, 1)] = pair_weights(columns) @ worth
    return found + found.T


@pytest.mark.parametrize("columns", [2, 3, 7, 8])
@pytest.mark.parametrize("gamma", [0.15, 3.0])
def test_pairs_are_those_of_the_formula(columns: int, gamma: float) -> None:
    behind, row = matrix(9, columns, 1), matrix(1, columns, 2)[0]
    given = game(machine(Task.REGRESSION, columns, gamma=gamma), blocks(columns), behind)
    found = value_pairs(given, row)
    size = max(1e-3, float(np.abs(found).max()))
    expected = by_formula(given, columns, row, behind)
    np.testing.assert_allclose(found, expected, atol=1e-9 * size)
    np.testing.assert_array_equal(found, found.T)
    assert np.abs(expected).max() > 1e-6


def test_factors_that_vanish_give_nothing_and_no_warning() -> None:
    behind, row = matrix(4, 3, 1), matrix(1, 3, 2)[0]
    given = game(machine(Task.REGRESSION, 3, gamma=1e7), blocks(3), behind)
    assert np.isfinite(value_pairs(given, row)).all()


def test_pieces_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    behind, row = matrix(5, 4, 1), matrix(1, 4, 2)[0]
    given = game(machine(Task.REGRESSION, 4, points=200), blocks(4), behind)
    whole = value_pairs(given, row)
    monkeypatch.setattr(product, "CELLS_AT_ONCE", 1)
    assert len(given.pieces) == 4
    np.testing.assert_allclose(value_pairs(replace(given, others=None), row), whole, rtol=1e-12)


def test_one_column_has_no_pair() -> None:
    given = game(machine(Task.REGRESSION, 1), blocks(1), matrix(5, 1, 1))
    assert value_pairs(given, matrix(1, 1, 2)[0]).tolist() == [[0.0]]
