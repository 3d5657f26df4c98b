"""Retention cohorts: who buys again how long after the first purchase."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.behaviour.pictures.retention import Every, Retention
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import INK, OTHER
from core.charts.effects import ROW_HEIGHT, Floats, figure, name_rows
from core.charts.grouping import hover
from core.charts.times import dated, scale
from core.data.privacy.counts import K
from core.intervals import wilson
from core.text.phrases import Phrases, share
from core.text.plain import plot_text

KEY = "charts_behaviour.retention"
WITH_NUMBERS = 14  # columns; more and their figures would run into each other
LABEL = 11  # size of the figures in cells


def draw(shown: Retention, look: Look) -> Drawing:
    """A row a cohort under the row of all, a column a period after; darker where more came back."""
    say = look.say
    overall = shown.overall
    shares = np.vstack([overall, shown.shares]) if len(shown.starts) else np.zeros((0, 0))
    labels = [say(f"{KEY}.all"), *(_row(shown, row, say) for row in range(len(shown.starts)))]
    fig = figure(len(labels)).update_layout(height=110 + (ROW_HEIGHT + 8) * max(len(labels), 3))
    known = shares[np.isfinite(shares)]
    periods = list(range(1, shares.shape[1] + 1))
    fig.add_heatmap(
        z=shares,
        x=periods,
        y=list(range(len(shares))),
        zmin=0,
        zmax=max(float(known.max(initial=0.0)), 0.01),
        colorscale=scale(OTHER),
        showscale=False,
        xgap=2,
        ygap=2,
        customdata=_hovers(shown, say),
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    if len(periods) <= WITH_NUMBERS:
        _add_figures(fig, shown, shares, look)
    name_rows(fig, [plot_text(label) for label in labels])
    fig.update_yaxes(title=plot_text(say(f"{KEY}.y_{shown.every}")))
    fig.update_xaxes(
        title=plot_text(say(f"{KEY}.x_{shown.every}")),
        showgrid=False,
        dtick=1 if len(periods) <= WITH_NUMBERS else 2,
        range=[0.5, max(len(periods), 1) + 0.5],
    )
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _cohort(shown: Retention, row: int) -> str:
    date = dated(shown.starts[row])
    return date if shown.every is Every.WEEK else date[:7]


def _row(shown: Retention, row: int, say: Phrases) -> str:
    size = shown.sizes[row] or (say(f"{KEY}.few") if shown.hidden[row].any() else 0)
    cohort = _cohort(shown, row)
    return (
        f"{cohort} · {size}"
        if isinstance(size, str)
        else say(f"{KEY}.row", cohort=cohort, customers=size)
    )


def _hovers(shown: Retention, say: Phrases) -> list[list[str]]:
    """What each cell says, the row of all first."""
    found = [
        [
            hover(say(f"{KEY}.hover_all", after=after, share=value))
            for after, value in enumerate(shown.overall, 1)
        ]
    ]
    for row in range(len(shown.starts)):
        found.append(
            [
                hover(
                    say(
                        f"{KEY}.hover",
                        cohort=_cohort(shown, row),
                        after=after,
                        bought=shown.bought[row, after - 1],
                        customers=shown.sizes[row],
                        share=shown.shares[row, after - 1],
                    )
                )
                for after in range(1, shown.bought.shape[1] + 1)
            ]
        )
    return found


def _add_figures(fig: object, shown: Retention, shares: Floats, look: Look) -> None:
    """Share and number in each cell; “few” where they are hidden."""
    x, y, text = [], [], []
    for row, column in np.ndindex(shares.shape):
        hidden = row > 0 and shown.hidden[row - 1, column]
        if not np.isfinite(shares[row, column]) and not hidden:
            continue
        x.append(column + 1)
        y.append(row)
        number = f"<br>{shown.bought[row - 1, column]:.0f}" if row else ""
        text.append(
            plot_text(look.say(f"{KEY}.few"))
            if hidden
            else f"{share(float(shares[row, column]))}{number}"
        )
    fig.add_scatter(  # type: ignore[attr-defined]
        x=x,
        y=y,
        text=text,
        mode="text",
        textfont={"color": INK[look.dark], "size": LABEL},
        hoverinfo="skip",
    )


def _title(shown: Retention, say: Phrases) -> str:
    unit = say(f"{KEY}.{shown.every}")
    if not len(shown.overall) or not np.isfinite(shown.overall[0]):
        return say(f"{KEY}.title_empty", unit=unit)
    known = np.isfinite(shown.bought[:, 0])
    bought, customers = shown.bought[known, 0].sum(), np.asarray(shown.sizes)[known].sum()
    low, high = wilson(bought, customers)
    facts = {"low": float(low), "high": float(high)}
    return say(f"{KEY}.title", unit=unit, share=float(shown.overall[0]), **facts)


def _sentence(shown: Retention, say: Phrases) -> str:
    unit = say(f"{KEY}.{shown.every}")
    facts = {"customers": sum(shown.sizes), "cohorts": len(shown.starts)}
    said = [say(f"{KEY}.sentence", unit=unit, **facts)]
    seen = np.flatnonzero(np.isfinite(shown.overall))
    if len(seen) > 1:
        after = int(seen[-1])
        said.append(say(f"{KEY}.last", unit=unit, after=after + 1, share=shown.overall[after]))
    if shown.earlier:
        said.append(say(f"{KEY}.earlier", shown=len(shown.starts), earlier=shown.earlier))
    if cells := int(shown.hidden.sum()):
        said.append(say(f"{KEY}.hidden", cells=cells, k=K))
    return " ".join(said)


def _table(shown: Retention, say: Phrases) -> pd.DataFrame:
    def column(key: str) -> str:
        return say(f"charts_behaviour.table.{key}")

    cells = [
        (row, after)
        for row, after in np.ndindex(shown.bought.shape)
        if np.isfinite(shown.bought[row, after])
    ]
    bought = np.array([shown.bought[cell] for cell in cells])
    sizes = np.array([shown.sizes[row] for row, _ in cells])
    low, high = wilson(bought, sizes)
    return pd.DataFrame(
        {
            column("cohort"): [_cohort(shown, row) for row, _ in cells],
            column("size"): sizes,
            column("after"): [after + 1 for _, after in cells],
            column("bought"): bought.astype(int),
            column("share"): np.round(100 * bought / np.maximum(sizes, 1), 2),
            column("low"): np.round(100 * low, 2),
            column("high"): np.round(100 * high, 2),
        }
    )


def example() -> Retention:
    """Points for tests."""
    chance = np.random.default_rng(0)
    sizes = (412, 380, 295, 344, 301, 118, 97, 0)
    starts = tuple(int(pd.Timestamp(2025, month, 1).timestamp() * 1000) for month in range(1, 9))
    bought = np.full((8, 7), np.nan)
    for row in range(8):
        for after in range(7 - row):
            bought[row, after] = chance.binomial(sizes[row], 0.24 / (1 + 0.35 * after))
    hidden = np.zeros(bought.shape, bool)
    hidden[6, 0] = hidden[5, 1] = True
    bought[hidden] = np.nan
    return Retention(Every.MONTH, starts, sizes, bought, hidden, 2)


CHART = Chart("retention", draw, example)
