"""How the values of one column spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, SERIES
from core.charts.grouping import few_hidden, grouped_figure, hover, name_places, upright
from core.explain.values import cut
from core.explore.groups import Sort, label
from core.explore.profile import Profile, profile
from core.schema import Column, Kind
from core.text.phrases import Phrases, number, quoted

KEY = "charts_explore.distribution"
FEWEST_EDGES = 3
MOSTLY = 0.5


def points(values: pd.Series, column: Column) -> Profile:
    """The profile of a typed column."""
    return profile(values, column)


def draw(shown: Profile, look: Look) -> Drawing:
    """Bars of rows; missing values are the last, in grey."""
    say = look.say
    labels = [label(bar.group, say) for bar in shown.bars]
    fig = grouped_figure(shown.column, labels, say("charts_explore.axis.rows"))
    rows, places = [bar.rows for bar in shown.bars], list(range(len(labels)))
    along = {"x": places, "y": rows} if upright(shown.column) else {"x": rows, "y": places}
    fig.add_bar(
        **along,
        orientation="v" if upright(shown.column) else "h",
        marker_color=[
            NEUTRAL if bar.group.sort in (Sort.MISSING, Sort.OTHER) else SERIES[0]
            for bar in shown.bars
        ],
        customdata=[
            hover(text, say(f"{KEY}.hover", rows=n, share=n / shown.rows))
            for text, n in zip(labels, rows, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    if shown.column.kind is Kind.NUMBER:
        fig.update_layout(bargap=0.06)
        _name_bins(fig, shown, labels)
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, labels, say))


def _name_bins(fig: go.Figure, shown: Profile, labels: list[str]) -> None:
    """Bounds between the bars where numbers are not whole, and outer bars by their names."""
    inner = {
        place: bar.group
        for place, bar in enumerate(shown.bars)
        if bar.group.low is not None and bar.group.high is not None
    }
    outer = {float(place): labels[place] for place in range(len(labels)) if place not in inner}
    if len(outer) > 1 and shown.missing:  # "over" and "missing" side by side would overlap
        outer = {float(len(labels) - 1): labels[-1]}
    if len(inner) < FEWEST_EDGES or next(iter(inner.values())).whole:
        name_places(fig, list(inner), [labels[place] for place in inner], outer)
        return
    first = min(inner)
    bounds = [inner[first].low, *(group.high for group in inner.values())]
    texts = [number(bound) for bound in bounds if bound is not None]
    name_places(fig, [first - 0.5 + i for i in range(len(texts))], texts, outer)


def _title(shown: Profile, say: Phrases) -> str:
    column = cut(shown.column.name)
    if shown.missing == shown.rows:
        return say(f"{KEY}.title_empty", column=column)
    if shown.spread is not None and shown.distinct > 1:
        share = shown.spread.usual_rows / (shown.rows - shown.missing)
        if share > MOSTLY:
            value = shown.spread.usual
            return say(f"{KEY}.title_mostly", column=column, value=value, share=share)
        at = dict(shown.spread.quantiles)
        return say(
            f"{KEY}.title_number", column=column, quarter=at[0.25], most=at[0.75], median=at[0.5]
        )
    if shown.first is not None and shown.last is not None:
        first, last = shown.first.date().isoformat(), shown.last.date().isoformat()
        return say(f"{KEY}.title_date", column=column, first=first, last=last)
    return _title_of_levels(shown, column, say)


def _title_of_levels(shown: Profile, column: str, say: Phrases) -> str:
    first = next(bar for bar in shown.bars if bar.rows)
    value = quoted(label(first.group, say))
    if shown.distinct == 1:
        return say(f"{KEY}.title_one", column=column, value=value)
    known = shown.rows - shown.missing
    if shown.distinct == known:
        return say(f"{KEY}.title_each", column=column)
    return say(f"{KEY}.title_level", column=column, value=value, share=first.rows / known)


def _sentence(shown: Profile, say: Phrases) -> str:
    sentence = say(
        f"{KEY}.sentence",
        rows=shown.rows,
        missing=shown.missing,
        share=shown.missing_share,
        distinct=shown.distinct,
    )
    return " ".join(filter(None, (sentence, *_numbers(shown, say), _hidden(shown, say))))


def _hidden(shown: Profile, say: Phrases) -> str:
    return few_hidden(sum(bar.hidden for bar in shown.bars), say)


def _numbers(shown: Profile, say: Phrases) -> tuple[str, ...]:
    if shown.spread is None:
        return ()
    at, spread = dict(shown.spread.quantiles), shown.spread
    facts = {"mean": spread.mean, "sd": spread.sd, "least": at[0], "greatest": at[1]}
    tails = {"low": at[0.05], "high": at[0.95]}
    return (say(f"{KEY}.numbers", **facts), say(f"{KEY}.tails", **tails))


def _table(shown: Profile, labels: list[str], say: Phrases) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("charts_explore.table.group", column=shown.column.name): labels,
            say("charts_explore.table.rows"): [
                None if bar.hidden else bar.rows for bar in shown.bars
            ],
            say("charts_explore.table.share"): [
                None if bar.hidden else round(100 * bar.rows / shown.rows, 2) for bar in shown.bars
            ],
        }
    )


def example() -> Profile:
    """Points for tests."""
    values = np.random.default_rng(0).exponential(20, 2_000)
    values[:100] = np.nan
    return points(pd.Series(values), Column("the <b>time</b> on product pages", Kind.NUMBER))


CHART = Chart("distribution", draw, example)
