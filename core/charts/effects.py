"""What the charts of reasons share: the axis of effects, names cut for it, and swarms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.chart import Look
from core.charts.colours import DOWN, NEUTRAL, QUIET, UP
from core.explain.explanation import Explanation, Scale
from core.explain.values import cut, in_words
from core.intervals import Z
from core.text.phrases import Phrases
from core.text.plain import plot_text

Floats = NDArray[np.float64]
LONGEST_NAME = 30
LONGEST_LABEL = 44
ROW_HEIGHT = 30
SWARM_BINS = 70
# margins make room for labels: to look for overflowing ones takes the browser a third of a drawing
AXIS = {"automargin": True, "zeroline": False, "ticklabeloverflow": "allow"}
CLEAR_DIRECTION = 0.5


def drawn(amounts: Floats | float, scale: Scale) -> Floats:
    """Amounts in the unit of the axis: percentage points, or the target's own."""
    return np.asarray(amounts, dtype=float) * (100 if scale is Scale.CHANCE else 1)


def whiskers(errors: Floats, scale: Scale) -> dict[str, object]:
    """Error bars of 95 %, left out where no error is above zero."""
    wide = drawn(Z * errors, scale)
    return {"array": wide, "visible": bool((wide > 0).any()), "color": NEUTRAL, "thickness": 1.5}


def name(column: object) -> str:
    """A column's name for an axis; the whole belongs in the hover."""
    return plot_text(cut(column, LONGEST_NAME))


def name_and_value(column: str, value: object, say: Phrases) -> str:
    """``PageValues = 41.2`` for an axis."""
    words = f"{cut(column, LONGEST_NAME)} = {in_words(value, say)}"
    return plot_text(cut(words, LONGEST_LABEL))


def of(subject: str, scale: Scale, say: Phrases) -> str:
    """``the chance of Revenue = TRUE`` or ``the predicted Income``."""
    return say(f"charts_explain.of.{scale}", subject=subject)


def with_unit(amount: str, scale: Scale, say: Phrases) -> str:
    """``30.2 points`` or ``412``."""
    return say(f"charts_explain.amount.{scale}", amount=amount)


def axis_title(subject: str, scale: Scale, look: Look) -> str:
    return plot_text(look.say(f"charts_explain.axis.{scale}", subject=subject))


def colours(effects: Floats) -> list[str]:
    """Up or down for each effect."""
    return [UP if effect >= 0 else DOWN for effect in effects]


def layout(rows: int) -> dict[str, Any]:
    """Tight margins, tall enough for ``rows`` bars.

    A figure that gets its layout at once is made in a tenth of the time of one that is updated.
    """
    return {
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "height": 90 + ROW_HEIGHT * max(rows, 3),
        "showlegend": False,
        "bargap": 0.35,
        "xaxis": AXIS | {"gridcolor": QUIET},
        "yaxis": AXIS | {"showgrid": False},
    }


def figure(rows: int) -> go.Figure:
    """An empty figure with that layout."""
    return go.Figure(layout=layout(rows))


def named_rows(labels: list[str]) -> dict[str, Any]:
    """The rows of a vertical axis, the first on top; names may be alike."""
    places = list(range(len(labels)))
    lowest = len(labels) - 0.4
    return {"tickvals": places, "ticktext": labels, "range": [lowest, -0.6], "fixedrange": True}


def name_rows(shown: go.Figure, labels: list[str]) -> None:
    """Gives a figure those rows."""
    shown.update_yaxes(**named_rows(labels))


def upright(x: float) -> dict[str, Any]:
    """A shape: a thin line over the whole height."""
    line = {"color": NEUTRAL, "width": 1}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain", "line": line}


def swarm(effects: Floats, low: float, high: float) -> Floats:
    """Offsets in -0.4..0.4 that keep points of like effect apart, the same each time."""
    if not len(effects):
        return np.zeros(0)
    width = (high - low) / SWARM_BINS or 1.0
    bins = pd.Series(np.floor((effects - low) / width))
    place = bins.groupby(bins).cumcount().to_numpy()
    side = np.where(place % 2 == 0, 1, -1) * ((place + 1) // 2)
    return np.asarray(side * min(0.05, 0.4 / max(float(np.abs(side).max()), 1.0)), float)


def example_explanation(rows: int = 300, seed: int = 0) -> Explanation:
    """A made-up explanation with every kind of value: for tests of charts."""
    rng = np.random.default_rng(seed)
    pages = rng.exponential(20, rows).round(1)
    inputs = pd.DataFrame(
        {
            "PageValues": np.where(rng.random(rows) < 0.1, np.nan, pages),
            "Month": rng.choice(["Nov", "Mar", "May <b>%{x}</b>"], rows),
            "최근 구매일": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
            "Weekend": rng.random(rows) < 0.3,
            "the average time that a visitor spent on product related pages": rng.normal(size=rows),
        }
    )
    effects = np.column_stack(
        [
            np.tanh(pages / 30 - 0.5) * 0.3,
            inputs["Month"].map({"Nov": 0.08, "Mar": -0.02}).fillna(-0.04).to_numpy(float),
            rng.normal(0, 0.03, rows),
            np.where(inputs["Weekend"], 0.01, -0.004),
            inputs.iloc[:, 4].to_numpy() * -0.015,
        ]
    )
    return Explanation(
        columns=tuple(inputs.columns),
        base=0.305,
        effects=effects,
        errors=np.full(effects.shape, 0.004),
        prediction=0.305 + effects.sum(axis=1),
        inputs=inputs,
        rows=np.arange(rows),
        of="TRUE",
        scale=Scale.CHANCE,
        method="sampled",
        background=100,
    )
