"""Room for labels beside the axes, measured before drawing.

Plotly's own ``automargin`` draws a figure, looks how wide its labels came out, and draws it again:
that doubles what a chart takes in the browser. Widths are estimated a little too wide instead.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape
from math import cos, floor, log10, sin
from typing import Any

import numpy as np
import plotly.graph_objects as go

LETTER, DIGIT, NARROW, WIDE, IDEOGRAPH = 7.4, 7.2, 4.4, 11.5, 14.5  # pixels at 14
THIN = frozenset("ijl.,:;'|!()[]/ ftr-")
BROAD = frozenset("mwMW@%&")
GAP = 12  # between label, tick and axis
TITLE, LINE = 26, 20
NUMBER = "−0,000.0"  # as wide as the label of a tick that is not known becomes
PERCENT = "100%"
STEPS = 5
BREAK = "<br>"
TAG = re.compile(r"<[^<>]*>")
RIGHT = 16  # half the label of the last tick
NARROW_PLOT = 400  # pixels: half of a page's width, in which names that do not fit turn
PAD = 8  # what Plotly adds to what makes room by itself: the least margin
TURNED = math.radians(30)  # how far Plotly turns them first
BAR, BAR_GAP = 12, 42  # a bar of colours, and what Plotly leaves around it on a wide plot


def text_width(text: str) -> float:
    """About how many pixels a label of Plotly takes, rather more than less: its longest line."""
    lines = (unescape(TAG.sub("", line)) for line in text.split(BREAK))
    return max(sum(map(_letter_width, line)) for line in lines)


def _letter_width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return IDEOGRAPH
    if letter in THIN:
        return NARROW
    return WIDE if letter in BROAD else DIGIT if letter.isdigit() else LETTER


def room(figure: go.Figure) -> dict[str, dict[str, Any]]:
    """The layout's margins wide enough for what stands around the figure.

    An axis below that names places keeps ``automargin``: how far its labels turn is known only
    where they are drawn. It has the room that they take on half a page, so that this is rare.
    """
    left = bottom = right = 0.0
    found: dict[str, dict[str, Any]] = {}
    for axis in figure.select_yaxes():
        if _asks(axis) and axis.side != "right":
            left = max(left, _left(axis, _labels(figure, axis)))
            found[axis.plotly_name] = {"automargin": False}
    for axis in figure.select_xaxes():
        if _asks(axis) and axis.side != "top":
            names = _named(figure, axis) if axis.showticklabels is not False else []
            below, beside = _below(axis, names)
            bottom, right = max(bottom, below + GAP + _title(axis)), max(right, beside)
            if names:
                bottom, right = bottom + PAD, right + PAD
            else:
                found[axis.plotly_name] = {"automargin": False}
    needed = {"l": left, "b": bottom, "r": max(right, _bars(figure))}
    margin = figure.layout.margin
    return found | {"margin": {side: max(margin[side] or 0, px) for side, px in needed.items()}}


def _below(axis: Any, names: list[str]) -> tuple[float, float]:
    """How far labels reach below an axis, and beyond its end."""
    widest = max(map(text_width, names), default=0.0)
    across = sum(map(text_width, names)) + GAP * len(names)
    if axis.tickangle is None and across <= NARROW_PLOT:
        lines = max((name.count(BREAK) + 1 for name in names), default=1)
        return LINE * lines, RIGHT
    turn = TURNED if axis.tickangle is None else abs(math.radians(axis.tickangle))
    # labels that turn downwards begin at their tick, those that turn upwards end there
    ends = axis.tickangle is None or axis.tickangle > 0
    beside = widest * cos(turn) - NARROW_PLOT / (2 * len(names) + 2) if ends and names else 0.0
    return widest * sin(turn) + LINE * cos(turn), max(beside, RIGHT)


def _bars(figure: go.Figure) -> float:
    """What a bar of colours on the right takes, with its labels."""
    widest = 0.0
    for trace in figure.data:
        for owner in (trace, getattr(trace, "marker", None)):
            bar = getattr(owner, "colorbar", None)
            said = None if bar is None else bar.tickvals if bar.ticktext is None else bar.ticktext
            if bar is not None and said:
                title = LINE if bar.title.text else 0
                widest = max(widest, BAR + BAR_GAP + title + max(text_width(str(s)) for s in said))
    return widest


def _asks(axis: Any) -> bool:
    """Whether an axis is seen and would make room itself, by itself or by the theme."""
    return axis.automargin is not False and axis.visible is not False


def _left(axis: Any, labels: Iterable[str]) -> float:
    if axis.showticklabels is False:
        return _title(axis)
    return max(map(text_width, labels), default=0.0) + GAP + _title(axis)


def _title(axis: Any) -> float:
    lines = axis.title.text.split(BREAK) if axis.title.text else []
    return TITLE + LINE * (len(lines) - 1) if lines else 0


def _labels(figure: go.Figure, axis: Any) -> list[str]:
    if axis.ticktext is not None:
        return [str(text) for text in axis.ticktext]
    named = _named(figure, axis)
    before, after = axis.tickprefix or "", axis.ticksuffix or ""
    return named or [f"{before}{each}{after}" for each in _numbers(figure, axis)]


def _numbers(figure: go.Figure, axis: Any) -> tuple[str, ...]:
    """The outermost ticks of an axis of numbers, with the decimals that its steps need."""
    if "%" in (axis.tickformat or ""):
        return (PERCENT,)
    found = [np.asarray(axis.range, object)] if axis.range is not None else []
    found += [np.asarray(values, object) for values in _along(figure, axis)]
    values = np.concatenate([np.zeros(1, object), *map(np.ravel, found)])
    if not all(isinstance(value, int | float | np.number) for value in values):
        return (NUMBER,)
    known = values.astype(float)
    known = known[np.isfinite(known)]
    low, high = float(known.min()), float(known.max())
    decimals = max(0, -floor(log10((high - low) / STEPS))) if high > low else 1
    return f"{low:,.{decimals}f}", f"{high:,.{decimals}f}"


def _named(figure: go.Figure, axis: Any) -> list[str]:
    """The places of an axis that holds names; none for one of numbers or dates."""
    if axis.ticktext is not None:
        return [str(text) for text in axis.ticktext]
    if axis.type == "date":
        return []
    every = (str(v) for values in _along(figure, axis) for v in values if isinstance(v, str))
    return list(dict.fromkeys(every))


def _along(figure: go.Figure, axis: Any) -> Iterator[Any]:
    """What each trace has along an axis."""
    way, which = axis.plotly_name[0], axis.plotly_name.replace("axis", "")
    for trace in figure.data:
        own = (getattr(trace, f"{way}axis", None) or way) == which
        values = getattr(trace, way, None) if own else None
        if values is not None:
            yield values
