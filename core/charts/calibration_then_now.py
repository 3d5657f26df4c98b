"""Whether chances came true then, and whether they do now."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.charts import calibration
from core.charts.calibration import CalibrationLine, CalibrationPoints
from core.charts.chart import Chart, Drawing, Look
from core.charts.plane import example_models
from core.drift.comparison import Group, Performance
from core.drift.performance import performance
from core.evaluate.curves.calibration import Calibration
from core.evaluate.evaluating import evaluate
from core.models.family import Task

KEY = "charts_drift.calibration"
HUNDRED = 100


@dataclass(frozen=True)
class ThenNow:
    """Groups of customers by the chance of ``of``, then and now; neither is without any."""

    of: str
    then: tuple[Group, ...]
    now: tuple[Group, ...]


def points(found: Performance) -> ThenNow:
    """What there is of a performance with groups."""
    return ThenNow(found.of, *found.groups)


def draw(shown: ThenNow, look: Look) -> Drawing:
    """Both curves on the plane of the calibration chart."""
    sides = [(look.say(f"charts_drift.{key}"), getattr(shown, key)) for key in ("then", "now")]
    lines = tuple(CalibrationLine(name, _curve(groups)) for name, groups in sides)
    drawing = calibration.draw(CalibrationPoints(lines, shown.of), look)
    then, now = (HUNDRED * line.curve.error for line in lines)
    return replace(drawing, title=look.say(f"{KEY}.title", then=then, now=now))


def _curve(groups: tuple[Group, ...]) -> Calibration:
    names = ("predicted", "actual", "low", "high")
    predicted, actual, low, high = (
        np.array([getattr(group, name) for group in groups]) for name in names
    )
    rows = np.array([group.rows for group in groups], np.int64)
    error = float(np.abs(actual - predicted) @ rows / rows.sum())
    return Calibration(predicted, actual, low, high, rows, error)


def example() -> ThenNow:
    """Points for tests."""
    (_, then), (_, now) = example_models(Task.BINARY)
    return points(performance(evaluate(then), now))


CHART = Chart("calibration_then_now", draw, example)
