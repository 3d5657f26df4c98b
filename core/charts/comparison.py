"""The reasons before and after a change, on one axis, the most changed first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL
from core.charts.effects import (
    axis_title,
    colours,
    drawn,
    example_explanation,
    layout,
    named_rows,
    upright,
)
from core.explain.values import in_words
from core.text.phrases import Phrases
from core.text.plain import plot_text
from core.what_if.pairs import Pair, Pairs, hover, label, points, sentence, title


def draw(shown: Pairs, look: Look) -> Drawing:
    """A hollow dot before, a full one after, a line between; up and down as everywhere."""
    pairs = list(shown.all)
    before, after = (
        drawn(np.array([pair.effects[i] for pair in pairs], dtype=float), shown.unit.scale)
        for i in (0, 1)
    )
    words = [plot_text(hover(pair, shown, look.say)) for pair in pairs]
    hollow = {"symbol": "circle-open", "size": 11, "color": NEUTRAL, "line": {"width": 2}}
    full = {"symbol": "circle", "size": 11, "color": colours(after - before)}
    dots = [
        _trace(before, hollow, look.say("charts_explain.comparison.before"), words),
        _trace(after, full, look.say("charts_explain.comparison.after"), words),
    ]
    placed = _layout(pairs, shown, look) | {"shapes": [*_lines(before, after), upright(0)]}
    fig = go.Figure(dots, placed)
    return Drawing(
        fig, title(shown, look.say), sentence(shown, look.say), _table(pairs, shown, look.say)
    )


def _layout(pairs: list[Pair], shown: Pairs, look: Look) -> dict[str, Any]:
    """All of the layout at once: this chart is drawn anew at every key press."""
    placed = layout(len(pairs))
    labels = [plot_text(label(pair, shown, look.say, short=True)) for pair in pairs]
    return placed | {
        "height": placed["height"] + 40,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
        "xaxis": placed["xaxis"] | {"title": axis_title(shown.subject, shown.unit.scale, look)},
        "yaxis": placed["yaxis"] | named_rows(labels),
    }


def _lines(before: np.ndarray, after: np.ndarray) -> list[dict[str, Any]]:
    """A line a row from before to after."""
    return [
        {
            "type": "line",
            "x0": start,
            "x1": end,
            "y0": place,
            "y1": place,
            "line": {"color": colour, "width": 4},
            "layer": "below",
        }
        for place, (start, end, colour) in enumerate(
            zip(before, after, colours(after - before), strict=True)
        )
    ]


def _trace(x: np.ndarray, marker: dict[str, object], words: str, hover: list[str]) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=list(range(len(x))),
        mode="markers",
        marker=marker,
        name=words,
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
    )


def _table(pairs: list[Pair], shown: Pairs, say: Phrases) -> pd.DataFrame:
    def word(value: object, pair: Pair) -> str:
        return "" if pair is shown.rest else in_words(value, say)

    scale = shown.unit.scale
    return pd.DataFrame(
        {
            say("charts_explain.table.column"): [
                label(pair, shown, say) if pair is shown.rest else pair.column for pair in pairs
            ],
            say("charts_explain.table.old"): [word(pair.values[0], pair) for pair in pairs],
            say("charts_explain.table.new"): [word(pair.values[1], pair) for pair in pairs],
            say(f"charts_explain.table.before_{scale}"): [float(pair.shown[0]) for pair in pairs],
            say(f"charts_explain.table.after_{scale}"): [float(pair.shown[1]) for pair in pairs],
            say(f"charts_explain.table.change_{scale}"): [
                float(pair.shown[1] - pair.shown[0]) for pair in pairs
            ],
        }
    )


def example() -> Pairs:
    """Points for tests."""
    both = example_explanation()
    return points(both.row(3), both.row(8), how_many=4, target="Revenue")


CHART = Chart("comparison", draw, example)
