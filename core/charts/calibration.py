"""The calibration chart: do chances come true as often as they say?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.plane import (
    Models,
    colour,
    cut,
    example_models,
    hover_words,
    note,
    percent,
    plane,
    reference,
    share_axis,
)
from core.evaluate.curves.calibration import Calibration, calibration
from core.evaluate.truth import known, one_vs_rest
from core.models.family import Task
from core.text.plain import plot_text


@dataclass(frozen=True)
class CalibrationLine:
    """One model's groups of customers by chance."""

    name: str
    curve: Calibration


@dataclass(frozen=True)
class CalibrationPoints:
    """Lines to draw, and the outcome whose chance is meant."""

    lines: tuple[CalibrationLine, ...]
    outcome: str


def points(models: Models, class_number: int = 1) -> CalibrationPoints:
    """The calibration of models; for several classes that of ``class_number``'s chance."""
    seen = [(name, one_vs_rest(known(p), class_number)) for name, p in models]
    lines = tuple(CalibrationLine(name, calibration(p)) for name, p in seen)
    return CalibrationPoints(lines, seen[0][1].outcome)


def draw(shown: CalibrationPoints, look: Look) -> Drawing:
    """A point a group with its interval, against the diagonal of chances that come true."""
    figure = plane(
        look.say("charts_evaluate.calibration.x", outcome=shown.outcome),
        look.say("charts_evaluate.calibration.y", outcome=shown.outcome),
        legend=len(shown.lines) > 1,
    )
    largest = max(max(line.curve.predicted.max(), line.curve.high.max()) for line in shown.lines)
    end = min(1.02, 1.05 * largest)
    reference(figure, [0, end], [0, end])
    words = look.say("charts_evaluate.calibration.perfect")
    note(figure, 0.95 * end, 0.97 * end, words, xanchor="right", yanchor="middle")
    for number, line in enumerate(shown.lines):
        figure.add_trace(_groups(number, line, look))
    figure.update_xaxes(**share_axis(0.0, end))
    figure.update_yaxes(**share_axis(0.0, end))
    sentence = look.say("charts_evaluate.calibration.sentence", outcome=shown.outcome)
    return Drawing(figure, _title(shown, look), sentence, _table(shown, look))


def _groups(number: int, line: CalibrationLine, look: Look) -> go.Scatter:
    groups = line.curve
    hover = hover_words(look, "calibration", count="%{customdata:,}")
    return go.Scatter(
        x=groups.predicted,
        y=groups.actual,
        customdata=groups.count,
        error_y={
            "type": "data",
            "symmetric": False,
            "array": groups.high - groups.actual,
            "arrayminus": groups.actual - groups.low,
            "thickness": 1.5,
        },
        mode="lines+markers",
        name=plot_text(cut(line.name)),
        marker={"color": colour(number), "size": 9},
        line={"color": colour(number), "width": 1.5},
        hovertemplate=f"{plot_text(line.name)}<br>{hover}<extra></extra>",
    )


def _title(shown: CalibrationPoints, look: Look) -> str:
    ranked = sorted(shown.lines, key=lambda line: line.curve.error)
    best = ranked[0]
    facts: dict[str, object] = {"name": cut(best.name), "error": 100 * best.curve.error}
    if len(ranked) > 1:
        facts |= {"second": cut(ranked[1].name), "second_error": 100 * ranked[1].curve.error}
        return look.say("charts_evaluate.calibration.title_several", **facts)
    return look.say(f"charts_evaluate.calibration.title_{_tendency(best.curve)}", **facts)


def _tendency(groups: Calibration) -> str:
    """Whether most customers sit in groups whose whole interval is on one side of the chance."""
    total = groups.count.sum()
    if groups.count[groups.low > groups.predicted].sum() > total / 2:
        return "low"
    return "high" if groups.count[groups.high < groups.predicted].sum() > total / 2 else "fair"


def _table(shown: CalibrationPoints, look: Look) -> pd.DataFrame:
    def column(key: str) -> str:
        return look.say(f"charts_evaluate.table.{key}")

    parts = [
        pd.DataFrame(
            {
                column("name"): line.name,
                column("customers"): line.curve.count,
                column("predicted"): percent(line.curve.predicted),
                column("actual"): percent(line.curve.actual),
                column("low"): percent(line.curve.low),
                column("high"): percent(line.curve.high),
            }
        )
        for line in shown.lines
    ]
    return pd.concat(parts, ignore_index=True)


def example() -> CalibrationPoints:
    """Two models."""
    return points(example_models(Task.BINARY))


CHART = Chart("calibration", draw, example)
