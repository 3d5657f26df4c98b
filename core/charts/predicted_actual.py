"""Predicted against actual values: how far off predictions are, customer by customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.plane import Models, colour, cut, example_models, note, plane, reference
from core.evaluate.curves.residuals import Residuals, residuals
from core.evaluate.truth import known, truth_of
from core.models.family import Task
from core.text.plain import plot_text

DOTS_AT_MOST = 2000


@dataclass(frozen=True)
class ErrorLine:
    """One model's residuals and its mean absolute error over all rows."""

    name: str
    rest: Residuals
    mae: float

    def every(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Predicted and actual of every ``step``-th row of the sample."""
        return self.rest.predicted[::step], self.rest.actual[::step]


@dataclass(frozen=True)
class ErrorPoints:
    """Models' errors on one target."""

    lines: tuple[ErrorLine, ...]
    target: str

    @property
    def step(self) -> int:
        """Every how manieth sampled row is drawn, so that all models stay under the limit."""
        dots = sum(len(line.rest.rows) for line in self.lines)
        return max(1, -(-dots // DOTS_AT_MOST))

    @property
    def ranked(self) -> tuple[ErrorLine, ...]:
        return tuple(sorted(self.lines, key=lambda line: line.mae))


def points(models: Models) -> ErrorPoints:
    """The errors of models: a sample of rows each, and figures over all rows."""
    lines = []
    for name, predictions in models:
        judged = known(predictions)
        mae = float(np.abs(truth_of(judged) - judged.scores).mean())
        lines.append(ErrorLine(name, residuals(judged), mae))
    return ErrorPoints(tuple(lines), models[0][1].target)


def draw(shown: ErrorPoints, look: Look) -> Drawing:
    """A dot a customer against the diagonal of perfect predictions."""
    figure = plane(
        look.say("charts_evaluate.predicted_actual.x", target=shown.target),
        look.say("charts_evaluate.predicted_actual.y", target=shown.target),
        legend=len(shown.lines) > 1,
    )
    hover = look.say("charts_evaluate.predicted_actual.hover", x="%{x:,.4g}", y="%{y:,.4g}")
    for number, line in enumerate(shown.lines):
        figure.add_trace(dots(number, line.name, *line.every(shown.step), hover))
    drawn = np.concatenate([np.concatenate(line.every(shown.step)) for line in shown.lines])
    low, high = float(drawn.min()), float(drawn.max())
    reference(figure, [low, high], [low, high])
    words = look.say("charts_evaluate.perfect")
    note(figure, high, high, words, xanchor="right", yanchor="bottom")
    return Drawing(
        figure,
        _title(shown, look),
        sample_sentence(shown, look, "predicted_actual"),
        table(shown, look),
    )


def dots(number: int, name: str, x: np.ndarray, y: np.ndarray, hover: str) -> go.Scatter:
    """A see-through dot a customer."""
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        name=plot_text(cut(name)),
        marker={"color": colour(number), "size": 6, "opacity": 0.45},
        hovertemplate=f"{plot_text(name)}<br>{hover}<extra></extra>",
    )


def _title(shown: ErrorPoints, look: Look) -> str:
    best = shown.ranked[0]
    facts: dict[str, object] = {"name": cut(best.name), "mae": best.mae, "target": shown.target}
    if len(shown.lines) == 1:
        return look.say("charts_evaluate.predicted_actual.title", **facts)
    facts |= {"second": cut(shown.ranked[1].name), "second_mae": shown.ranked[1].mae}
    return look.say("charts_evaluate.predicted_actual.title_several", **facts)


def sample_sentence(shown: ErrorPoints, look: Look, key: str) -> str:
    """The chart's sentence, which says how many customers are drawn of how many."""
    drawn = len(shown.lines[0].every(shown.step)[0])
    of = max(line.rest.of for line in shown.lines)
    words = look.say(f"charts_evaluate.{key}.sentence", target=shown.target)
    which = "all_drawn" if drawn == of else "some_drawn"
    return f"{words} {look.say(f'charts_evaluate.{which}', drawn=drawn, of=of)}"


def table(shown: ErrorPoints, look: Look) -> pd.DataFrame:
    """The sampled rows, numbered as in the user's table from 1."""

    def column(key: str) -> str:
        return look.say(f"charts_evaluate.table.{key}")

    parts = [
        pd.DataFrame(
            {
                column("name"): line.name,
                column("row"): line.rest.rows + 1,
                column("predicted_value"): line.rest.predicted,
                column("actual_value"): line.rest.actual,
                column("residual"): line.rest.residual,
            }
        )
        for line in shown.lines
    ]
    return pd.concat(parts, ignore_index=True)


def example() -> ErrorPoints:
    """Two models."""
    return points(example_models(Task.REGRESSION))


CHART = Chart("predicted_actual", draw, example)
