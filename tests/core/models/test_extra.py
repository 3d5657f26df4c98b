"""Extra trees are scikit-learn's, grown in slices."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from core.models import extra
from core.models.family import Task
from core.progress import silent
from tests.core.models.problems import problem


def test_they_say_what_scikit_learns_say() -> None:
    given = problem(Task.BINARY)
    made = extra.fit(extra.FAMILY.settings({"trees": 20}), given, 3, silent).estimator
    theirs = ExtraTreesClassifier(20, min_samples_leaf=4, max_features=1.0, random_state=3)
    expected = theirs.fit(given.x, given.y).predict_proba(given.x)[:, 1]
    np.testing.assert_allclose(extra.scores(made, given.x), expected, atol=1e-12)


def test_a_large_table_is_shared_among_the_trees() -> None:
    settings = extra.settings(extra.Params(), problem(Task.BINARY, rows=100_001), 0)
    assert settings["max_samples"] == 100_000


def test_the_filters_of_warnings_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that take turns as often as can be left others behind in four of ten fits."""
    monkeypatch.setattr(warnings, "filters", list(warnings.filters))
    kept, given, pace = (
        list(warnings.filters),
        problem(Task.MULTICLASS, 120),
        sys.getswitchinterval(),
    )
    sys.setswitchinterval(1e-6)
    try:
        for seed in range(30):
            extra.fit(extra.Params(trees=40), given, seed, silent)
            assert warnings.filters == kept
    finally:
        sys.setswitchinterval(pace)
