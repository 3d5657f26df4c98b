"""Penalty and width are those that scikit-learn's ridge does best with on rows set aside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

from core.models import smoothness as room
from core.models.family import Problem, Task
from core.models.folds import folds, parted
from core.models.kernel import gamma_of
from core.models.outputs import target_columns
from core.models.smoothness import PENALTIES, WIDTHS, smoothness
from core.models.svm import FAMILY, Params
from core.progress import silent
from tests.core.models.problems import loss, problem


def wavy(rows: int, seed: int) -> Problem:
    """Answers that turn often along one column: a wide kernel cannot follow."""
    chance = np.random.default_rng(seed)
    x = chance.uniform(-2, 2, size=(rows, 2)).astype("float32")
    y = (np.sin(6 * x[:, 0]) + chance.normal(0, 0.3, rows) > 0).astype("int64")
    return Problem(Task.BINARY, x, y, np.ones(rows), 2, np.ones(2))


@pytest.mark.parametrize("task", list(Task))
def test_it_is_what_ridge_on_nystroem_features_does_best_with(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With as many landmarks as rows the features do not hang on which were chosen."""
    given = problem(task, rows=120)
    targets = target_columns(task, given.y, given.classes)
    if task is Task.REGRESSION:
        targets = (targets - targets.mean()) / targets.std()
    found = {}
    for width in WIDTHS[1::2]:
        kernel = Nystroem(gamma=gamma_of(given.x, width), n_components=120, random_state=0)
        features = kernel.fit_transform(given.x.astype("float64"))
        for penalty in PENALTIES:
            losses = []
            for aside in folds(given, 5, 3):
                learn, held = parted(aside)
                said = Ridge(penalty).fit(features[learn], targets[learn]).predict(features[held])
                said = said.reshape(len(said), -1)
                if task is Task.BINARY:
                    losses.append(1 - roc_auc_score(given.y[held], said[:, 0]))
                else:
                    losses.append(((said - targets[held]) ** 2).sum(axis=1).mean())
            found[width, penalty] = np.mean(losses)
    monkeypatch.setattr(room, "WIDTHS", WIDTHS[1::2])
    ours = smoothness(given, 3, silent)
    shares = targets.mean(axis=0)
    weight = 2.0 if task is Task.REGRESSION else (shares * (1 - shares)).mean()
    penalty = min(PENALTIES, key=lambda each: abs(np.log(each * ours.c * weight)))
    assert found[ours.gamma, penalty] == pytest.approx(min(found.values()), abs=2e-3)


def test_a_narrow_kernel_is_found_where_it_is_needed_and_pays() -> None:
    given, new = wavy(800, 0), wavy(800, 1)
    assert smoothness(given, 0, silent).gamma == max(WIDTHS)
    flat, found = (
        FAMILY.fit(Params(c=c, gamma=gamma), given, 0, silent).estimator
        for c, gamma in ((1.0, 0.1), (0.0, 0.0))
    )
    before, after = (loss(Task.BINARY, FAMILY.scores(each, new.x), new.y) for each in (flat, found))
    assert after < 0.8 * before


def test_what_is_given_stays() -> None:
    given = problem(Task.BINARY)
    assert smoothness(given, 0, silent, gamma=0.7).gamma == 0.7
    assert smoothness(given, 0, silent, c=12.0).c == 12.0


def test_the_same_seed_finds_the_same_and_progress_is_told() -> None:
    given, told = problem(Task.MULTICLASS), []
    first = smoothness(given, 5, lambda share, _: told.append(share))
    assert first == smoothness(given, 5, silent)
    assert told == sorted(told)
    assert len(told) == len(WIDTHS)


def test_rows_that_belong_together_are_set_aside_together() -> None:
    """A household's rows are alike: parted, the narrowest kernel seems best, for it knows them."""
    chance = np.random.default_rng(0)
    homes = np.repeat(np.arange(60), 10)
    place = chance.normal(size=(60, 6))[homes]
    x = (place + 0.01 * chance.normal(size=(600, 6))).astype("float32")
    y = chance.integers(0, 2, 60)[homes]
    alone = Problem(Task.BINARY, x, y, np.ones(600), 2, np.ones(2))
    together = replace(alone, groups=homes)
    one, other = smoothness(alone, 0, silent), smoothness(together, 0, silent)
    assert (one.gamma, one.c) != (other.gamma, other.c)
    for aside in folds(together, room.MANY_FOLDS, 0):
        assert not set(homes[aside]) & set(homes[~aside])


@pytest.mark.parametrize("rows", [2, 3, 12])
@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_few_rows_are_enough(rows: int, task: Task) -> None:
    given = problem(task, rows=400)
    some = np.r_[np.flatnonzero(given.y == given.y.min())[:1], np.arange(rows)]
    if task is Task.BINARY:
        some = np.r_[some, np.flatnonzero(given.y == 1)[:1]]
    few = replace(given, x=given.x[some], y=given.y[some], weights=given.weights[some])
    found = smoothness(few, 0, silent)
    assert found.gamma in WIDTHS
    assert room.PRICES[0] <= found.c <= room.PRICES[1]
