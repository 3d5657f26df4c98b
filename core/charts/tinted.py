"""Dots coloured by another column: a scale for what has an order, a colour a level for words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from pandas.api import types

from core.charts.colours import NEUTRAL, OTHER, OUTCOME, SERIES
from core.charts.effects import Floats, name
from core.explain.values import in_words, ordered
from core.text.phrases import Phrases

LEVELS_AT_MOST = 6
BAR_THICKNESS = 10


@dataclass(frozen=True)
class Dots:
    """Where dots lie (n,), what each says on hover (n,), and how strong they are drawn."""

    x: pd.Series | Floats
    y: Floats
    hover: list[str]
    opacity: float

    def trace(self, rows: NDArray[np.bool_], marker: dict[str, object]) -> go.Scatter:
        """Some of the dots."""
        places = np.flatnonzero(rows)
        return go.Scatter(
            x=np.asarray(self.x)[places],
            y=np.asarray(self.y)[places],
            mode="markers",
            marker={"size": 6, "opacity": self.opacity, **marker},
            customdata=[self.hover[place] for place in places],
            hovertemplate="%{customdata}<extra></extra>",
        )


def tinted(dots: Dots, column: str, values: pd.Series, say: Phrases) -> list[go.Scatter]:
    """The dots with a colour by ``values`` (n,) of ``column``; gaps are hollow and grey."""
    gone = values.isna().to_numpy()
    numbers = None if types.is_bool_dtype(values.dtype) else ordered(values)
    if numbers is None:
        traces = _by_level(dots, values)
    else:
        traces = [dots.trace(~gone, _scale(column, values[~gone], numbers[~gone], say))]
    if gone.any():
        trace = dots.trace(gone, {"color": NEUTRAL, "symbol": "circle-open"})
        missing = say("charts_explain.dependence.other_missing", column=column)
        traces.append(trace.update(name=name(missing), showlegend=True))
    return traces


def _scale(column: str, values: pd.Series, numbers: Floats, say: Phrases) -> dict[str, object]:
    """Cool is low and warm is high, by rank: half of the dots are on either side."""
    ranks = pd.Series(numbers).rank(pct=True).to_numpy()
    ends = [values.iloc[int(numbers.argmin())], values.iloc[int(numbers.argmax())]]
    return {
        "color": ranks,
        "cmin": 0,
        "cmax": 1,
        "colorscale": [[0, OTHER], [1, OUTCOME]],
        "colorbar": {
            "title": {"text": name(column), "side": "right"},
            "tickvals": [0, 1],
            "ticktext": [in_words(end, say) for end in ends],
            "thickness": BAR_THICKNESS,
            "len": 0.8,
        },
    }


def _by_level(dots: Dots, values: pd.Series) -> list[go.Scatter]:
    """A trace a frequent level; the rest is grey."""
    counts = values.value_counts()
    frequent = list(counts.index[: LEVELS_AT_MOST if len(counts) > LEVELS_AT_MOST + 1 else None])
    traces = []
    for place, level in enumerate(frequent):
        trace = dots.trace((values == level).to_numpy(), {"color": SERIES[place + 1]})
        traces.append(trace.update(name=name(level), showlegend=True))
    rest = (values.notna() & ~values.isin(frequent)).to_numpy()
    if rest.any():
        traces.append(dots.trace(rest, {"color": NEUTRAL}))
    return traces


def name_colours(fig: go.Figure) -> None:
    """Gives room above the figure to the names of the colours; marks are all that is named."""
    if any(trace.showlegend for trace in fig.data):
        fig.update_traces(showlegend=False, selector=lambda trace: not trace.showlegend)
        fig.update_layout(
            showlegend=True, legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}
        )
        fig.update_layout(height=fig.layout.height + 40)
