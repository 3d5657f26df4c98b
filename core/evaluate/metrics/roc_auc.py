"""Area under the ROC curve, with DeLong's interval."""

from __future__ import annotations

from core.evaluate.delong import Area, area, area_interval, difference_interval
from core.evaluate.metric import Better, Metric, Range, Statistic
from core.evaluate.truth import truth_of
from core.evaluate.units import units_of
from core.models.family import Task
from core.predict import Predictions


def _area(predictions: Predictions) -> Area:
    return area(predictions.scores, truth_of(predictions) == 1, units_of(predictions))


def value(predictions: Predictions, threshold: float) -> float:
    """The chance that a random positive row is ranked above a random negative one."""
    return _area(predictions).value


def interval(predictions: Predictions, threshold: float, seed: int) -> Range:
    """DeLong et al. (1988) on the log-odds scale; see ``core.evaluate.delong``."""
    return area_interval(_area(predictions))


def difference(first: Predictions, second: Predictions, threshold: float, seed: int) -> Range:
    """Paired DeLong et al. (1988)."""
    return difference_interval(_area(first), _area(second))


METRIC = Metric(
    key="roc_auc",
    order=10,
    tasks=frozenset({Task.BINARY}),
    better=Better.HIGHER,
    statistic=Statistic(value, interval, difference),
    headline=frozenset({Task.BINARY}),
    undefined="one_class",
)
