"""Boosting grows as many trees as rows set aside ask for, and reads back only what is whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss

from core.errors import ModelDamaged
from core.models import boosting
from core.models.family import Problem, Task
from core.models.folds import folds
from core.models.saving import load_arrays, save_arrays
from core.progress import silent
from tests.core.models.problems import loss, problem

QUICK = boosting.Params(trees=40, learning_rate=0.3)


def chances(given: Problem) -> Problem:
    """Nothing in the columns tells anything of the target."""
    y = np.random.default_rng(8).permutation(given.y)
    return replace(given, y=y)


def test_the_curve_is_what_scikit_learn_loses_on_the_folds() -> None:
    given = problem(Task.BINARY)
    curve = boosting.fit(QUICK, given, 5, silent).curve
    assert curve.steps[0] == 1
    rounds, found = 9, []
    for aside in folds(given, 5, 5):
        booster = HistGradientBoostingClassifier(
            learning_rate=0.3, max_iter=rounds, max_leaf_nodes=15, l2_regularization=1.0,
            max_features=0.5, early_stopping=False, random_state=5,
        ).fit(given.x[~aside], given.y[~aside])  # fmt: skip
        found.append(log_loss(given.y[aside], booster.predict_proba(given.x[aside])[:, 1]))
    assert curve.series["held-in loss"][rounds - 1] == pytest.approx(np.mean(found), rel=0.05)


def test_as_many_trees_are_grown_as_the_curve_asks_for() -> None:
    made = boosting.fit(QUICK, problem(Task.BINARY), 5, silent)
    best = int(np.argmin(made.curve.series["held-in loss"])) + 1
    assert len(made.estimator.packed.roots) == best


def test_where_nothing_is_to_be_learned_few_are_grown() -> None:
    given = chances(problem(Task.BINARY, rows=1000))
    made = boosting.fit(boosting.Params(), given, 0, silent)
    assert len(made.estimator.packed.roots) < 15
    said = boosting.scores(made.estimator, given.x)
    assert loss(Task.BINARY, said, given.y) < 1.02 * given.y.var()


def test_large_tables_set_a_tenth_aside_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting, "SEVERAL_FOLDS", 300)
    seen: list[int] = []
    real = boosting._losses

    def counted(*given: object) -> object:
        seen.append(int(given[3].sum()))  # type: ignore[attr-defined]
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(boosting, "_losses", counted)
    made = boosting.fit(QUICK, problem(Task.BINARY), 0, silent)
    assert seen == [40]
    assert loss(Task.BINARY, boosting.scores(made.estimator, problem(Task.BINARY).x), problem(
        Task.BINARY).y) < 0.1  # fmt: skip


@pytest.mark.parametrize("name", ["left", "column", "roots", "leaves", "depth", "columns"])
def test_a_changed_number_is_damage(name: str, tmp_path: Path) -> None:
    boosting.save(boosting.fit(QUICK, problem(Task.BINARY), 0, silent).estimator, tmp_path)
    arrays = load_arrays(tmp_path)
    boosting.load(tmp_path)
    wrong = arrays[name][:-1] if arrays[name].ndim else arrays[name] - 1
    if name == "columns":
        wrong = np.asarray(1)
    save_arrays(tmp_path, **arrays | {name: wrong})
    with pytest.raises(ModelDamaged):
        boosting.load(tmp_path)
