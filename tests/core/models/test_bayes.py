"""Naive Bayes says what Bayes' rule says by hand, scaled as rows set aside ask for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelDamaged
from core.models import bayes
from core.models.family import Problem, Task
from core.models.outputs import row_losses, shown, target_columns
from core.models.saving import load_arrays, save_arrays
from core.progress import silent
from tests.core.models.problems import problem


def counted(given: Problem, **asked: float) -> bayes.Bayes:
    return bayes._counted(bayes.FAMILY.settings(asked), given)


def test_log_odds_are_those_of_counting_by_hand() -> None:
    """Two columns of three and two levels; shares with one row added to each group."""
    x = np.array([[0, 0], [0, 1], [1, 1], [2, 0], [2, 1], [2, 1]], "float32")
    y = np.array([0, 0, 0, 1, 1, 1])
    made = counted(Problem(Task.BINARY, x, y, np.ones(6), 2, np.ones(2)))
    found = bayes.raw(made, np.array([[2, 1], [0, 0]], "float32"))[:, 0]
    # group 2 of the first column: 0 of 3 without, 3 of 3 with; group 1 of the second: 2 and 2 of 3
    surely = np.log(((3 + 1) / (3 + 3)) / ((0 + 1) / (3 + 3))) + np.log((3 / 5) / (3 / 5))
    hardly = np.log(((0 + 1) / (3 + 3)) / ((2 + 1) / (3 + 3))) + np.log((2 / 5) / (2 / 5))
    np.testing.assert_allclose(found, [surely, hardly], atol=1e-12)


def test_a_column_said_twice_does_not_make_it_surer_of_itself() -> None:
    given = problem(Task.BINARY, rows=3000)
    given = replace(given, x=np.concatenate([given.x] * 6, axis=1))
    made = bayes.fit(bayes.Params(), given, 0, silent).estimator
    new = problem(Task.BINARY, rows=3000, seed=1)
    x, targets = np.concatenate([new.x] * 6, axis=1), target_columns(Task.BINARY, new.y, 2)
    ours = row_losses(Task.BINARY, bayes.raw(made, x), targets).mean()
    plain = row_losses(Task.BINARY, bayes.raw(counted(given), x), targets).mean()
    assert ours < 0.5 * plain
    said = bayes.scores(made, x)
    surest = said > np.quantile(said, 0.8)
    assert new.y[surest].mean() == pytest.approx(said[surest].mean(), abs=0.06)


def test_groups_are_of_about_equal_size_and_few_values_have_their_own() -> None:
    many = bayes._edges(np.random.default_rng(0).normal(size=1000), 10)
    groups = np.searchsorted(many, np.random.default_rng(0).normal(size=1000))
    assert len(many) == 10 or len(many) == 9
    assert np.bincount(groups).max() < 150
    assert list(bayes._edges(np.array([3.0, 1.0, 1.0, 2.0]), 10)) == [1.5, 2.5]
    assert len(bayes._edges(np.ones(50), 10)) == 0


def test_several_classes_add_up() -> None:
    given = problem(Task.MULTICLASS)
    made = bayes.fit(bayes.Params(), given, 0, silent).estimator
    raw = bayes.raw(made, given.x)
    np.testing.assert_allclose(shown(Task.MULTICLASS, raw), bayes.scores(made, given.x))


@pytest.mark.parametrize("name", ["groups", "edges", "tables", "bias"])
def test_arrays_that_do_not_fit_are_damage(name: str, tmp_path: Path) -> None:
    made = bayes.fit(bayes.Params(), problem(Task.BINARY), 0, silent).estimator
    bayes.save(made, tmp_path)
    arrays = load_arrays(tmp_path)
    save_arrays(tmp_path, **arrays | {name: arrays[name][:-1]})
    with pytest.raises(ModelDamaged):
        bayes.load(tmp_path)
