"""Coefficients equal scikit-learn's, on the same objective."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from core.models.family import Task, family
from core.models.plane import logistic, ridge
from core.progress import silent
from tests.core.models.problems import balanced, problem


@pytest.fixture(autouse=True)
def _solved_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.models.plane.GRADIENT_TOLERANCE", 1e-8)


@pytest.mark.parametrize("penalty", [0.1, 1.0, 100.0])
@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_logistic_equals_scikit_learn(task: Task, penalty: float) -> None:
    given = balanced(problem(task, rows=800))
    targets = given.y[:, None] * 1.0 if task is Task.BINARY else np.eye(3)[given.y]
    x = given.x.astype("float64")
    plane, curve, settled = logistic(x, targets, given.weights, penalty, silent)
    theirs: Any = LogisticRegression(C=1 / penalty, tol=1e-8, max_iter=1000)
    theirs.fit(x, given.y, sample_weight=given.weights)
    assert settled
    assert curve.series["loss"][-1] < curve.series["loss"][0]
    np.testing.assert_allclose(plane.coefficients, theirs.coef_.T, atol=2e-3)
    raw = x @ plane.coefficients + plane.bias
    np.testing.assert_allclose(raw.squeeze(), theirs.decision_function(x), atol=1e-2)


def test_ridge_equals_scikit_learn() -> None:
    given = problem(Task.REGRESSION, rows=300)
    plane = ridge(given.x, given.y, 3.0, silent)
    theirs: Any = Ridge(alpha=3.0).fit(given.x.astype("float64"), given.y)
    np.testing.assert_allclose(plane.coefficients[:, 0], theirs.coef_, rtol=1e-9)
    assert plane.bias[0] == pytest.approx(theirs.intercept_, rel=1e-9)


def test_ridge_in_slices_is_ridge_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    given = problem(Task.REGRESSION, rows=300)
    whole = ridge(given.x, given.y, 1.0, silent)
    monkeypatch.setattr("core.models.plane.ROWS_AT_ONCE", 70)
    sliced = ridge(given.x, given.y, 1.0, silent)
    np.testing.assert_allclose(whole.coefficients, sliced.coefficients, rtol=1e-9)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_mean_chances_are_the_real_shares(task: Task) -> None:
    given, kind = balanced(problem(task, rows=800, share=0.1)), family("linear")
    fitted = kind.fit(kind.params(), given, 0, silent)
    means = kind.scores(fitted.estimator, given.x).mean(axis=0)
    shares = np.bincount(given.y) / 800
    np.testing.assert_allclose(means, shares[1] if task is Task.BINARY else shares, atol=1e-6)


def test_only_the_intercept_differs_from_the_weighted_fit() -> None:
    given, kind = balanced(problem(Task.BINARY, rows=800, share=0.1)), family("linear")
    ours = kind.fit(kind.params(), given, 0, silent).estimator.plane
    theirs: Any = LogisticRegression(tol=1e-8, max_iter=1000)
    theirs.fit(given.x.astype("float64"), given.y, sample_weight=given.weights)
    np.testing.assert_allclose(ours.coefficients, theirs.coef_.T, atol=2e-3)
    shift = np.log(given.class_weights[0] / given.class_weights[1])
    assert ours.bias[0] == pytest.approx(theirs.intercept_[0] + shift, abs=0.5)
