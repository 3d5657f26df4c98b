"""What the charts of the explore room share: figures whose one axis is the groups of a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.charts.colours import QUIET
from core.charts.effects import figure, name, name_rows
from core.data.privacy.counts import K
from core.schema import Column, Kind
from core.text.phrases import Phrases
from core.text.plain import plot_text

HEIGHT = 340
LABELS_AT_MOST = 12
LETTERS_AT_MOST, FEWEST_LABELS = 84, 8  # more would be turned upright


def upright(column: Column) -> bool:
    """Numbers and dates run from left to right; names of levels need the room of rows."""
    return column.kind in (Kind.NUMBER, Kind.DATE)


def grouped_figure(column: Column, labels: Sequence[str], amounts: str) -> go.Figure:
    """An empty figure with one place a label, and the other axis titled ``amounts``."""
    if upright(column):
        shown = figure(0).update_layout(height=HEIGHT)
        shown.update_xaxes(title=name(column.name), showgrid=False, range=[-0.6, len(labels) - 0.4])
        shown.update_yaxes(title=plot_text(amounts), showgrid=True, gridcolor=QUIET)
        name_places(shown, list(range(len(labels))), labels)
        return shown
    shown = figure(len(labels))
    shown.update_xaxes(title=plot_text(amounts))
    shown.update_yaxes(title=name(column.name))
    name_rows(shown, [name(label) for label in labels])
    return shown


def name_places(
    shown: go.Figure,
    places: Sequence[float],
    labels: Sequence[str],
    always: Mapping[float, str] | None = None,
) -> None:
    """Name places of the horizontal axis, every so many where they are too many to read.

    The places of ``always`` are named in any case, and their near neighbours are not.
    """
    longest = max((len(name(label)) for label in labels), default=1)
    most = min(LABELS_AT_MOST, max(LETTERS_AT_MOST // max(longest, 1), FEWEST_LABELS))
    step = -(-len(labels) // most)
    must = dict(always or {})
    named = {
        place: label
        for place, label in list(zip(places, labels, strict=True))[::step]
        if all(abs(place - other) >= step for other in must)
    } | must
    shown.update_xaxes(tickvals=list(named), ticktext=[name(label) for label in named.values()])


def few_hidden(groups: int, say: Phrases) -> str:
    """That figures of so many small groups are not shown; empty where all are."""
    return say("privacy.counts.hidden", rows=groups, k=K) if groups else ""


def hover(*lines: str) -> str:
    """Lines of a hover, each made harmless."""
    return "<br>".join(plot_text(line) for line in lines)
