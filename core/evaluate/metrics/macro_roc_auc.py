"""Mean one-vs-rest area under the ROC curve over the classes, with DeLong's interval."""

from __future__ import annotations

from core.evaluate.delong import Area, area_interval, difference_interval, macro_area
from core.evaluate.metric import Better, Metric, Range, Statistic
from core.evaluate.truth import truth_of
from core.evaluate.units import units_of
from core.models.family import Task
from core.predict import Predictions


def _area(predictions: Predictions) -> Area:
    return macro_area(predictions.scores, truth_of(predictions), units_of(predictions))


def value(predictions: Predictions, threshold: float) -> float:
    """Each class against the rest, every class counting the same; absent classes left out."""
    return _area(predictions).value


def interval(predictions: Predictions, threshold: float, seed: int) -> Range:
    """DeLong et al. (1988), each row's part averaged over the classes; on the log-odds scale."""
    return area_interval(_area(predictions))


def difference(first: Predictions, second: Predictions, threshold: float, seed: int) -> Range:
    """Paired DeLong et al. (1988), each row's part averaged over the classes."""
    return difference_interval(_area(first), _area(second))


METRIC = Metric(
    key="macro_roc_auc",
    order=10,
    tasks=frozenset({Task.MULTICLASS}),
    better=Better.HIGHER,
    statistic=Statistic(value, interval, difference),
    headline=frozenset({Task.MULTICLASS}),
    undefined="one_class",
)
