"""How good a model was and is: figures as elsewhere, and a fall that is more than chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.drift.advice import headline, is_worse, lost
from core.drift.performance import changed, performance
from core.drift.spreads import spreads
from core.evaluate.delong import area
from core.evaluate.evaluating import evaluate
from core.evaluate.evaluation import Score
from core.evaluate.metric import metrics
from core.models.family import Task
from core.predict import Predictions


def said(rows: int, seed: int, noise: float = 0.8, raised: float = 0.0) -> Predictions:
    """Chances that are right on average, but for noise; ``raised`` moves their log-odds."""
    chance = np.random.default_rng(seed)
    logit = chance.normal(-1, 1.5, rows)
    truth = (chance.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.int64)
    seen = 1 / (1 + np.exp(-(logit + raised + noise * chance.normal(size=rows))))
    return Predictions(Task.BINARY, "buys", ("no", "yes"), np.arange(rows), seen, truth)


def auc(found: Predictions) -> Score:
    metric = metrics()["roc_auc"].statistic
    return Score("roc_auc", metric.value(found, 0.5), *metric.interval(found, 0.5, 0))


def test_then_and_now_are_each_their_own_evaluation() -> None:
    then, now = evaluate(said(900, 0), 0.4), said(700, 1, noise=2.0)
    found = performance(then, now, 12)
    again = evaluate(now, 0.4)
    assert [each.metric for each in found.changes] == [s.metric for s in then.scores]
    for each in found.changes:
        assert each.then[0] == then[each.metric].value
        assert each.now == tuple(
            getattr(again[each.metric], end) for end in ("value", "low", "high")
        )
        assert each.change[0] == pytest.approx(each.now[0] - each.then[0])
    assert found.changes[0].now[0] == pytest.approx(roc_auc_score(now.truth, now.scores))
    assert found.rows == (900, 700)
    assert found.without_copies == 12


def test_the_interval_of_a_change_is_delongs_where_intervals_are_symmetric() -> None:
    """Two areas of many rows: the variance of their difference is the sum of their variances."""
    then, now = said(4000, 0), said(3000, 1, noise=1.5)
    found = performance(evaluate(then), now).changes[0]
    areas = [area(each.scores, each.truth == 1) for each in (then, now)]
    half = 1.96 * np.sqrt(areas[0].variance + areas[1].variance)
    gap = areas[1].value - areas[0].value
    assert found.change == pytest.approx((gap, gap - half, gap + half), abs=5e-4)


def test_of_models_that_hold_few_are_called_worse_and_of_those_that_fell_most() -> None:
    """At most 2.5 % in the long run where nothing changed: 200 pairs."""
    alarms = sum(
        is_worse(changed(auc(said(400, seed)), auc(said(300, 10_000 + seed))))
        for seed in range(200)
    )
    assert alarms <= 12
    falls = [changed(auc(said(900, s)), auc(said(900, 500 + s, 4.0))) for s in range(20)]
    assert all(is_worse(each) for each in falls)
    assert all(lost(each, Task.BINARY) > 0.2 for each in falls)


def test_a_change_by_hand() -> None:
    found = changed(Score("roc_auc", 0.9, 0.88, 0.91), Score("roc_auc", 0.8, 0.75, 0.84))
    low = -0.1 - np.hypot(0.05, 0.01)
    high = -0.1 + np.hypot(0.04, 0.02)
    assert found.change == pytest.approx((-0.1, low, high))
    assert is_worse(found)
    assert lost(found, Task.BINARY) == pytest.approx(0.25)
    undefined = changed(Score("roc_auc", 0.9, 0.88, 0.91), Score("roc_auc", np.nan, np.nan, np.nan))
    assert (undefined.now, undefined.is_known) == ((None, None, None), False)
    assert not is_worse(undefined)


def test_less_is_better_for_an_error() -> None:
    rose = changed(Score("brier", 0.10, 0.09, 0.11), Score("brier", 0.20, 0.18, 0.22))
    assert is_worse(rose)
    fell = changed(Score("brier", 0.20, 0.18, 0.22), Score("brier", 0.10, 0.09, 0.11))
    assert not is_worse(fell)


def test_chances_that_are_too_high_now_are_seen() -> None:
    then, now = said(3000, 0, 0.0), said(3000, 1, 0.0, raised=1.0)
    found = performance(evaluate(then), now)
    before, after = found.levels
    assert before.off.low <= 0 <= before.off.high
    assert after.off.high < -0.1
    assert after.off.value == pytest.approx(now.truth.mean() - now.scores.mean())
    assert sum(group.rows for group in found.groups[1]) == 3000
    assert all(group.actual < group.predicted for group in found.groups[1][2:-1])


def test_values_and_several_classes() -> None:
    chance = np.random.default_rng(0)
    actual = chance.normal(50, 10, 600)
    values = Predictions(Task.REGRESSION, "spend", (), np.arange(600), actual + 1, actual)
    found = performance(evaluate(values), replace(values, scores=actual - 5))
    assert (found.of, found.groups) == ("", ((), ()))
    assert found.levels[1].off.value == pytest.approx(5.0)
    assert headline(found, Task.REGRESSION).metric == "r2"
    scores = chance.dirichlet([4, 2, 1], 600)
    truth = np.array([chance.choice(3, p=row) for row in scores])
    several = Predictions(Task.MULTICLASS, "next", ("a", "b", "c"), np.arange(600), scores, truth)
    found = performance(evaluate(several), several)
    assert found.of == "a"
    assert found.levels[0].predicted == pytest.approx(scores[:, 0].mean())
    assert spreads(values, values, 0.5)[0].target == "spend"
    told = spreads(several, several, 0.5)
    assert [one.of for one in told] == ["a", "b", "c"]
    assert told[0].above is None


def test_one_answer_alone_has_no_area() -> None:
    now = said(50, 1)
    found = performance(evaluate(said(400, 0)), replace(now, truth=np.zeros(50, np.int64)))
    assert headline(found, Task.BINARY) is None


def test_what_is_predicted_then_and_now() -> None:
    then, now = said(2000, 0), said(1000, 1, raised=0.7)
    (found,) = spreads(then, now, 0.5)
    assert found.means[1].value == pytest.approx(now.scores.mean())
    assert found.above == (
        pytest.approx((then.scores >= 0.5).mean()),
        pytest.approx((now.scores >= 0.5).mean()),
    )
    assert (then.scores >= found.cut[0]).sum() == 200
    assert (now.scores >= found.cut[1]).sum() == 100
    assert found.over == pytest.approx((now.scores >= found.cut[0]).mean())
    assert found.over > 0.12
    assert found.beyond > 0.1
    assert found.p < 1e-6
    assert sum(bar.then for bar in found.bars) == 2000
