"""Days between purchases: how long people take to come back, and what window sees them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.behaviour.pictures.intervals import MOST, Intervals
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER
from core.charts.effects import Floats
from core.charts.grouping import hover
from core.charts.plane import plane
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_behaviour.intervals"
BARS_AT_MOST = 60
DRAWN = 0.98  # of the repeat purchases; the longest gaps would press the rest together
SHARES = (0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.99)
STEPS = (1, 2, 5, 7, 14, 28, 56, 112)


def draw(shown: Intervals, look: Look) -> Drawing:
    """A histogram of days, with the half and ``MOST`` of them marked."""
    say = look.say
    fig = plane(say(f"{KEY}.x"), say(f"{KEY}.y"), legend=False)
    step, heights = bars(shown)
    lows = 1 + step * np.arange(len(heights))
    fig.add_bar(
        x=lows + (step - 1) / 2,
        y=heights,
        width=0.9 * step,
        marker_color=OTHER,
        customdata=[
            hover(_hover(int(low), step, int(height), shown, say))
            for low, height in zip(lows, heights, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    if shown.repeats:
        _mark(fig, shown.quantile(0.5), 0.98, say(f"{KEY}.half", days=shown.quantile(0.5)))
        most = say(f"{KEY}.most", share=MOST, days=shown.quantile(MOST))
        _mark(fig, shown.quantile(MOST), 0.86, most)
    fig.update_xaxes(range=[0, 1 + step * max(len(heights), 1)], showgrid=False)
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def bars(shown: Intervals) -> tuple[int, Floats]:
    """The days a bar stands for, and the repeat purchases of each bar from the first day on."""
    if not shown.repeats:
        return 1, np.zeros(0)
    last = int(shown.quantile(DRAWN))
    step = next((s for s in STEPS if last <= s * BARS_AT_MOST), -(-last // BARS_AT_MOST))
    inside = shown.days <= -(-last // step) * step
    places = (shown.days[inside] - 1) // step
    return step, np.bincount(places, weights=shown.purchases[inside]).astype(float)


def _mark(fig: go.Figure, x: float, height: float, words: str) -> None:
    fig.add_shape(
        type="line", x0=x, x1=x, y0=0, y1=1, yref="y domain",
        line={"color": NEUTRAL, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    fig.add_annotation(
        x=x, y=height, yref="y domain", text=plot_text(words), xanchor="left", xshift=4,
        showarrow=False,
    )  # fmt: skip


def _hover(low: int, step: int, height: int, shown: Intervals, say: Phrases) -> str:
    facts = {"low": low, "purchases": height, "share": height / max(shown.repeats, 1)}
    if step == 1:
        return say(f"{KEY}.hover_one", **facts)
    return say(f"{KEY}.hover", high=low + step - 1, **facts)


def _title(shown: Intervals, say: Phrases) -> str:
    if not shown.repeats:
        return say(f"{KEY}.title_empty")
    days, half = shown.quantile(MOST), shown.quantile(0.5)
    return say(f"{KEY}.title", share=MOST, days=days, half=half)


def _sentence(shown: Intervals, say: Phrases) -> str:
    facts = {"buyers": shown.buyers, "customers": shown.customers, "seen": shown.seen}
    share = shown.customers / shown.buyers if shown.buyers else float("nan")
    said = [say(f"{KEY}.sentence", purchases=shown.repeats, share=share, **facts)]
    if shown.window:
        said.append(say(f"{KEY}.window", window=shown.window))
    _, heights = bars(shown)
    if beyond := shown.repeats - int(heights.sum()):
        said.append(say(f"{KEY}.beyond", count=beyond, most=int(shown.days[-1])))
    return " ".join(said)


def _table(shown: Intervals, say: Phrases) -> pd.DataFrame:
    days = [shown.quantile(each) for each in SHARES]
    within = [int(shown.purchases[shown.days <= day].sum()) for day in days]
    return pd.DataFrame(
        {
            say("charts_behaviour.table.share"): [100 * each for each in SHARES],
            say("charts_behaviour.table.within"): days,
            say("charts_behaviour.table.purchases"): within,
        }
    )


def example() -> Intervals:
    """Points for tests."""
    chance = np.random.default_rng(0)
    drawn = np.ceil(chance.gamma(1.3, 40, 3_000)).astype(np.int64)
    days, purchases = np.unique(drawn, return_counts=True)
    return Intervals(days, purchases, 2_357, 1_120, 540)


CHART = Chart("intervals", draw, example)
