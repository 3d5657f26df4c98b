"""How a network's error fell while it learned."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import SERIES
from core.models.family import Curve
from core.text.plain import visible


@dataclass(frozen=True)
class Learning:
    """The curve of one model."""

    name: str
    curve: Curve


def points(name: str, curve: Curve) -> Learning:
    """The curve as it is: a fit has a few hundred steps at most."""
    return Learning(name, curve)


def draw(learning: Learning, look: Look) -> Drawing:
    """One line a series over the steps."""
    curve = learning.curve
    words = {name: _words(name, look) for name in curve.series}
    figure = go.Figure(
        [
            go.Scatter(
                x=list(curve.steps),
                y=list(values),
                mode="lines",
                name=words[name],
                line={"color": SERIES[i], "dash": ("solid", "dash")[i % 2]},
            )
            for i, (name, values) in enumerate(curve.series.items())
        ]
    )
    figure.update_layout(
        height=320,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis_title=look.say("charts_training_curve.steps"),
        yaxis_title=look.say("charts_training_curve.loss"),
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    table = pd.DataFrame({look.say("charts_training_curve.steps"): curve.steps})
    for name, values in curve.series.items():
        table[words[name]] = values
    last = curve.steps[-1] if curve.steps else 0
    title = look.say("charts_training_curve.title", name=visible(learning.name), steps=last)
    return Drawing(figure, title, look.say("charts_training_curve.sentence"), table)


def _words(name: str, look: Look) -> str:
    key = f"models.series.{name}"
    return look.say(key) if key in look.say else name


def example() -> Learning:
    """Five steps of two losses."""
    series: dict[str, tuple[float, ...]] = {
        "loss": (0.7, 0.5, 0.4, 0.35, 0.33),
        "held-in loss": (0.68, 0.52, 0.45, 0.44, 0.46),
    }
    return Learning("MLP", Curve((1, 2, 3, 4, 5), series))


CHART = Chart("training_curve", draw, example)
