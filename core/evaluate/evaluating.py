"""Predictions become figures with intervals."""

from __future__ import annotations

from dataclasses import replace

from core.evaluate.curves.precision_recall import best_f1_threshold
from core.evaluate.evaluation import Evaluation, Score
from core.evaluate.metric import Metric, metrics, metrics_of
from core.evaluate.truth import known
from core.models.family import Task
from core.predict import Predictions


def evaluate(predictions: Predictions, threshold: float = 0.5, seed: int = 0) -> Evaluation:
    """Every metric of the task on the rows whose truth is known (the evaluation keeps only these).

    ``threshold`` is the chance in 0..1 from which on a row counts as a yes (binary only). Raises
    TruthMissing where no row's truth is known.
    """
    judged = known(predictions)
    scores = tuple(_score(m, judged, threshold, seed) for m in metrics_of(judged.task))
    return Evaluation(judged, threshold, scores)


def at_threshold(evaluation: Evaluation, threshold: float, seed: int = 0) -> Evaluation:
    """The same evaluation at another threshold; only what depends on it is computed again."""
    judged = evaluation.predictions
    if judged.task is not Task.BINARY:
        return replace(evaluation, threshold=threshold)
    scores = tuple(
        _score(metrics()[old.metric], judged, threshold, seed)
        if metrics()[old.metric].needs_threshold
        else old
        for old in evaluation.scores
    )
    return replace(evaluation, threshold=threshold, scores=scores)


def best_threshold(predictions: Predictions) -> float:
    """The threshold with the highest F1 for binary predictions; 0.5 for anything else."""
    if predictions.task is not Task.BINARY:
        return 0.5
    return best_f1_threshold(known(predictions))


def _score(metric: Metric, judged: Predictions, threshold: float, seed: int) -> Score:
    value = metric.statistic.value(judged, threshold)
    low, high = metric.statistic.interval(judged, threshold, seed)
    return Score(metric.key, value, low, high)
