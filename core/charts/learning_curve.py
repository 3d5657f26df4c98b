"""The score by how many customers were learned from, and what more would bring."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, OUTCOME
from core.evaluate.metric import Better, headline_metric
from core.models.family import Task
from core.robust.learning import Learning, Point, forecast
from core.text.plain import plot_text

KEY = "charts_learning_curve"
STEPS = 60
LEAST = 0.0005


def draw(found: Learning, look: Look) -> Drawing:
    """A dot a draw, the law through their means, dotted where it is a forecast."""
    metric = look.say(f"evaluate.metric.{headline_metric(found.task).key}.name")
    now, end = found.points[-1].rows, found.points[-1].rows + found.more
    figure = go.Figure()
    for x, dash, name in (
        (np.geomspace(found.points[0].rows, now, STEPS), "solid", "law"),
        (np.linspace(now, end, STEPS), "dot", "forecast"),
    ):
        figure.add_scatter(
            x=x,
            y=found.at(x),
            mode="lines",
            line={"color": OTHER if dash == "solid" else NEUTRAL, "dash": dash, "width": 2},
            name=look.say(f"{KEY}.{name}"),
            hovertemplate="%{x:,.0f}: %{y:.4g}<extra></extra>",
        )
    rows = [point.rows for point in found.points for _ in point.scores]
    scores = [score for point in found.points for score in point.scores]
    figure.add_scatter(
        x=rows,
        y=scores,
        mode="markers",
        marker={"color": OUTCOME, "size": 8},
        name=look.say(f"{KEY}.models"),
        hovertemplate="%{x:,.0f}: %{y:.4g}<extra></extra>",
    )
    figure.update_layout(
        height=360,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"title": look.say(f"{KEY}.rows"), "rangemode": "tozero"},
        yaxis_title=plot_text(metric),
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    facts = {"metric": metric, "more": found.more, "change": found.change}
    title = look.say(f"{KEY}.{'title' if helps(found) else 'title_no'}", **facts)
    sentence = look.say(f"{KEY}.sentence", low=found.low, high=found.high, **facts)
    return Drawing(figure, title, sentence, _table(found, metric, look))


def helps(found: Learning) -> bool:
    """Whether more customers surely make it better by something one can see."""
    better = headline_metric(found.task).better
    surely = found.low if better is Better.HIGHER else -found.high
    return surely >= LEAST


def _table(found: Learning, metric: str, look: Look) -> pd.DataFrame:
    return pd.DataFrame(
        {
            look.say(f"{KEY}.rows"): [point.rows for point in found.points],
            metric: [point.mean for point in found.points],
            look.say(f"{KEY}.least"): [min(point.scores) for point in found.points],
            look.say(f"{KEY}.most"): [max(point.scores) for point in found.points],
            look.say(f"{KEY}.draws"): [len(point.scores) for point in found.points],
        }
    )


def example() -> Learning:
    """A curve that still rises."""
    points = tuple(
        Point(rows, tuple(0.92 - 0.8 * rows**-0.5 + wobble for wobble in (-0.002, 0.002)))
        for rows in (200, 400, 900, 2000, 4000)
    )
    found = forecast(Task.BINARY, points, Better.HIGHER)
    assert found is not None  # noqa: S101 - five points are enough
    return found


CHART = Chart("learning_curve", draw, example)
