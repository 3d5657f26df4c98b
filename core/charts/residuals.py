"""The residual chart: what predictions leave over, and where they lean to one side."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.charts import predicted_actual
from core.charts.chart import Chart, Drawing, Look
from core.charts.plane import Models, colour, cut, example_models, note, plane, reference
from core.charts.predicted_actual import (
    ErrorLine,
    ErrorPoints,
    dots,
    sample_sentence,
    table,
)
from core.models.family import Task
from core.text.plain import plot_text


def points(models: Models) -> ErrorPoints:
    """The same points as predicted against actual."""
    return predicted_actual.points(models)


def draw(shown: ErrorPoints, look: Look) -> Drawing:
    """Actual minus predicted over predicted: dots, and the mean of each tenth of customers."""
    figure = plane(
        look.say("charts_evaluate.residuals.x", target=shown.target),
        look.say("charts_evaluate.residuals.y", target=shown.target),
        legend=len(shown.lines) > 1,
    )
    hover = look.say("charts_evaluate.residuals.hover", x="%{x:,.4g}", y="%{y:,.4g}")
    for number, line in enumerate(shown.lines):
        predicted, actual = line.every(shown.step)
        cloud = dots(number, line.name, predicted, actual - predicted, hover)
        figure.add_trace(cloud.update(showlegend=False))
    predicted = np.concatenate([line.rest.predicted for line in shown.lines])
    reference(figure, [float(predicted.min()), float(predicted.max())], [0, 0])
    words = look.say("charts_evaluate.residuals.none")
    note(figure, float(predicted.max()), 0, words, xanchor="right", yanchor="bottom")
    for number, line in enumerate(shown.lines):
        figure.add_trace(_means(number, line, look))
    sentence = sample_sentence(shown, look, "residuals")
    return Drawing(figure, _title(shown, look), sentence, table(shown, look))


def _means(number: int, line: ErrorLine, look: Look) -> go.Scatter:
    bins = line.rest.bins
    hover = look.say(
        "charts_evaluate.residuals.mean_hover",
        x="%{x:,.4g}",
        y="%{y:,.4g}",
        count="%{customdata:,}",
    )
    return go.Scatter(
        x=[each.predicted for each in bins],
        y=[each.mean for each in bins],
        customdata=[each.count for each in bins],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [max(each.high - each.mean, 0.0) for each in bins],
            "arrayminus": [max(each.mean - each.low, 0.0) for each in bins],
            "thickness": 1.5,
        },
        mode="lines+markers",
        name=plot_text(cut(line.name)),
        marker={"color": colour(number), "size": 9, "symbol": "diamond"},
        line={"color": colour(number), "width": 2},
        hovertemplate=f"{plot_text(line.name)}<br>{hover}<extra></extra>",
    )


def _title(shown: ErrorPoints, look: Look) -> str:
    best = shown.ranked[0]
    low, high = best.rest.spread
    return look.say(
        "charts_evaluate.residuals.title",
        name=cut(best.name),
        low=low,
        high=high,
        target=shown.target,
    )


def example() -> ErrorPoints:
    """Two models."""
    return points(example_models(Task.REGRESSION))


CHART = Chart("residuals", draw, example)
