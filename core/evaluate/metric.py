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
    ``in_units``: it is in the target's unit, so that none of its values is large or small.
    """

    key: str
    order: int
    tasks: frozenset[Task]
    better: Better
    statistic: Statistic
    headline: frozenset[Task] = frozenset()
    needs_threshold: bool = False
    undefined: str = ""
    in_units: bool = False

    def of(self, predictions: Predictions) -> float:
        """Its value, of predictions whose truth is known, where it hangs on no threshold."""
        return self.statistic.value(predictions, ANY_THRESHOLD)

    def part(self, share: float, score: float) -> float:
        """A small ``share`` as a difference to ``score``: a share of it where it has a unit."""
        return share * abs(score) if self.in_units else share


def metrics() -> dict[str, Metric]:
    """Every metric by key, in the order in which they are shown."""
    return cast(dict[str, Metric], entries("core.evaluate.metrics", "METRIC"))


def metrics_of(task: Task) -> tuple[Metric, ...]:
    """The metrics that suit a task, in the order in which they are shown."""
    return tuple(metric for metric in metrics().values() if task in metric.tasks)


def ranking(task: Task) -> tuple[Metric, ...]:
    """What models of a task can be ranked by: that hangs on no threshold; the usual one first."""
    able = [m for m in metrics_of(task) if task is not Task.BINARY or not m.needs_threshold]
    return tuple(sorted(able, key=lambda metric: task not in metric.headline))


def chosen_metric(task: Task, key: str) -> Metric:
    """The metric of a key; of an empty one, that which ranks models of the task."""
    return metrics()[key] if key else headline_metric(task)


def headline_metric(task: Task) -> Metric:
    """The metric that ranks models of a task."""
    return next(metric for metric in metrics().values() if task in metric.headline)
