"""Repeat curves: how soon first-time buyers buy a second, third and fourth time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.behaviour.pictures.repeats import Curve, Repeats, kaplan_meier
from core.charts.chart import Chart, Drawing, Look
from core.charts.grouping import hover
from core.charts.plane import colour, plane
from core.charts.times import see_through
from core.data.privacy.counts import K
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_behaviour.repeats"
POINTS_AT_MOST = 200  # of a line
DAYS = (7, 14, 30, 60, 90, 120, 180, 270, 365, 545, 730, 1095)
IN_TITLE = (90, 60, 30, 14, 7)  # days, the first of them that is seen
YEAR = 365
BAND = 0.15


def draw(shown: Repeats, look: Look) -> Drawing:
    """A step line a purchase with its band."""
    say = look.say
    fig = plane(say(f"{KEY}.x"), say(f"{KEY}.y"), legend=True)
    for place, curve in enumerate(shown.curves):
        _add(fig, place, curve, say)
    highest = max((float(curve.high.max()) for curve in shown.curves), default=1.0)
    fig.update_yaxes(tickformat=".0%", range=[0, min(1.0, 1.05 * max(highest, 0.02))])
    fig.update_layout(legend_traceorder="normal")  # else a filled band turns it around
    fig.update_xaxes(rangemode="tozero")
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _add(fig: go.Figure, place: int, curve: Curve, say: Phrases) -> None:
    at = thinned(curve)
    x, tint = curve.days[at], colour(place)
    for end, fill in ((curve.low, None), (curve.high, "tonexty")):
        fig.add_scatter(
            x=x,
            y=end[at],
            mode="lines",
            line={"width": 0, "color": see_through(tint, BAND), "shape": "hv"},
            fill=fill,
            fillcolor=see_through(tint, BAND),
            hoverinfo="skip",
            showlegend=False,
        )
    named = say(f"{KEY}.nth_{curve.nth}")
    fig.add_scatter(
        x=x,
        y=curve.share[at],
        mode="lines",
        line={"color": tint, "width": 2.5, "shape": "hv"},
        name=plot_text(named),
        customdata=[
            hover(
                say(
                    f"{KEY}.hover",
                    nth=named,
                    days=int(curve.days[point]),
                    share=curve.share[point],
                    low=curve.low[point],
                    high=curve.high[point],
                    left=int(curve.left[point]),
                )
            )
            for point in at
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def thinned(curve: Curve) -> list[int]:
    """Places of a curve that are enough to draw it, the first and the last among them."""
    last = len(curve.days) - 1
    return sorted(set(np.linspace(0, last, min(last + 1, POINTS_AT_MOST)).round().astype(int)))


def _title(shown: Repeats, say: Phrases) -> str:
    second = shown.curves[0]
    days = next((d for d in IN_TITLE if d <= second.days[-1]), int(second.days[-1]))
    share, low, high = second.within(days)
    if not shown.customers or not days:
        return say(f"{KEY}.title_empty")
    year, *_ = second.within(YEAR)
    key = "title_year" if np.isfinite(year) else "title"
    return say(f"{KEY}.{key}", share=share, low=low, high=high, days=days, year=year)


def _sentence(shown: Repeats, say: Phrases) -> str:
    return say(f"{KEY}.sentence", customers=shown.customers, k=K)


def _table(shown: Repeats, say: Phrases) -> pd.DataFrame:
    def column(key: str) -> str:
        return say(f"charts_behaviour.table.{key}")

    rows = [
        {
            column("nth"): say(f"{KEY}.nth_{curve.nth}"),
            column("within"): days,
            **{
                column(key): round(100 * value, 2)
                for key, value in zip(("share", "low", "high"), curve.within(days), strict=True)
            },
            column("left"): int(curve.left[np.searchsorted(curve.days, days, side="right") - 1]),
        }
        for curve in shown.curves
        for days in DAYS
        if days <= curve.days[-1]
    ]
    return pd.DataFrame(rows)


def example() -> Repeats:
    """Points for tests."""
    chance = np.random.default_rng(0)
    back = np.where(chance.random((900, 3)) < [0.6, 0.7, 0.8], chance.gamma(1, 60, (900, 3)), 1e9)
    seen = chance.uniform(30, 480, 900)
    curves = []
    for place in range(3):
        came = back[:, : place + 1].sum(axis=1)
        people = [(int(min(c, s)), bool(c <= s), 1) for c, s in zip(came, seen, strict=True)]
        curves.append(kaplan_meier(place + 2, people, K))
    return Repeats(tuple(curves), 900)


CHART = Chart("repeats", draw, example)
