"""The machine is scikit-learn's SVM, its chances are Platt's, its landmarks Nystroem's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC, SVR

from core.models.family import Task
from core.models.kernel import gamma_of, kernel, raw_outputs, whitening
from core.models.svm import FAMILY, FOLDS, Params, _folds, _machine
from core.progress import silent
from tests.core.models.problems import balanced, loss, problem

ALL = np.ones(400, bool)


def test_the_margin_is_that_of_svc() -> None:
    given = balanced(problem(Task.BINARY))
    gamma = gamma_of(given.x, 1.0)
    svc: Any = SVC(C=2.0, gamma="scale").fit(given.x, given.y, sample_weight=given.weights)
    found = raw_outputs(_machine(Params(c=2.0), given, gamma, ALL), given.x)
    np.testing.assert_allclose(found[:, 0], svc.decision_function(given.x), atol=1e-5)


def test_a_class_score_is_the_mean_of_its_duels() -> None:
    given = problem(Task.MULTICLASS)
    gamma = gamma_of(given.x, 1.0)
    svc: Any = SVC(gamma=gamma, decision_function_shape="ovo").fit(given.x, given.y)
    d01, d02, d12 = svc.decision_function(given.x).T
    duels = np.stack([d01 + d02, d12 - d01, -d02 - d12], axis=1) / 2
    found = raw_outputs(_machine(Params(), given, gamma, ALL), given.x)
    np.testing.assert_allclose(found, duels, atol=1e-5)


def test_chances_are_platts_on_margins_out_of_fold() -> None:
    given = problem(Task.BINARY)
    ours = FAMILY.scores(FAMILY.fit(Params(), given, 3, silent).estimator, given.x)
    folds = _folds(given.y, 3)
    splits = [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(FOLDS)]
    svc = SVC(gamma=gamma_of(given.x, 1.0))
    theirs: Any = CalibratedClassifierCV(svc, method="sigmoid", cv=splits, ensemble=False)
    theirs.fit(given.x, given.y)
    np.testing.assert_allclose(ours, theirs.predict_proba(given.x)[:, 1], atol=1e-3)


def test_values_are_those_of_svr() -> None:
    given = problem(Task.REGRESSION)
    ours = FAMILY.scores(FAMILY.fit(Params(c=5.0), given, 0, silent).estimator, given.x)
    mean, scale = given.y.mean(), given.y.std()
    svr: Any = SVR(C=5.0).fit(given.x, (given.y - mean) / scale)
    np.testing.assert_allclose(ours, svr.predict(given.x) * scale + mean, rtol=1e-5)


def test_the_kernel_is_scikit_learns() -> None:
    x = problem(Task.BINARY).x
    theirs = rbf_kernel(x.astype("float64"), x[:9].astype("float64"), gamma=0.3)
    np.testing.assert_allclose(kernel(x, x[:9].astype("float64"), 0.3), theirs, rtol=1e-10)


def test_landmark_features_have_the_inner_products_of_nystroem() -> None:
    x = problem(Task.BINARY).x.astype("float64")
    theirs = Nystroem(gamma=0.2, n_components=40, random_state=0).fit(x)
    ours = kernel(x, theirs.components_, 0.2) @ whitening(theirs.components_, 0.2)
    features = theirs.transform(x)
    np.testing.assert_allclose(ours @ ours.T, features @ features.T, atol=1e-6)


@pytest.mark.parametrize("task", list(Task))
def test_landmarks_come_close_to_the_exact_machine(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, new = problem(task, rows=1200), problem(task, rows=800, seed=1)
    exact = FAMILY.fit(Params(), given, 0, silent)
    monkeypatch.setattr("core.models.svm.EXACT_ROWS", 1000)
    shares: list[float] = []
    near = FAMILY.fit(Params(landmarks=200), given, 0, lambda share, _: shares.append(share))
    assert exact.notes == ()
    assert near.notes == ("models.note.landmarks",)
    assert shares == sorted(shares)
    assert near.estimator.points.shape == (200, 5)
    found = loss(task, FAMILY.scores(near.estimator, new.x), new.y)
    assert found < 1.2 * loss(task, FAMILY.scores(exact.estimator, new.x), new.y)


def test_landmarks_with_balanced_weights_leave_real_shares(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.models.svm.EXACT_ROWS", 1000)
    given = balanced(problem(Task.BINARY, rows=3000, share=0.06))
    fitted = FAMILY.fit(Params(landmarks=100), given, 0, silent)
    assert FAMILY.scores(fitted.estimator, given.x).mean() == pytest.approx(0.06, abs=1e-4)


def test_landmark_scores_are_the_logistic_regression_on_nystroem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.models.svm.EXACT_ROWS", 100)
    monkeypatch.setattr("core.models.plane.GRADIENT_TOLERANCE", 1e-8)
    given = problem(Task.BINARY)
    machine = FAMILY.fit(Params(landmarks=50), given, 0, silent).estimator
    features = kernel(given.x, machine.points, machine.gamma)
    features = features @ whitening(machine.points, machine.gamma)
    theirs: Any = LogisticRegression(tol=1e-8, max_iter=1000).fit(features, given.y)
    expected = theirs.predict_proba(features)[:, 1]
    np.testing.assert_allclose(FAMILY.scores(machine, given.x), expected, atol=1e-3)
