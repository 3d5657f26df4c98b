"""The contract of a metric: what one file in ``core/evaluate/metrics`` says about itself.

A metric's file defines one constant ``METRIC``. It is found by ``metrics()``; nothing else names
it. Its name and its help in plain words are ``evaluate.metric.<key>.name`` and ``.help``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from core.discover import entries
from core.models.family import Task
from core.predict import Predictions

Range = tuple[float, float]
ANY_THRESHOLD = 0.5


class Better(StrEnum):
    """Which way a metric improves."""

    HIGHER = "higher"
    LOWER = "lower"

    @property
    def sign(self) -> int:
        """1 where more is better, else -1."""
        return 1 if self is Better.HIGHER else -1


@dataclass(frozen=True)
class Statistic:
    """How a number is made from predictions whose truth is known, never with a warning.

    ``value(predictions, threshold)`` is nan where the number is undefined.
    ``interval(predictions, threshold, seed)`` is its 95 % interval, nan where unknown.
    ``difference(first, second, threshold, seed)`` is the 95 % interval of first minus second on
    the *same* rows in the same order, paired.
    """

    value: Callable[[Predictions, float], float]
    interval: Callable[[Predictions, float, int], Range]
    difference: Callable[[Predictions, Predictions, float, int], Range]


@dataclass(frozen=True)
class Metric:
    """One figure of how good a model is.

    ``headline`` holds the tasks whose models are ranked by it. ``needs_threshold``: for binary, it
    changes with the threshold. ``undefined`` is the key of the sentence
    (``evaluate.undefined.<key>``) that says why its value may be nan; empty if it never is.
    """

    key: str
    order: int
    tasks: frozenset[Task]
    better: Better
    statistic: Statistic
    headline: frozenset[Task] = frozenset()
    needs_threshold: bool = False
    undefined: str = ""


def metrics() -> dict[str, Metric]:
    """Every metric by key, in the order in which they are shown."""
    return cast(dict[str, Metric], entries("core.evaluate.metrics", "METRIC"))


def metrics_of(task: Task) -> tuple[Metric, ...]:
    """The metrics that suit a task, in the order in which they are shown."""
    return tuple(metric for metric in metrics().values() if task in metric.tasks)


def ranked_by(predictions: Predictions) -> float:
    """What models of the task are ranked by, of predictions whose truth is known.

    No headline metric hangs on a threshold.
    """
    return headline_metric(predictions.task).statistic.value(predictions, ANY_THRESHOLD)


def headline_metric(task: Task) -> Metric:
    """The metric that ranks models of a task."""
    return next(metric for metric in metrics().values() if task in metric.headline)
