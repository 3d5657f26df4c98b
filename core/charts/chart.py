"""The contract of a chart: typed points, then a drawing that says its finding.

A chart's file defines ``points(...)`` (what is shown, computed by a room below) and one constant
``CHART``. It is found by ``charts()``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import plotly.graph_objects as go

from core.charts.margins import room
from core.discover import entries
from core.text.phrases import Phrases


@dataclass(frozen=True)
class Look:
    """How charts are worded and coloured."""

    say: Phrases
    dark: bool = False


@dataclass(frozen=True)
class Drawing:
    """A figure and what must stand beside it: the finding, a sentence and the numbers."""

    figure: go.Figure
    title: str
    sentence: str
    table: pd.DataFrame


@dataclass(frozen=True)
class Chart:
    """One chart. ``draw(points, look)`` calls no model and leaves ``points`` as they were.

    ``example()`` gives points to draw in tests.
    """

    key: str
    draw: Callable[[Any, Look], Drawing]
    example: Callable[[], Any]


class _Kept(go.Figure):
    """A finished figure that is asked for its dictionary again and again."""

    def to_dict(self) -> dict[str, Any]:
        if not hasattr(self, "_whole"):
            self._whole = super().to_dict()
        return dict(self._whole)


def kept(figure: go.Figure) -> go.Figure:
    """The same figure with room for its labels, to be shown often and changed no more.

    It is made into a dictionary once.
    """
    return _Kept(figure).update_layout(room(figure))


def charts() -> dict[str, Chart]:
    """Every chart by key."""
    return cast(dict[str, Chart], entries("core.charts", "CHART"))


def chart(key: str) -> Chart:
    """The chart of that key. Raises KeyError."""
    return charts()[key]
