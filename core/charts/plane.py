"""What charts of held-out customers share: a plane, a line a model, a reference, a mark."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.chart import Look
from core.charts.colours import NEUTRAL, QUIET, SERIES
from core.models.family import Task
from core.predict import Predictions
from core.text.plain import plot_text, visible

Floats = NDArray[np.float64]
# A model's name and its held-out predictions; the order of models is the order of colours.
Models = tuple[tuple[str, Predictions], ...]
HEIGHT = 380
LONGEST_NAME = 40


def cut(name: object, longest: int = LONGEST_NAME) -> str:
    """A name on one line, cut; the whole belongs in the hover."""
    shown = visible(name)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def colour(number: int) -> str:
    """The colour of the model at that place, from 0."""
    return SERIES[number % len(SERIES)]


def plane(x: str, y: str, legend: bool) -> go.Figure:
    """An empty figure with named axes, tight margins and the theme's own colours."""
    figure = go.Figure()
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 24, "t": 8, "b": 0},
        showlegend=legend,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
    )
    axis = {"automargin": True, "zeroline": False, "gridcolor": QUIET, "ticklabeloverflow": "allow"}
    figure.update_xaxes(title=plot_text(x), **axis)
    figure.update_yaxes(title=plot_text(y), **axis)
    return figure


def share_axis(low: float = -0.01, high: float = 1.01) -> dict[str, Any]:
    """Settings of an axis of shares."""
    return {"tickformat": ".0%", "range": [low, high]}


def curve(figure: go.Figure, number: int, name: str, x: Floats, y: Floats, hover: str) -> None:
    """One model's line; ``hover`` is a template of ours over x, y."""
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            name=plot_text(cut(name)),
            line={"color": colour(number), "width": 2.5},
            hovertemplate=f"{plot_text(name)}<br>{hover}<extra></extra>",
        )
    )


def reference(figure: go.Figure, x: Floats | list[float], y: Floats | list[float]) -> None:
    """A dotted line to compare with."""
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": NEUTRAL, "dash": "dot", "width": 1.5},
            showlegend=False,
            hoverinfo="skip",
        )
    )


def note(figure: go.Figure, x: float, y: float, words: str, **place: Any) -> None:
    """Words at a point of the plane, in the theme's colour of text."""
    figure.add_annotation(x=x, y=y, text=plot_text(words), showarrow=False, **place)


def mark(figure: go.Figure, number: int, x: float, y: float, hover: str) -> None:
    """The point of a model's line where the current threshold puts it."""
    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers",
            marker={
                "symbol": "diamond",
                "size": 13,
                "color": colour(number),
                "line": {"color": NEUTRAL, "width": 1.5},
            },
            showlegend=False,
            hovertemplate=f"{plot_text(hover)}<extra></extra>",
        )
    )


def percent(values: Floats) -> Floats:
    """Shares for a table: percent with one decimal."""
    return np.round(100 * np.asarray(values, float), 1)


def hover_words(look: Look, key: str, **facts: object) -> str:
    """A hover template of ours from core/text: {x} and {y} are places for Plotly."""
    return look.say(f"charts_evaluate.{key}.hover", x="%{x:.1%}", y="%{y:.1%}", **facts)


def example_models(task: Task, rows: int = 400, models: int = 2) -> Models:
    """Made-up held-out predictions with awkward names, the first model better: for tests."""
    makers = {Task.BINARY: _yes_no, Task.MULTICLASS: _classes, Task.REGRESSION: _values}
    names = ("Random forest", "SVM <b>%{x}</b> with a name that is longer than an axis likes it")
    return tuple((names[i % 2], makers[task](rows, 0.6 + i)) for i in range(models))


def _yes_no(rows: int, noise: float) -> Predictions:
    chance = np.random.default_rng(0)
    logit = chance.normal(-1.5, 1.6, rows)
    truth = (chance.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.int64)
    seen = 1 / (1 + np.exp(-(logit + noise * chance.normal(size=rows))))
    return Predictions(
        Task.BINARY, "Revenue", ("FALSE", "TRUE"), np.arange(rows), np.round(seen, 3), truth
    )


def _classes(rows: int, noise: float) -> Predictions:
    chance = np.random.default_rng(0)
    logits = chance.normal(size=(rows, 4)) * 1.5
    truth = np.argmax(logits + chance.gumbel(size=logits.shape), axis=1)
    raised = np.exp(logits + noise * chance.normal(size=logits.shape))
    names = ("Yoplait", "Dannon", "Hiland <i>", "요거트 Weight Watchers with a long name")
    scores = raised / raised.sum(axis=1, keepdims=True)
    return Predictions(Task.MULTICLASS, "brand", names, np.arange(rows), scores, truth)


def _values(rows: int, noise: float) -> Predictions:
    chance = np.random.default_rng(0)
    actual = chance.lognormal(4, 1, rows)
    seen = actual * np.exp(0.5 * noise * chance.normal(size=rows))
    return Predictions(Task.REGRESSION, "MntWines", (), np.arange(rows), seen, actual)
