"""The fully tuned machine: what its search settles on, and that no group is on both sides."""

from __future__ import annotations

from dataclasses import replace

import joblib
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.svm import SVC, SVR

from bench.accuracy.peers import machine
from bench.accuracy.peers.machine import search, tuned
from bench.accuracy.rivals import piped, plain
from bench.accuracy.sets import Asked
from core.models.family import Task

PENALTIES, WIDTHS = np.array([0.5, 8.0]), np.array([0.01, 1.0])


@pytest.fixture(autouse=True)
def _few_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PENALTIES", PENALTIES)
    monkeypatch.setattr(machine, "WIDTHS", WIDTHS)


def by_hand(asked: Asked, places: np.ndarray, folds: list[tuple[np.ndarray, np.ndarray]]) -> dict:
    """The mean AUC of every setting in the inner folds."""
    table, y = plain(asked).iloc[places], asked.y[places]
    found = {}
    for c in PENALTIES:
        for gamma in WIDTHS:
            aucs = []
            for learn, judge in folds:
                model = piped(SVC(C=c, gamma=gamma), True).fit(table.iloc[learn], y[learn])
                aucs.append(roc_auc_score(y[judge], model.decision_function(table.iloc[judge])))
            found[(c, gamma)] = np.mean(aucs)
    return found


def test_the_best_setting_of_inner_folds_is_taken(grouped: Asked) -> None:
    fold = grouped.folds[0]
    learn, judge = fold
    looking = search(grouped, fold)
    households = grouped.table["household"].astype(str).to_numpy()[learn]
    for one, other in looking.cv:
        assert not set(households[one]) & set(households[other])
    scores = by_hand(grouped, learn, looking.cv)
    c, gamma = max(scores, key=scores.__getitem__)
    with joblib.parallel_config("threading"):
        said = tuned(grouped, fold)
    table = plain(grouped)
    model = piped(SVC(C=c, gamma=gamma), True).fit(table.iloc[learn], grouped.y[learn])
    np.testing.assert_allclose(said, model.decision_function(table.iloc[judge]), rtol=1e-9)


def test_many_rows_are_tuned_on_by_halving_and_a_cap(
    apart: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert search(apart, apart.folds[0]).min_resources == len(apart.folds[0][0])
    monkeypatch.setattr(machine, "ROWS", 90)
    monkeypatch.setattr(machine, "LEAST", 5)
    looking = search(apart, apart.folds[0])
    assert (looking.min_resources, looking.max_resources) == (10, 90)


def test_values_are_learned_as_deviations(apart: Asked) -> None:
    y = np.asarray(apart.table["amount"].fillna(50.0) * 1000.0, "float64")
    spec = replace(apart.spec, task=Task.REGRESSION)
    asked = replace(apart, y=y, spec=spec, classes=0)
    learn, judge = asked.folds[0]
    with joblib.parallel_config("threading"):
        looking = search(asked, asked.folds[0]).fit(plain(asked).iloc[learn], y[learn])
    best = looking.best_params_
    c, gamma = (best[f"transformedtargetregressor__regressor__{name}"] for name in ("C", "gamma"))
    middle, spread = y[learn].mean(), y[learn].std()
    model = piped(SVR(C=c, gamma=gamma), True)
    model.fit(plain(asked).iloc[learn], (y[learn] - middle) / spread)
    wanted = model.predict(plain(asked).iloc[judge]) * spread + middle
    np.testing.assert_allclose(looking.predict(plain(asked).iloc[judge]), wanted, rtol=1e-6)
