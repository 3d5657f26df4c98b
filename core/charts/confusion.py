"""The confusion chart: what the model says against what happened, in customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import INK, OTHER
from core.charts.plane import cut, example_models, plane
from core.evaluate.confusion import Confusion, confusion
from core.evaluate.truth import known
from core.models.family import Task
from core.predict import Predictions
from core.text.plain import plot_text

CLASSES_WITH_NUMBERS = 12
STRONGEST = 0.6  # see-through enough for the theme's text to be read on it, light or dark
LONGEST_CLASS = 18


@dataclass(frozen=True)
class ConfusionPoints:
    """One model's confusion matrix; ``binary``: it depends on the threshold."""

    name: str
    target: str
    matrix: Confusion
    binary: bool


def points(name: str, predictions: Predictions, threshold: float = 0.5) -> ConfusionPoints:
    """The matrix of one model."""
    binary = predictions.task is Task.BINARY
    return ConfusionPoints(
        name, predictions.target, confusion(known(predictions), threshold), binary
    )


def draw(shown: ConfusionPoints, look: Look) -> Drawing:
    """A cell for each pair of classes, stronger where more of a row's customers are."""
    classes = shown.matrix.classes
    figure = plane(
        look.say("charts_evaluate.confusion.x", target=shown.target),
        look.say("charts_evaluate.confusion.y", target=shown.target),
        legend=False,
    )
    figure.add_trace(_cells(shown.matrix, look))
    if len(classes) <= CLASSES_WITH_NUMBERS:
        figure.update_layout(annotations=_numbers(shown.matrix, look))
    names = [plot_text(cut(name, LONGEST_CLASS)) for name in classes]
    places = list(range(len(classes)))
    figure.update_xaxes(tickvals=places, ticktext=names, showgrid=False, side="bottom")
    figure.update_yaxes(
        tickvals=places, ticktext=names, showgrid=False, range=[len(classes) - 0.5, -0.5]
    )
    figure.update_layout(height=max(300, 44 * len(classes) + 120))
    return Drawing(figure, _title(shown, look), _sentence(shown, look), _table(shown, look))


def _cells(matrix: Confusion, look: Look) -> go.Heatmap:
    shares = np.nan_to_num(matrix.of_actual)
    hover = [
        [
            plot_text(
                look.say(
                    "charts_evaluate.confusion.hover",
                    actual=actual,
                    predicted=predicted,
                    count=int(matrix.counts[i, j]),
                    share=shares[i, j],
                )
            )
            for j, predicted in enumerate(matrix.classes)
        ]
        for i, actual in enumerate(matrix.classes)
    ]
    return go.Heatmap(
        z=shares,
        zmin=0,
        zmax=1,
        colorscale=[[0, _see_through(0.0)], [1, _see_through(STRONGEST)]],
        showscale=False,
        xgap=2,
        ygap=2,
        text=hover,
        hovertemplate="%{text}<extra></extra>",
    )


def _see_through(strength: float) -> str:
    red, green, blue = (int(OTHER[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {strength})"


def _numbers(matrix: Confusion, look: Look) -> list[dict[str, object]]:
    shares = matrix.of_actual
    return [
        {
            "x": j,
            "y": i,
            "text": look.say(
                "charts_evaluate.confusion.cell",
                count=int(matrix.counts[i, j]),
                share=shares[i, j],
            ).replace("\n", "<br>"),
            "showarrow": False,
            "font": {"color": INK[look.dark]},
        }
        for i in range(len(shares))
        for j in range(len(shares))
    ]


def _title(shown: ConfusionPoints, look: Look) -> str:
    counts = shown.matrix.counts
    if shown.binary:
        return look.say(
            "charts_evaluate.confusion.title_binary",
            threshold=shown.matrix.threshold,
            yes=int(counts[:, 1].sum()),
            right=int(counts[1, 1]),
            missed=int(counts[1, 0]),
            outcome=shown.matrix.classes[1],
        )
    wrong = counts - np.diag(np.diag(counts))
    i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
    facts = {"actual": shown.matrix.classes[i], "predicted": shown.matrix.classes[j]}
    key = "title_classes" if wrong.any() else "title_none"
    return look.say(f"charts_evaluate.confusion.{key}", count=int(wrong[i, j]), **facts)


def _sentence(shown: ConfusionPoints, look: Look) -> str:
    return look.say(
        "charts_evaluate.confusion.sentence",
        name=cut(shown.name),
        rows=int(shown.matrix.counts.sum()),
    )


def _table(shown: ConfusionPoints, look: Look) -> pd.DataFrame:
    matrix = shown.matrix
    size = len(matrix.classes)
    return pd.DataFrame(
        {
            look.say("charts_evaluate.table.happened"): np.repeat(matrix.classes, size),
            look.say("charts_evaluate.table.says"): np.tile(matrix.classes, size),
            look.say("charts_evaluate.table.customers"): matrix.counts.ravel(),
            look.say("charts_evaluate.table.of_actual"): np.round(
                100 * matrix.of_actual, 1
            ).ravel(),
            look.say("charts_evaluate.table.of_all"): np.round(100 * matrix.of_all, 1).ravel(),
        }
    )


def example() -> ConfusionPoints:
    """Four classes, one with a long name."""
    return points(*example_models(Task.MULTICLASS)[0])


CHART = Chart("confusion", draw, example)
