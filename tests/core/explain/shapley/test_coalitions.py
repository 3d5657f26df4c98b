"""Margins of all coalitions, and exact values of the chance."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from core.explain.shapley import product
from core.explain.shapley.coalitions import affordable, coalitions, enumerated
from core.explain.shapley.product import Form, game
from core.models.family import Task
from core.models.kernel import raw_outputs, scores
from core.progress import silent
from tests.core.explain.shapley.kernels import blocks, brute, machine, matrix


@pytest.mark.parametrize("columns", [1, 2, 5, 6])
def test_each_coalition_is_the_mixed_row(columns: int) -> None:
    """Only columns that differ play; a background row equal to the row plays none."""
    svm, of = machine(Task.MULTICLASS, columns), blocks(columns)
    row, behind = matrix(1, columns, 2), matrix(4, columns, 1)
    background = np.concatenate([behind, row])
    found = coalitions(game(svm, of, background), row[0].astype("float64"))
    assert (np.diff(found.starts) == 2 ** found.plays.sum(axis=1)).all()
    for k, (start, stop) in enumerate(pairwise(found.starts)):
        players = np.flatnonzero(found.plays[k])
        assert list(players) == [
            c for c in range(columns) if (background[k] != row[0])[slice(*of[c])].any()
        ]
        for number in range(stop - start):
            mixed = background[k : k + 1].copy()
            for place, player in enumerate(players):
                if number >> place & 1:
                    mixed[:, slice(*of[player])] = row[:, slice(*of[player])]
            expected = raw_outputs(svm, mixed)[0]
            np.testing.assert_allclose(found.raw[start + number], expected, atol=1e-12)
    assert not found.plays[-1].any()


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [1, 3, 8])
def test_values_of_the_chance_are_those_of_all_coalitions(columns: int, task: Task) -> None:
    svm, background, x = machine(task, columns, 200), matrix(6, columns, 1), matrix(2, columns, 2)
    found = enumerated(game(svm, blocks(columns), background), x, silent)
    of = blocks(columns)
    expected = [brute(lambda z: scores(svm, z), row, background, of) for row in x]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_points_may_be_taken_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    svm, x = machine(Task.BINARY, 6, points=500), matrix(2, 6, 2)
    state = game(svm, blocks(6), matrix(5, 6, 1))
    whole = enumerated(state, x, silent)
    monkeypatch.setattr(product, "CELLS_AT_ONCE", 1)
    assert len(state.pieces) > 1
    np.testing.assert_allclose(enumerated(state, x, silent), whole, rtol=0, atol=1e-13)


def test_only_few_columns_are_enumerated() -> None:
    def state(columns: int, points: int = 90, form: Form = Form.JOINT) -> bool:
        svm = machine(Task.BINARY, columns, points)
        return affordable(game(svm, blocks(columns), matrix(50, columns, 1), form))

    assert state(8, points=5000)
    assert state(12, points=500)
    assert not state(12, points=5000)
    assert not state(13)
    assert not state(3, form=Form.MARGINALS)


def test_no_rows() -> None:
    state = game(machine(Task.MULTICLASS, 4), blocks(4), matrix(3, 4, 1))
    assert enumerated(state, matrix(0, 4, 2), silent).shape == (0, 4, 3)
