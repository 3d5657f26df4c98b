"""The network keeps the contract; its weights answer as Keras does. The only file with Keras."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.models.family import Fitted, Floats, Problem, Task
from core.models.mlp import FAMILY, PATIENCE, Params, batch_rows, parts
from core.progress import Cancelled, silent
from tests.core.models.problems import balanced, loss, problem

keras = pytest.importorskip("keras")
# Keras's own np.array(variable) is not yet as NumPy 2 wants it.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
QUICK = Params(layers="16", epochs=8, learning_rate=0.02)


@cache
def told(task: Task) -> tuple[Problem, Fitted, tuple[float, ...]]:
    given, shares = problem(task), list[float]()
    made = FAMILY.fit(QUICK, given, 7, lambda share, _: shares.append(share))
    return given, made, tuple(shares)


def fitted(task: Task) -> tuple[Problem, Fitted]:
    return told(task)[:2]


def read_by_keras(folder: Path, given: Problem) -> Floats:
    model: Any = keras.saving.load_model(folder / "model.keras", compile=False, safe_mode=True)
    return np.asarray(model(given.x), "float64")


@pytest.mark.parametrize("task", list(Task))
def test_it_beats_the_baseline_and_answers_as_keras_does(task: Task, tmp_path: Path) -> None:
    given, made = fitted(task)
    found, new = FAMILY.scores(made.estimator, given.x), problem(task, seed=1)
    always = given.y.mean() if task is not Task.MULTICLASS else np.bincount(given.y) / 400
    nothing = loss(task, np.broadcast_to(always, found.shape), new.y)
    assert loss(task, FAMILY.scores(made.estimator, new.x), new.y) < 0.7 * nothing
    FAMILY.save(made.estimator, tmp_path)
    theirs = read_by_keras(tmp_path, given).reshape(found.shape)
    np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-5)
    loaded = FAMILY.load(tmp_path)
    np.testing.assert_array_equal(FAMILY.scores(loaded, given.x), found)
    one = FAMILY.scores(loaded, given.x[3:4])
    np.testing.assert_allclose(one[0], found[3], rtol=1e-5, atol=1e-6)
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert "config.json" in archive.namelist()


def test_it_repeats_with_its_seed_and_differs_by_seed() -> None:
    given, made = fitted(Task.BINARY)
    found = FAMILY.scores(made.estimator, given.x)
    again = FAMILY.fit(QUICK, given, 7, silent).estimator
    np.testing.assert_array_equal(FAMILY.scores(again, given.x), found)
    other = FAMILY.fit(QUICK, given, 8, silent).estimator
    assert not np.allclose(FAMILY.scores(other, given.x), found)


def test_it_tells_every_epoch() -> None:
    _, made, shares = told(Task.BINARY)
    assert list(shares) == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert {1 / 8, 2 / 8, 3 / 8} <= set(shares)
    assert made.curve.steps == tuple(range(1, 9))
    assert set(made.curve.series) == {"loss", "held-in loss"}
    assert made.curve.series["loss"][-1] < made.curve.series["loss"][0]


def test_it_stops_when_told() -> None:
    shares: list[float] = []

    def report(share: float, stage: str) -> None:
        shares.append(share)
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        FAMILY.fit(QUICK, problem(Task.BINARY), 7, report)
    assert shares[-1] == 1 / 8


def test_it_ends_early_with_its_best_weights() -> None:
    given = problem(Task.REGRESSION, rows=80)
    params = Params(layers="64", epochs=60, learning_rate=0.05, dropout=0.0, weight_decay=0.0)
    made = FAMILY.fit(params, given, 3, silent)
    held_in = made.curve.series["held-in loss"]
    assert len(held_in) < 60
    assert int(np.argmin(held_in)) == len(held_in) - 1 - PATIENCE
    scale, shift = float(given.y.std()), float(given.y.mean())
    _, watched = parts(given, 3, scale, shift)
    scores = (FAMILY.scores(made.estimator, watched.x) - shift) / scale
    best = ((scores - watched.targets[:, 0]) ** 2).mean()
    assert best == pytest.approx(min(held_in), rel=1e-5)


def test_balanced_weights_leave_real_shares() -> None:
    given = balanced(problem(Task.BINARY, rows=3000, share=0.06))
    made = FAMILY.fit(Params(layers="16", epochs=6), given, 0, silent)
    assert FAMILY.scores(made.estimator, given.x).mean() == pytest.approx(0.06, abs=0.015)


@pytest.mark.parametrize("given", [problem(Task.BINARY, 50, 1), problem(Task.MULTICLASS, 50, 2)])
def test_odd_tables_work(given: Problem) -> None:
    table = replace(given, x=np.ones_like(given.x)) if given.classes == 3 else given
    made = FAMILY.fit(Params(layers="16", epochs=2), table, 0, silent)
    found = FAMILY.scores(made.estimator, table.x)
    assert found.shape == ((50, 3) if given.classes == 3 else (50,))
    assert np.isfinite(found).all()


@pytest.mark.parametrize(("rows", "batch"), [(50, 16), (1000, 32), (5000, 128), (50_000, 256)])
def test_small_tables_get_small_batches(rows: int, batch: int) -> None:
    assert batch_rows(rows) == batch
