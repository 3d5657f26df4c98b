"""The machine is scikit-learn's SVM, its chances are Platt's, its landmarks Nystroem's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC, SVR

from core.models import solver
from core.models.engine import Engine, engine, named
from core.models.family import Fitted, Task
from core.models.folds import folds
from core.models.kernel import gamma_of, kernel, raw_outputs, whitening
from core.models.smoothness import smoothness
from core.models.svm import FAMILY, FOLDS, Params, _machine
from core.progress import silent
from tests.core.models.problems import balanced, loss, needs_quick, problem

ALL = np.ones(400, bool)
PLAIN = {"c": 1.0, "gamma": 1.0}


@pytest.fixture(params=[pytest.param("quick", marks=needs_quick), "usual"])
def near(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """How near to scikit-learn's a margin is, by engine: both stop within 0.001 of the best."""
    if request.param == "quick":
        return 5e-3
    monkeypatch.setattr("core.models.engine._loads", lambda: False)
    return 1e-5


def test_the_margin_is_that_of_svc(near: float) -> None:
    given = balanced(problem(Task.BINARY))
    gamma = gamma_of(given.x, 1.0)
    svc: Any = SVC(C=2.0, gamma="scale").fit(given.x, given.y, sample_weight=given.weights)
    found = raw_outputs(_machine(Params(c=2.0), given, gamma, ALL), given.x)
    np.testing.assert_allclose(found[:, 0], svc.decision_function(given.x), atol=near)


def test_a_class_score_is_the_mean_of_its_duels(near: float) -> None:
    given = problem(Task.MULTICLASS)
    gamma = gamma_of(given.x, 1.0)
    svc: Any = SVC(gamma=gamma, decision_function_shape="ovo").fit(given.x, given.y)
    d01, d02, d12 = svc.decision_function(given.x).T
    duels = np.stack([d01 + d02, d12 - d01, -d02 - d12], axis=1) / 2
    found = raw_outputs(_machine(Params(c=1.0), given, gamma, ALL), given.x)
    np.testing.assert_allclose(found, duels, atol=near)


def test_chances_are_platts_on_margins_out_of_fold(near: float) -> None:
    given = problem(Task.BINARY)
    ours = FAMILY.scores(FAMILY.fit(Params(**PLAIN), given, 3, silent).estimator, given.x)
    asides = folds(given, FOLDS, 3)
    splits = [(np.flatnonzero(~aside), np.flatnonzero(aside)) for aside in asides]
    svc = SVC(gamma=gamma_of(given.x, 1.0))
    theirs: Any = CalibratedClassifierCV(svc, method="sigmoid", cv=splits, ensemble=False)
    theirs.fit(given.x, given.y)
    np.testing.assert_allclose(ours, theirs.predict_proba(given.x)[:, 1], atol=max(1e-3, near))


def test_values_are_those_of_svr(near: float) -> None:
    given = problem(Task.REGRESSION)
    ours = FAMILY.scores(FAMILY.fit(Params("exact", 5.0, 1.0), given, 0, silent).estimator, given.x)
    mean, scale = given.y.mean(), given.y.std()
    svr: Any = SVR(C=5.0).fit(given.x, (given.y - mean) / scale)
    np.testing.assert_allclose((ours - mean) / scale, svr.predict(given.x), atol=near)


@needs_quick
@pytest.mark.parametrize("price", [1.0, 100.0])
@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
@pytest.mark.parametrize("weighed", [False, True])
def test_the_solver_gives_scikit_learns_arrays(task: Task, price: float, weighed: bool) -> None:
    given = balanced(problem(task)) if weighed else problem(task)
    gamma = gamma_of(given.x, 1.0)
    ours = solver.classifier(given.x, given.y, given.weights, price, gamma)
    theirs = SVC(C=price, gamma=gamma, decision_function_shape="ovo")
    theirs.fit(given.x, given.y, sample_weight=given.weights)
    assert type(ours).__module__.startswith("sklearnex")
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    np.testing.assert_allclose(ours.n_support_, theirs.n_support_, atol=2)
    assert ours.dual_coef_.shape == (given.classes - 1, ours.n_support_.sum())
    assert ours.dual_coef_.dtype == np.float64
    if task is Task.BINARY:  # in the order of the rows: what counts is the sign
        of_class = (ours.dual_coef_[0] > 0).astype(int)
    else:  # class by class, as libsvm's
        of_class = np.repeat(ours.classes_, ours.n_support_)
    np.testing.assert_array_equal(given.y[ours.support_], of_class)
    np.testing.assert_array_equal(ours.support_vectors_, given.x[ours.support_])
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=0.01)
    limit = price * given.weights[ours.support_]
    assert (np.abs(ours.dual_coef_) <= limit * (1 + 1e-9)).all()
    said = [each.decision_function(given.x.astype("float64")) for each in (ours, theirs)]
    np.testing.assert_allclose(*said, atol=5e-3 * max(1, price / 10))


@needs_quick
@pytest.mark.parametrize("task", list(Task))
def test_the_solver_repeats_to_the_bit(task: Task) -> None:
    given = problem(task, rows=1500)
    params = Params(way="exact", **PLAIN)
    first, second = (FAMILY.fit(params, given, 3, silent).estimator for _ in range(2))
    for name in ("points", "alphas", "bias"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_more_rows_are_exact_where_they_take_less_time() -> None:
    quick, usual = Engine.QUICK, Engine.USUAL
    assert solver.rows_at_most(50, 1.0, quick) > 10_000 > solver.rows_at_most(50, 1.0, usual)
    assert solver.rows_at_most(50, 1.0, usual) > 6_000
    for by in Engine:
        assert solver.rows_at_most(200, 1.0, by) < solver.rows_at_most(20, 1.0, by)
        assert solver.rows_at_most(50, 100.0, by) < solver.rows_at_most(50, 1.0, by)
        assert solver.rows_at_most(50, 0.1, by) == solver.rows_at_most(50, 1.0, by)


def test_a_table_at_the_limit_is_exact_and_one_beyond_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.models.svm.EXACT_CLASSES", 400)
    monkeypatch.setattr("core.models.solver.rows_at_most", lambda *_: 700)

    def fitted(task: Task, rows: int, way: str = "auto") -> Fitted:
        return FAMILY.fit(Params(way=way, landmarks=50, **PLAIN), problem(task, rows), 0, silent)

    classes, values = Task.BINARY, Task.REGRESSION
    exact = (fitted(classes, 400), fitted(values, 700, "exact"), fitted(classes, 700, "exact"))
    near = (fitted(classes, 401), fitted(values, 701, "exact"), fitted(classes, 701, "exact"))
    for each in exact:
        assert (each.notes, each.engine) == ((), named(engine()))
    for each in near:
        assert (each.notes, each.engine) == (("models.note.landmarks",), "")
    assert fitted(values, 300).notes == ("models.note.adds_up",)
    asked = fitted(classes, 400, "landmarks")
    assert (asked.notes, len(asked.estimator.points)) == ((), 50)
    assert FAMILY.memory(Params(), 700, 5) > 5e8
    for fewer in (FAMILY.memory(Params(), 701, 5), FAMILY.memory(Params(way="landmarks"), 701, 5)):
        assert fewer == 8 * 701 * Params().landmarks


def test_no_more_landmarks_than_rows() -> None:
    made = FAMILY.fit(Params(way="landmarks", **PLAIN), problem(Task.BINARY, 300), 0, silent)
    assert len(made.estimator.points) == 300


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
    exact = FAMILY.fit(Params(way="exact", **PLAIN), given, 0, silent)
    monkeypatch.setattr("core.models.solver.rows_at_most", lambda *_: 1000)
    shares: list[float] = []
    near = FAMILY.fit(
        Params(landmarks=200, **PLAIN), given, 0, lambda share, _: shares.append(share)
    )
    assert exact.notes == ()
    why = "adds_up" if task is Task.REGRESSION else "landmarks"
    assert near.notes == (f"models.note.{why}",)
    assert shares == sorted(shares)
    assert near.estimator.points.shape == (200, 5)
    found = loss(task, FAMILY.scores(near.estimator, new.x), new.y)
    assert found < 1.2 * loss(task, FAMILY.scores(exact.estimator, new.x), new.y)


def test_landmarks_with_balanced_weights_leave_real_shares(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.models.solver.rows_at_most", lambda *_: 1000)
    given = balanced(problem(Task.BINARY, rows=3000, share=0.06))
    fitted = FAMILY.fit(Params(landmarks=100, **PLAIN), given, 0, silent)
    assert FAMILY.scores(fitted.estimator, given.x).mean() == pytest.approx(0.06, abs=1e-4)


def test_landmark_scores_are_the_logistic_regression_on_nystroem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.models.solver.rows_at_most", lambda *_: 100)
    monkeypatch.setattr("core.models.plane.GRADIENT_TOLERANCE", 1e-8)
    given = problem(Task.BINARY)
    machine = FAMILY.fit(Params(landmarks=50, **PLAIN), given, 0, silent).estimator
    features = kernel(given.x, machine.points, machine.gamma)
    features = features @ whitening(machine.points, machine.gamma)
    theirs: Any = LogisticRegression(tol=1e-8, max_iter=1000).fit(features, given.y)
    expected = theirs.predict_proba(features)[:, 1]
    np.testing.assert_allclose(FAMILY.scores(machine, given.x), expected, atol=1e-3)


def test_amounts_add_up_where_few_spend_much() -> None:
    """And those of SVR do not."""
    chance = np.random.default_rng(0)
    x = chance.normal(size=(2400, 4)).astype("float32")
    buys = chance.random(2400) < 1 / (1 + np.exp(1 - 2 * x[:, 0]))
    y = np.where(buys, np.exp(3 + 0.5 * x[:, 1] + chance.normal(size=2400)), 0.0)
    given = replace(problem(Task.REGRESSION, 1200), x=x[:1200], y=y[:1200])
    totals = {}
    for way in ("auto", "exact"):
        machine = FAMILY.fit(Params(way, 1.0, 0.3), given, 0, silent).estimator
        totals[way] = FAMILY.scores(machine, x[1200:]).sum() / y[1200:].sum()
    assert totals["auto"] == pytest.approx(1.0, abs=0.1)
    assert totals["exact"] < 0.75


def test_without_a_choice_of_rows_values_are_kernel_ridge_regression() -> None:
    given, new = problem(Task.REGRESSION, 400), problem(Task.REGRESSION, 200, seed=1)
    params = Params(c=2.0, gamma=1.0)
    ours = FAMILY.scores(FAMILY.fit(params, given, 0, silent).estimator, new.x)
    gamma, mean, scale = gamma_of(given.x, 1.0), given.y.mean(), given.y.std()
    rows, asked = (rbf_kernel(each.x.astype("float64"), given.x.astype("float64"), gamma=gamma)
                   for each in (given, new))  # fmt: skip
    middle = np.eye(400) - 1 / 400  # the mean is not penalised
    alpha = np.linalg.solve(middle @ rows @ middle + np.eye(400) / 4, (given.y - mean) / scale)
    centred = (asked - rows.mean(axis=0)) @ middle
    np.testing.assert_allclose((ours - mean) / scale, centred @ alpha, atol=0.01)


@pytest.mark.parametrize("rows", [300, 1500])
def test_penalty_and_width_are_found_where_none_is_given(rows: int) -> None:
    given = problem(Task.BINARY, rows=rows)
    found = smoothness(given, 0, silent)
    fitted = [
        FAMILY.fit(params, given, 0, silent)
        for params in (Params(), Params(c=found.c, gamma=found.gamma), Params(c=2.0))
    ]
    assert fitted[0].chosen == {"c": found.c, "gamma": found.gamma}
    assert fitted[1].chosen == {}
    assert set(fitted[2].chosen) == {"gamma"}
    ours, same = (each.estimator for each in fitted[:2])
    assert ours.gamma == gamma_of(given.x, found.gamma)
    np.testing.assert_array_equal(ours.alphas, same.alphas)
