"""The windows of a question under the log's volume in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.behaviour.pictures.windows import Volume, Window, Windows
from core.behaviour.recorded import DAY
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OUTCOME, QUIET
from core.charts.effects import AXIS, figure
from core.charts.grouping import hover
from core.charts.times import AFTER, GAP, LOOKBACK, dated, see_through
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_behaviour.windows"
HEIGHT, LANE = 300, 26
LANES_AT_MOST = 12
BINS_AT_MOST = 400
PERIODS = {"day": 1, "week": 7, "month": 28}  # days
DAILY = 70  # days of a log that are shown one by one
MONDAY = 3  # days since the Monday of the week of 1970-01-01
FAINT = 0.5
SPACE = 0.08  # of the height, between volume and windows


def draw(shown: Windows, look: Look) -> Drawing:
    """Events in time, and below, a row a cutoff with its lookback, gap and outcome window."""
    say = look.say
    drawn = shown.windows[-LANES_AT_MOST:]
    lanes = LANE * len(drawn)
    height = HEIGHT + lanes + (30 if lanes else 0)
    fig = figure(0).update_layout(
        height=height, barmode="overlay", bargap=0.08, showlegend=True, hovermode="closest",
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
    )  # fmt: skip
    period = _period(shown)
    _add_volume(fig, shown, period, say)
    for place, window in enumerate(drawn):
        _add_lane(fig, place, window, say)
    top = lanes / (HEIGHT + lanes) if lanes else 0.0
    fig.update_layout(
        xaxis={"type": "date", "title": plot_text(say(f"{KEY}.x")), "showgrid": False}
        | ({"anchor": "y2"} if drawn else {}),
        yaxis=AXIS | {"domain": [top + SPACE if lanes else 0, 1], "gridcolor": QUIET,
                      "title": plot_text(say(f"{KEY}.y_{period}"))},
    )  # fmt: skip
    if drawn:
        labels = [dated(window.cutoff) for window in drawn]
        fig.update_layout(
            yaxis2=AXIS | {"domain": [0, top], "tickvals": list(range(len(drawn))),
                           "ticktext": labels, "range": [len(drawn) - 0.5, -0.5],
                           "showgrid": False, "fixedrange": True},
            shapes=[_cutoff(window) for window in drawn],
        )  # fmt: skip
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, period, say))


def _period(shown: Windows) -> str:
    days = (shown.last - shown.first) / DAY
    if days <= DAILY:
        return "day"
    return "week" if days <= 7 * BINS_AT_MOST else "month"


def _bins(volume: Volume, period: str) -> tuple[Any, Any, Any]:
    """First days of the periods in which something happened, their events and purchases."""
    size = PERIODS[period]
    starts = (volume.days + MONDAY) // size * size - MONDAY if size > 1 else volume.days
    first, place = np.unique(starts, return_inverse=True)
    return (
        first,
        np.bincount(place, volume.events, len(first)).astype(int),
        np.bincount(place, volume.purchases, len(first)).astype(int),
    )


def _add_volume(fig: go.Figure, shown: Windows, period: str, say: Phrases) -> None:
    first, events, purchases = (part[-5 * BINS_AT_MOST :] for part in _bins(shown.volume, period))
    middle = [int((day + PERIODS[period] / 2) * DAY) for day in first]
    words = [
        hover(say(f"{KEY}.hover", period=_dates(day, period), events=e, purchases=p))
        for day, e, p in zip(first, events, purchases, strict=True)
    ]
    for values, colour, key in (
        (events, see_through(NEUTRAL, FAINT), "events"),
        (purchases, OUTCOME, "purchases"),
    ):
        fig.add_bar(
            x=middle,
            y=values.tolist(),
            width=0.92 * PERIODS[period] * DAY,
            marker={"color": colour, "line": {"width": 0}},
            name=plot_text(say(f"{KEY}.{key}")),
            customdata=words,
            hovertemplate="%{customdata}<extra></extra>",
        )


def _dates(day: int, period: str) -> str:
    last = day + PERIODS[period] - 1
    first = dated(int(day) * DAY)
    return first if period == "day" else f"{first} – {dated(int(last) * DAY)}"


def _add_lane(fig: go.Figure, place: int, window: Window, say: Phrases) -> None:
    parts = (
        ("lookback", LOOKBACK, window.since, window.cutoff),
        ("gap", GAP, window.cutoff, window.begin),
        ("outcome", AFTER, window.begin, window.end),
    )
    for key, colour, begin, end in parts:
        if end <= begin:
            continue
        named = say(f"{KEY}.{key}")
        days = (end - begin) // DAY
        said = say(
            f"{KEY}.hover_window", name=named, begin=dated(begin), end=dated(end - 1), days=days
        )
        fig.add_bar(
            x=[end - begin],
            y=[place],
            base=[begin],
            orientation="h",
            width=0.6,
            yaxis="y2",
            marker={
                "color": see_through(colour, 0.0) if key == "gap" else colour,  # hollow
                "line": {"width": 1 if key == "gap" else 0, "color": colour},
            },
            name=plot_text(named),
            showlegend=place == 0,
            customdata=[hover(said)],
            hovertemplate="%{customdata}<extra></extra>",
        )


def _cutoff(window: Window) -> dict[str, Any]:
    line = {"color": NEUTRAL, "width": 1.5, "dash": "dash"}
    at = {"x0": window.cutoff, "x1": window.cutoff, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **at, "line": line}


def _title(shown: Windows, say: Phrases) -> str:
    if not len(shown.volume.days):
        return say(f"{KEY}.title_empty")
    newest = shown.newest
    if newest is None:
        events, purchases = int(shown.volume.events.sum()), int(shown.volume.purchases.sum())
        ends = {"first": dated(shown.first), "last": dated(shown.last)}
        return say(f"{KEY}.title_none", events=events, purchases=purchases, **ends)
    events, _ = shown.volume.between(newest.since, newest.cutoff)
    _, purchases = shown.volume.between(newest.begin, newest.end)
    return say(
        f"{KEY}.title",
        lookback=(newest.cutoff - newest.since) // DAY,
        cutoff=dated(newest.cutoff),
        events=events,
        purchases=purchases,
    )


def _sentence(shown: Windows, say: Phrases) -> str:
    newest = shown.newest
    if newest is None:
        return say(f"{KEY}.sentence_none")
    said = [say(f"{KEY}.sentence")]
    early = (shown.first - min(window.since for window in shown.windows)) // DAY
    late = (newest.end - shown.last - 1) // DAY
    if early > 0:
        said.append(say(f"{KEY}.early", days=early))
    if late > 0:
        said.append(say(f"{KEY}.late", days=late))
    if len(shown.windows) > LANES_AT_MOST:
        said.append(say(f"{KEY}.some", shown=LANES_AT_MOST, all=len(shown.windows)))
    return " ".join(said)


def _table(shown: Windows, period: str, say: Phrases) -> pd.DataFrame:
    first, events, purchases = _bins(shown.volume, period)
    return pd.DataFrame(
        {
            say("charts_behaviour.table.week"): [dated(int(day) * DAY) for day in first],
            say("charts_behaviour.table.events"): events,
            say("charts_behaviour.table.purchases"): purchases,
        }
    )


def example() -> Windows:
    """Points for tests."""
    chance = np.random.default_rng(0)
    days = np.arange(20_089, 20_454)
    events = chance.poisson(90 + 40 * np.sin(np.arange(365) / 50) ** 2 + np.arange(365) / 6)
    volume = Volume(days, events.astype(np.int64), (events // 7).astype(np.int64))
    windows = tuple(
        Window(at * DAY, (at - 180) * DAY, (at + 7) * DAY, (at + 37) * DAY)
        for at in (20_331, 20_362, 20_393)
    )
    return Windows(volume, windows, 20_089 * DAY, 20_454 * DAY - 1)


CHART = Chart("windows", draw, example)
