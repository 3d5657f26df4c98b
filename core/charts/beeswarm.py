"""Every explained row's reasons at once: a dot is one row, its colour the value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, OUTCOME, SERIES
from core.charts.effects import (
    CLEAR_DIRECTION,
    Floats,
    axis_title,
    drawn,
    example_explanation,
    figure,
    name,
    name_rows,
    of,
    swarm,
    with_unit,
)
from core.charts.importance import direction
from core.explain.amounts import unit_for
from core.explain.explanation import Explanation, Scale
from core.explain.importance import Importance, importance
from core.explain.sentences import subject
from core.explain.values import cut, in_words, ordered
from core.text.phrases import Phrases
from core.text.plain import plot_text

COLUMNS_AT_MOST = 12
POINTS_AT_MOST = 2_000


@dataclass(frozen=True)
class Swarm:
    """One column's dots. ``ranks`` (n,) are 0 for the lowest value to 1 for the highest.

    A rank is nan where the value is missing; ``ranks`` is None where values have no order.
    """

    one: Importance
    values: pd.Series
    effects: Floats
    ranks: Floats | None


@dataclass(frozen=True)
class BeeswarmPoints:
    """The strongest columns first, at most 2,000 dots in all: ``dots`` of ``rows`` rows each."""

    swarms: tuple[Swarm, ...]
    columns: int
    dots: int
    rows: int
    subject: str
    scale: Scale


def points(
    explanation: Explanation, how_many: int = COLUMNS_AT_MOST, target: str = ""
) -> BeeswarmPoints:
    """The dots of the ``how_many`` strongest columns."""
    strongest = importance(explanation)[:how_many]
    rows = len(explanation.rows)
    dots = min(rows, POINTS_AT_MOST // max(len(strongest), 1))
    kept = explanation.only(np.linspace(0, rows - 1, dots).astype(int).tolist())
    return BeeswarmPoints(
        swarms=tuple(_swarm(kept, one) for one in strongest),
        columns=len(explanation.columns),
        dots=dots,
        rows=rows,
        subject=subject(explanation.of, explanation.scale, target),
        scale=explanation.scale,
    )


def _swarm(explanation: Explanation, one: Importance) -> Swarm:
    values = explanation.inputs[one.column]
    numbers = ordered(values)
    ranks = None
    if numbers is not None:
        rank = pd.Series(numbers).rank(method="min")  # many alike at the low end are all low
        ranks = np.asarray((rank - 1) / (rank.max() - 1 if rank.max() > 1 else 1), float)
    effects = explanation.effects[:, explanation.columns.index(one.column)]
    return Swarm(one, values, effects, ranks)


def draw(shown: BeeswarmPoints, look: Look) -> Drawing:
    """A row of dots for each column; three traces: with order, without, missing."""
    fig = figure(len(shown.swarms))
    dots = _dots(shown, look)
    coloured, missing = dots["rank"].notna(), dots["missing"]
    if coloured.any():
        fig.add_trace(_trace(dots[coloured], _by_value(dots[coloured], look.say)))
    for kind, rows, marker in (
        ("category", dots[~coloured & ~missing], {"color": SERIES[6], "symbol": "diamond"}),
        ("missing", dots[missing], {"color": NEUTRAL, "symbol": "circle-open"}),
    ):
        if len(rows):
            trace = _trace(rows, {"size": 6, **marker})
            trace.update(name=look.say(f"charts_explain.beeswarm.{kind}"), showlegend=True)
            fig.add_trace(trace)
    fig.add_vline(x=0, line_color=NEUTRAL, line_width=1)
    name_rows(fig, [name(swarm.one.column) for swarm in shown.swarms])
    fig.update_xaxes(title=axis_title(shown.subject, shown.scale, look))
    fig.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}
    )
    fig.update_layout(height=fig.layout.height + 40, hovermode="closest")
    return Drawing(fig, _title(shown, look.say), _sentence(shown, look.say), _table(shown, look))


def _dots(shown: BeeswarmPoints, look: Look) -> pd.DataFrame:
    amounts = [drawn(swarm.effects, shown.scale) for swarm in shown.swarms]
    low = min((float(a.min()) for a in amounts if len(a)), default=0.0)
    high = max((float(a.max()) for a in amounts if len(a)), default=0.0)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "x": x,
                    "y": place + swarm(x, low, high),
                    "rank": np.nan if one.ranks is None else one.ranks,
                    "missing": one.values.isna().to_numpy(),
                    "hover": [
                        plot_text(f"{one.one.column} = {in_words(value, look.say)}")
                        for value in one.values
                    ],
                }
            )
            for place, (one, x) in enumerate(zip(shown.swarms, amounts, strict=True))
        ]
        or [pd.DataFrame(columns=["x", "y", "rank", "missing", "hover"])]
    )


def _trace(dots: pd.DataFrame, marker: dict[str, object]) -> go.Scatter:
    return go.Scatter(
        x=dots["x"].to_numpy(),
        y=dots["y"].to_numpy(),
        mode="markers",
        marker=marker,
        customdata=dots["hover"].tolist(),
        hovertemplate="%{customdata}: %{x:+.3~g}<extra></extra>",
        showlegend=False,
    )


def _by_value(dots: pd.DataFrame, say: Phrases) -> dict[str, object]:
    return {
        "size": 6,
        "color": dots["rank"].to_numpy(float),
        "cmin": 0,
        "cmax": 1,
        "colorscale": [[0, OTHER], [1, OUTCOME]],
        "colorbar": {
            "title": {"text": say("charts_explain.beeswarm.value"), "side": "top"},
            "tickvals": [0, 1],
            "ticktext": [say("charts_explain.beeswarm.low"), say("charts_explain.beeswarm.high")],
            "thickness": 10,
            "len": 0.8,
        },
    }


def _title(shown: BeeswarmPoints, say: Phrases) -> str:
    if not shown.swarms or shown.swarms[0].one.mean == 0:
        return say("charts_explain.importance.title_none")
    first = shown.swarms[0]
    unit = unit_for(shown.scale, first.effects.tolist())
    low, high = (unit.shown(a) for a in np.quantile(first.effects, [0.05, 0.95]))
    clear = abs(first.one.direction) >= CLEAR_DIRECTION
    way = ("up" if first.one.direction > 0 else "down") if clear else "spread"
    return say(
        f"charts_explain.beeswarm.title_{way}",
        column=cut(first.one.column),
        of=of(shown.subject, shown.scale, say),
        low=unit.change(low),
        high=with_unit(unit.change(high), shown.scale, say),
    )


def _sentence(shown: BeeswarmPoints, say: Phrases) -> str:
    key = "all" if shown.dots == shown.rows else "some"
    return say(
        f"charts_explain.beeswarm.sentence_{key}",
        dots=shown.dots,
        rows=shown.rows,
        shown=len(shown.swarms),
        columns=shown.columns,
    )


def _table(shown: BeeswarmPoints, look: Look) -> pd.DataFrame:
    say, ends = look.say, (0.05, 0.5, 0.95)
    unit = unit_for(shown.scale, [s.one.mean for s in shown.swarms])
    spread = [[float(unit.shown(q)) for q in np.quantile(s.effects, ends)] for s in shown.swarms]
    table = pd.DataFrame(
        spread, columns=[say(f"charts_explain.table.{end}") for end in ("p05", "p50", "p95")]
    )
    table.insert(0, say("charts_explain.table.column"), [s.one.column for s in shown.swarms])
    words = [direction(s.one, say) for s in shown.swarms]
    return table.assign(**{say("charts_explain.table.direction"): words})


def example() -> BeeswarmPoints:
    """Points for tests."""
    return points(example_explanation(), target="Revenue")


CHART = Chart("beeswarm", draw, example)
