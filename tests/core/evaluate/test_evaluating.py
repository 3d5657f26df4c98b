"""Predictions become figures; the threshold moves only what depends on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from core.errors import TruthMissing
from core.evaluate.evaluating import at_threshold, best_threshold, evaluate
from core.evaluate.metric import metrics_of
from core.predict import Predictions
from tests.core.evaluate.made import answers, binary, brands, buyers, spend


@pytest.mark.parametrize("made", [buyers, brands, spend])
def test_every_metric_of_the_task_in_order_and_repeatable(made: object) -> None:
    found = evaluate(made())
    assert [s.metric for s in found.scores] == [m.key for m in metrics_of(made().task)]
    assert evaluate(made()).scores == found.scores


def test_a_moved_threshold_equals_evaluating_there() -> None:
    start, there = evaluate(buyers(), 0.5), evaluate(buyers(), 0.2)
    moved = at_threshold(start, 0.2)
    assert moved.scores == there.scores
    assert moved.threshold == 0.2
    assert moved["roc_auc"] is start["roc_auc"]
    assert moved["recall"].value > start["recall"].value


def test_thresholds_mean_nothing_to_other_tasks() -> None:
    start = evaluate(brands())
    assert at_threshold(start, 0.2).scores == start.scores
    assert best_threshold(spend()) == 0.5


@settings(max_examples=50, deadline=None)
@given(answers())
def test_best_threshold_has_the_highest_f1(p: Predictions) -> None:
    def f1(threshold: float) -> float:
        said = p.scores >= threshold
        return 2 * (said & (p.truth == 1)).sum() / (said.sum() + p.truth.sum())

    best = f1(best_threshold(p))
    assert best == pytest.approx(max(f1(t) for t in np.unique(p.scores)))


def test_no_positives_propose_a_half() -> None:
    assert best_threshold(binary([0.1, 0.2], [0, 0])) == 0.5


def test_rows_without_truth_are_left_out() -> None:
    p = spend(10)
    truth = p.truth.copy()
    truth[[2, 5]] = np.nan
    found = evaluate(replace(p, truth=truth))
    assert found.predictions.rows.tolist() == [0, 1, 3, 4, 6, 7, 8, 9]
    expected = np.abs(p.truth - p.scores)[found.predictions.rows].mean()
    assert found["mae"].value == pytest.approx(expected)


@pytest.mark.parametrize("truth", [None, np.array([]), np.array([-1, -1, -1])])
def test_no_truth_at_all_is_said(truth: np.ndarray | None) -> None:
    with pytest.raises(TruthMissing) as raised:
        evaluate(replace(binary([0.1, 0.2, 0.3], [0, 1, 0]), truth=truth))
    assert raised.value.column == "bought"


def test_predictions_are_left_as_they_were() -> None:
    p = buyers()
    scores, truth = p.scores.copy(), p.truth.copy()
    p.scores.setflags(write=False)
    p.truth.setflags(write=False)
    evaluate(p)
    assert (p.scores == scores).all()
    assert (p.truth == truth).all()
