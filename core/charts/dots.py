"""A dot a row with its interval: what charts that compare by name have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go

from core.charts.margins import BREAK, LINE
from core.text.plain import plot_text

ROW_HEIGHT = 34
BESIDE_ROWS = 110
LETTERS = 28  # of a line of an axis's title


@dataclass(frozen=True)
class Dot:
    """A named figure with its interval, whose ends may be nan where they are not known."""

    name: str
    value: float
    low: float
    high: float


def dots(shown: Sequence[Dot], colour: str, name: str, symbol: str = "circle") -> go.Scatter:
    """One trace of them."""
    return go.Scatter(
        x=[dot.value for dot in shown],
        y=[plot_text(dot.name) for dot in shown],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_length(dot.high - dot.value) for dot in shown],
            "arrayminus": [_length(dot.value - dot.low) for dot in shown],
        },
        mode="markers",
        marker={"color": colour, "size": 11, "symbol": symbol},
        name=name,
        hovertemplate="%{y}: %{x:.4g}<extra></extra>",
    )


def in_rows(figure: go.Figure, names: Sequence[str], axis: str) -> None:
    """The rows in that order from the top, and what the axis under them is of."""
    lines = wrap(axis, LETTERS)  # names may leave the plot no wider than that
    figure.update_layout(
        height=BESIDE_ROWS + ROW_HEIGHT * max(1, len(names)) + LINE * (len(lines) - 1),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis_title=BREAK.join(map(plot_text, lines)),
        yaxis={
            "automargin": True,
            "categoryorder": "array",
            "categoryarray": [plot_text(name) for name in reversed(names)],
        },
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )


def _length(value: float) -> float | None:
    return value if math.isfinite(value) else None
