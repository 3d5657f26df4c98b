"""Boosting grows as many trees as rows set aside ask for, and reads back only what is whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss

from core.errors import ModelDamaged
from core.models import boosting
from core.models.boosting import Params
from core.models.family import Floats, Problem, Task
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


@pytest.mark.parametrize(("way", "beside"), [("mean", 5), ("whole", 1)])
def test_as_many_trees_are_grown_as_the_curve_asks_for(way: str, beside: int) -> None:
    made = boosting.fit(replace(QUICK, way=way), problem(Task.BINARY), 5, silent)
    best = int(np.argmin(made.curve.series["held-in loss"])) + 1
    assert len(made.estimator.packed.roots) == best * beside
    assert made.estimator.a_round == beside


def sharpest(logits: Floats, y: NDArray[Any]) -> float:
    """The factor of logits that loses least, by search."""
    found: Any = minimize_scalar(
        lambda factor: log_loss(y, softmax(factor * logits, axis=1), labels=range(logits.shape[1])),
        bounds=(0.02, 2.0),
        method="bounded",
        options={"xatol": 1e-8},
    )
    return float(found.x)


@pytest.mark.parametrize("task", list(Task))
def test_it_is_the_mean_of_what_scikit_learn_grows_without_each_fold(task: Task) -> None:
    given = problem(task)
    made = boosting.fit(QUICK, given, 5, silent)
    best, said = int(np.argmin(made.curve.series["held-in loss"])) + 1, []
    kind = HistGradientBoostingRegressor
    if task is not Task.REGRESSION:
        kind = HistGradientBoostingClassifier
    for aside in folds(given, 5, 5):
        held = {"X_val": given.x[aside], "y_val": given.y[aside]}
        booster = kind(
            learning_rate=0.3, max_iter=40, max_leaf_nodes=15, l2_regularization=1.0,
            max_features=0.5, early_stopping=True, n_iter_no_change=50, random_state=5,
        ).fit(given.x[~aside], given.y[~aside], **held)  # fmt: skip
        staged = getattr(booster, "staged_decision_function", booster.staged_predict)
        factor = 1.0
        if task is Task.MULTICLASS:
            logits = next(islice(staged(given.x[aside]), best - 1, None))
            factor = sharpest(logits, given.y[aside])
        said.append(factor * next(islice(staged(given.x), best - 1, None)))
    raw = np.mean(said, axis=0)
    by_hand = raw
    if task is not Task.REGRESSION:
        by_hand = softmax(raw, axis=1) if raw.ndim > 1 else expit(raw)
    assert boosting.scores(made.estimator, given.x) == pytest.approx(
        by_hand, abs=1e-12 if task is not Task.MULTICLASS else 1e-6
    )


def test_a_fold_with_all_of_a_class_is_left_out_of_the_mean() -> None:
    given = problem(Task.MULTICLASS)
    rare = np.flatnonzero(given.y == 2)
    y = given.y.copy()
    y[rare[1:]] = 1  # one is left
    made = boosting.fit(QUICK, replace(given, y=y), 5, silent).estimator
    assert made.beside == 4
    assert boosting.scores(made, given.x).shape == (len(y), 3)
    assert np.isfinite(boosting.scores(made, given.x)).all()


def test_a_smaller_form_keeps_the_first_rounds_of_each(tmp_path: Path) -> None:
    given = problem(Task.REGRESSION)
    few = boosting.fit(replace(QUICK, kept=3), given, 5, silent).estimator
    short = boosting.fit(QUICK, given, 5, silent).estimator
    assert len(few.packed.roots) == 3 * 5
    form = next(f for f in boosting._forms(short, given, given.x) if f.settings == {"kept": 3})
    assert boosting.scores(few, given.x) == pytest.approx(form.scores)
    boosting.save(few, tmp_path)
    assert boosting.load(tmp_path).beside == 5


def test_one_that_was_saved_before_there_were_means_is_read(tmp_path: Path) -> None:
    made = boosting.fit(replace(QUICK, way="whole"), problem(Task.BINARY), 0, silent).estimator
    boosting.save(made, tmp_path)
    arrays = load_arrays(tmp_path)
    del arrays["beside"]
    save_arrays(tmp_path, **arrays)
    back, x = boosting.load(tmp_path), problem(Task.BINARY).x
    np.testing.assert_array_equal(boosting.scores(back, x), boosting.scores(made, x))


def test_where_nothing_is_to_be_learned_few_are_grown() -> None:
    given = chances(problem(Task.BINARY, rows=1000))
    made = boosting.fit(boosting.Params(), given, 0, silent)
    assert len(made.estimator.packed.roots) < 15 * made.estimator.beside
    said = boosting.scores(made.estimator, given.x)
    assert loss(Task.BINARY, said, given.y) < 1.02 * given.y.var()


def test_large_tables_set_a_tenth_aside_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting, "SEVERAL_FOLDS", 300)
    seen: list[int] = []
    real = boosting._grown

    def counted(*given: object) -> object:
        seen.append(int(given[3].sum()))  # type: ignore[attr-defined]
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(boosting, "_grown", counted)
    made = boosting.fit(QUICK, problem(Task.BINARY), 0, silent)
    assert seen == [40]
    assert loss(Task.BINARY, boosting.scores(made.estimator, problem(Task.BINARY).x), problem(
        Task.BINARY).y) < 0.1  # fmt: skip


@pytest.mark.parametrize(
    "name", ["left", "column", "roots", "leaves", "depth", "columns", "beside"]
)
def test_a_changed_number_is_damage(name: str, tmp_path: Path) -> None:
    boosting.save(boosting.fit(QUICK, problem(Task.BINARY), 0, silent).estimator, tmp_path)
    arrays = load_arrays(tmp_path)
    boosting.load(tmp_path)
    wrong = arrays[name][:-1] if arrays[name].ndim else arrays[name] - 1
    if name in ("columns", "beside"):
        wrong = np.asarray(1 if name == "columns" else 0)
    save_arrays(tmp_path, **arrays | {name: wrong})
    with pytest.raises(ModelDamaged):
        boosting.load(tmp_path)


def brands(rows: int, seed: int) -> Problem:
    """What is bought follows the prices a little, in a way that takes many trees to learn."""
    chance = np.random.default_rng(seed)
    given = problem(Task.MULTICLASS, rows)
    x = chance.integers(0, 4, (rows, 5)).astype(given.x.dtype)
    pull = np.random.default_rng(0).normal(0, 0.5, (4, 4, 4, 3))
    shares = softmax(pull[x[:, 0].astype(int), x[:, 1].astype(int), x[:, 2].astype(int)], axis=1)
    y = (chance.random((rows, 1)) > shares.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    return replace(given, x=x, y=y.astype(given.y.dtype), weights=np.ones(rows))


def test_of_several_classes_long_growth_is_no_longer_too_sure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given, new = brands(900, 1), brands(3000, 2)

    def judged() -> tuple[int, float]:
        made = boosting.fit(Params(), given, 0, silent)
        chances = boosting.scores(made.estimator, new.x)
        return int(np.argmin(made.curve.series["held-in loss"])), log_loss(new.y, chances)

    rounds, loss = judged()

    def as_it_stands(logits: Any, targets: Any, weights: Any, start: float) -> tuple[float, float]:
        return start, log_loss(targets, softmax(logits, axis=1))

    monkeypatch.setattr(boosting, "temperature", as_it_stands)
    few, more = judged()
    assert rounds > few
    assert loss < more
