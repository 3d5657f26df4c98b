"""The lift chart: how many times the average the surest customers have the outcome."""

from __future__ import annotations

import numpy as np

from core.charts import gains
from core.charts.chart import Chart, Drawing, Look
from core.charts.gains import GainsLine, GainsPoints, table
from core.charts.plane import (
    Models,
    curve,
    cut,
    example_models,
    mark,
    note,
    plane,
    reference,
    share_axis,
)
from core.intervals import ratio
from core.models.family import Task

SHARE_IN_TITLE = 0.1
# A rate among fewer customers jumps about; the numbers behind the chart still hold it.
FEWEST_CUSTOMERS = 20


def points(models: Models, threshold: float = 0.5, class_number: int = 1) -> GainsPoints:
    """The same points as the gains chart's: lift is gains by share."""
    return gains.points(models, threshold, class_number)


def draw(shown: GainsPoints, look: Look) -> Drawing:
    """A line a model over the share contacted; 1 is the average of all customers."""
    figure = plane(
        look.say("charts_evaluate.lift.x"),
        look.say("charts_evaluate.lift.y", outcome=shown.outcome),
        legend=len(shown.lines) > 1,
    )
    reference(figure, [0, 1], [1, 1])
    note(figure, 0.01, 1, look.say("charts_evaluate.lift.no_model"), xanchor="left", yanchor="top")
    hover = look.say("charts_evaluate.lift.hover", x="%{x:.1%}", y="%{y:.2f}")
    for number, line in enumerate(shown.lines):
        far = line.curve.share * line.curve.rows >= min(FEWEST_CUSTOMERS, line.curve.rows)
        curve(figure, number, line.name, line.curve.share[far], line.curve.lift[far], hover)
    for number, line in enumerate(shown.lines):
        if line.at is not None and line.at[0] * line.curve.rows >= FEWEST_CUSTOMERS:
            said = look.say("charts_evaluate.at", threshold=shown.threshold, name=line.name)
            mark(figure, number, line.at[0], line.at[1] / line.at[0], said)
    figure.update_xaxes(**share_axis())
    figure.update_yaxes(rangemode="tozero", ticksuffix="×")
    return Drawing(figure, _title(shown, look), _sentence(shown, look), table(shown, look))


def _lift(line: GainsLine) -> float:
    return float(ratio(line.reached(SHARE_IN_TITLE), SHARE_IN_TITLE))


def _title(shown: GainsPoints, look: Look) -> str:
    ranked = sorted(shown.lines, key=lambda line: -np.nan_to_num(_lift(line)))
    facts: dict[str, object] = {
        "name": cut(ranked[0].name),
        "share": SHARE_IN_TITLE,
        "lift": _lift(ranked[0]),
        "outcome": shown.outcome,
    }
    if not np.isfinite(_lift(ranked[0])):
        return look.say("charts_evaluate.one_class")
    if len(ranked) == 1:
        return look.say("charts_evaluate.lift.title", **facts)
    facts |= {"second": cut(ranked[1].name), "second_lift": _lift(ranked[1])}
    return look.say("charts_evaluate.lift.title_several", **facts)


def _sentence(shown: GainsPoints, look: Look) -> str:
    base = shown.lines[0].curve.base
    return look.say(
        "charts_evaluate.lift.sentence", outcome=shown.outcome, base=base, fewest=FEWEST_CUSTOMERS
    )


def example() -> GainsPoints:
    """Two models."""
    return points(example_models(Task.BINARY), 0.4)


CHART = Chart("lift", draw, example)
