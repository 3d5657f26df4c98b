"""One column then and now: two histograms in common bins, or the shares of its levels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, QUIET
from core.charts.effects import figure, name
from core.charts.effects import name_rows as named
from core.charts.grouping import HEIGHT, hover
from core.drift.columns import one_column, strength
from core.drift.comparison import Bar, ColumnDrift
from core.drift.correction import ALPHA
from core.drift.words import (
    chance,
    in_words,
    missing_shares,
    most_changed,
    note_words,
    then_and_now,
)
from core.explain.values import cut
from core.schema import Column, Kind
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_drift.then_now"
WORDS = "charts_drift"
GAPS = 0.05  # of the rows: a change of what is missing that is the finding


def draw(shown: ColumnDrift, look: Look) -> Drawing:
    """Then in grey, now in colour: bars and a line over bins, or pairs of bars by level."""
    say = look.say
    if shown.kind in (Kind.CATEGORY, Kind.BOOLEAN):
        fig = _levels(shown, say)
    else:
        fig = overlaid(shown.bars, (1.0, shown.kind), say)
        title = say(f"{KEY}.words") if shown.kind is Kind.TEXT else name(shown.name)
        fig.update_xaxes(title=title, tickformat=".0%" if shown.kind is Kind.TEXT else None)
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def overlaid(bars: tuple[Bar, ...], of: tuple[float, Kind], say: Phrases) -> go.Figure:
    """Shares of customers in common bins, then as bars and now as a stepped line.

    ``of`` is what to multiply values by and what they are.
    """
    times, kind = of
    fig = figure(0)
    lows, highs = (np.array([getattr(bar, end) for bar in bars]) for end in ("low", "high"))
    width = float(np.median(highs - lows)) if len(bars) else 1.0
    if not width:  # a bar a value
        width = float(np.diff(lows).min()) if len(bars) > 1 else 1.0
    middles = (lows + highs) / 2
    left, right = middles - width / 2, middles + width / 2
    texts = hovers(bars, kind, say, times)
    then, now = shares(bars)
    fig.add_bar(
        x=placed(middles, times, kind),
        y=then,
        width=width * times * (86_400_000 if kind is Kind.DATE else 1),
        name=say(f"{WORDS}.then"),
        marker={"color": QUIET, "line": {"color": NEUTRAL, "width": 1}},
        customdata=texts,
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.add_scatter(
        x=placed(np.ravel(np.column_stack([left, right])), times, kind),
        y=np.repeat(now, 2),
        mode="lines",
        name=say(f"{WORDS}.now"),
        line={"color": OTHER, "width": 2.5},
        customdata=[text for text in texts for _ in (0, 1)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    return _dressed(fig, say)


def _dressed(fig: go.Figure, say: Phrases) -> go.Figure:
    fig.update_layout(
        height=HEIGHT,
        showlegend=True,
        bargap=0.06,
        margin_t=34,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    fig.update_xaxes(showgrid=False)
    fig.update_yaxes(
        title=say(f"{WORDS}.share"), showgrid=True, gridcolor=QUIET, rangemode="tozero"
    )
    return fig


def shares(bars: tuple[Bar, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Percent of the customers of each table, by bar."""
    then, now = (np.array([getattr(bar, side) for bar in bars], float) for side in ("then", "now"))
    return 100 * then / max(then.sum(), 1), 100 * now / max(now.sum(), 1)


def placed(values: np.ndarray, times: float, kind: Kind) -> object:
    """Values on their axis: dates as dates."""
    if kind is not Kind.DATE:
        return values * times
    return np.datetime64("1970-01-01", "us") + (values * 86_400e6).astype("timedelta64[us]")


def hovers(bars: tuple[Bar, ...], kind: Kind, say: Phrases, times: float = 1.0) -> list[str]:
    """What a bar says: its bin or level, shares and counts."""
    then, now = shares(bars)
    return [
        hover(
            say(
                f"{WORDS}.hover",
                what=_what(bar, kind, say, times),
                then=then[i] / 100,
                now=now[i] / 100,
                rows_then=bar.then,
                rows_now=bar.now,
            )
        )
        for i, bar in enumerate(bars)
    ]


def _what(bar: Bar, kind: Kind, say: Phrases, times: float) -> str:
    if kind in (Kind.CATEGORY, Kind.BOOLEAN):
        return bar.level or say(f"{WORDS}.others")
    low, high = (in_words(end * (times if kind is not Kind.DATE else 1), kind)
                 for end in (bar.low, bar.high))  # fmt: skip
    return low if low == high else say(f"{WORDS}.range", low=low, high=high)


def _levels(shown: ColumnDrift, say: Phrases) -> go.Figure:
    fig = figure(len(shown.bars))
    then, now = shares(shown.bars)
    texts, rows = hovers(shown.bars, shown.kind, say), np.arange(len(shown.bars))
    for values, key, colour, up in ((then, "then", QUIET, -0.2), (now, "now", OTHER, 0.2)):
        fig.add_bar(
            x=values,
            y=rows + up,
            width=0.38,
            orientation="h",
            name=say(f"{WORDS}.{key}"),
            marker={"color": colour, "line": {"color": NEUTRAL, "width": 1}},
            customdata=texts,
            hovertemplate="%{customdata}<extra></extra>",
        )
    fig.update_layout(
        barmode="overlay",
        showlegend=True,
        margin_t=34,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    fig.update_xaxes(title=say(f"{WORDS}.share"))
    fig.update_yaxes(title=name(shown.name))
    named(fig, [name(bar.level or say(f"{WORDS}.others")) for bar in shown.bars])
    return fig


def _title(shown: ColumnDrift, say: Phrases) -> str:
    column = cut(shown.name)
    if shown.index is None:
        return say(f"{KEY}.title_note", column=column)
    if not shown.moved:
        little = shown.q is not None and shown.q <= ALPHA
        return say(f"{KEY}.{'title_little' if little else 'title_same'}", column=column)
    gaps = missing_shares(shown)
    if abs(gaps[1] - gaps[0]) >= GAPS:
        return say(f"{KEY}.title_gaps", column=column, then=gaps[0], now=gaps[1])
    if shown.kind is Kind.TEXT:
        first, second = (each or 0.0 for each in shown.average)
        return say(f"{KEY}.title_words", column=column, then=first, now=second)
    most = most_changed(shown.bars)
    if most is not None:
        facts = {"level": most[0].level, "then": most[1], "now": most[2]}
        return say(f"{KEY}.title_level", column=column, **facts)
    before, after = then_and_now(shown, say)
    return say(f"{KEY}.title_number", column=column, then=before, now=after)


def _sentence(shown: ColumnDrift, say: Phrases) -> str:
    notes = note_words(shown, say)
    if not shown.test or shown.index is None or shown.q is None:
        return " ".join(filter(None, (say(f"{KEY}.bare"), notes)))
    levels = shown.kind in (Kind.CATEGORY, Kind.BOOLEAN)
    words = say(
        f"{KEY}.{'sentence_levels' if levels else 'sentence'}",
        index=shown.index,
        chance=shown.by_chance,
        test=say(f"{WORDS}.test.{shown.test}"),
        statistic=shown.statistic,
        q=_chance(shown.q),
    )
    return " ".join(filter(None, (words, notes)))


def _chance(q: float) -> str:
    written = chance(q)
    return written if written.startswith("<") else f"= {written}"


def _table(shown: ColumnDrift, say: Phrases) -> pd.DataFrame:
    bars = shown.bars
    if shown.kind in (Kind.CATEGORY, Kind.BOOLEAN):
        names = [bar.level or say(f"{WORDS}.others") for bar in bars]
        first: dict[str, list[str]] = {say(f"{WORDS}.level"): names}
    else:
        ends = [[in_words(getattr(b, end), shown.kind) for b in bars] for end in ("low", "high")]
        first = {say(f"{WORDS}.from"): ends[0], say(f"{WORDS}.to"): ends[1]}
    counts = {
        say(f"{WORDS}.rows_then"): [bar.then for bar in bars],
        say(f"{WORDS}.rows_now"): [bar.now for bar in bars],
    }
    return pd.DataFrame(first | counts)


def example() -> ColumnDrift:
    """Points for tests."""
    draw_of = np.random.default_rng(0)
    then, now = (pd.Series(draw_of.gamma(2, scale, 900)) for scale in (20, 35))
    one = one_column(Column(plot_text("time <b>%{x}</b> on pages"), Kind.NUMBER), then, now)
    return replace(one, q=one.p, strength=strength(one, one.p))


CHART = Chart("then_now", draw, example)
