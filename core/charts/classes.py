"""How well each class is told from the others, one dot a class."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER
from core.evaluate.classes import ClassScores, class_scores
from core.models.family import Task
from core.predict import Predictions
from core.text.plain import plot_text, visible

ROW_HEIGHT = 34
COLUMNS = ("name", "count", "predicted", "precision", "recall", "f1", "roc_auc", "low", "high")


@dataclass(frozen=True)
class ClassPoints:
    """The classes of one model, the best told first."""

    name: str
    classes: tuple[ClassScores, ...]


def points(name: str, predictions: Predictions, threshold: float = 0.5) -> ClassPoints:
    """Every class's figures, by one-vs-rest ROC AUC."""
    found = class_scores(predictions, threshold)
    return ClassPoints(name, tuple(sorted(found, key=lambda c: -np.nan_to_num(c.roc_auc))))


def draw(shown: ClassPoints, look: Look) -> Drawing:
    """One-vs-rest ROC AUC with its interval; 0.5 is guessing."""
    lines = shown.classes[::-1]
    figure = go.Figure(
        go.Scatter(
            x=[c.roc_auc for c in lines],
            y=[plot_text(c.name) for c in lines],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [c.high - c.roc_auc for c in lines],
                "arrayminus": [c.roc_auc - c.low for c in lines],
            },
            mode="markers",
            marker={"color": OTHER, "size": 11},
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
    )
    figure.add_vline(0.5, line_dash="dot", line_color=NEUTRAL)
    figure.update_layout(
        height=110 + ROW_HEIGHT * len(lines),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis_title=look.say("charts_classes.x"),
        yaxis={"automargin": True, "type": "category"},
        showlegend=False,
    )
    best, worst = shown.classes[0], shown.classes[-1]
    title = look.say("charts_classes.title", best=visible(best.name), worst=visible(worst.name))
    return Drawing(figure, title, look.say("charts_classes.sentence"), _table(shown, look))


def _table(shown: ClassPoints, look: Look) -> pd.DataFrame:
    table = pd.DataFrame([asdict(c) for c in shown.classes])[list(COLUMNS)]
    return table.rename(columns={name: look.say(f"evaluate.classes.{name}") for name in COLUMNS})


def example() -> ClassPoints:
    """Three classes of sixty rows."""
    chance = np.random.default_rng(0)
    truth = chance.integers(0, 3, 60)
    scores = chance.dirichlet(np.ones(3), 60) + np.eye(3)[truth]
    scores /= scores.sum(axis=1, keepdims=True)
    rows = np.arange(60)
    found = Predictions(Task.MULTICLASS, "brand", ("a", "b", "c"), rows, scores, truth)
    return points("Forest", found)


CHART = Chart("classes", draw, example)
