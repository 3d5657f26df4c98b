"""How the effect of one column goes with its value."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, SERIES
from core.charts.effects import (
    Floats,
    axis_title,
    colours,
    drawn,
    example_explanation,
    figure,
    name_rows,
    of,
    swarm,
    with_unit,
)
from core.charts.tinted import Dots, name_colours, tinted
from core.explain.amounts import Unit, unit_for
from core.explain.dependence import Dependence, Group, GroupMean, dependence
from core.explain.explanation import Explanation
from core.explain.sentences import subject
from core.explain.values import cut, in_words
from core.text.phrases import Phrases
from core.text.plain import plot_text, visible

HEIGHT = 420
DOT_OPACITY = 0.45
TINTED_OPACITY = 0.7


@dataclass(frozen=True)
class DependencePoints:
    """One column's dependence and what is explained."""

    found: Dependence
    subject: str


def points(explanation: Explanation, column: str, target: str = "") -> DependencePoints:
    """How ``column``'s effect goes with its value. Raises UnknownColumn."""
    found = dependence(explanation, column)
    return DependencePoints(found, subject(found.of, found.scale, target))


def draw(shown: DependencePoints, look: Look) -> Drawing:
    """Dots and the means of bins along the value, or a swarm and the mean of each level."""
    fig = _by_level(shown, look) if shown.found.numbers is None else _by_number(shown, look)
    if shown.found.interaction is not None:
        name_colours(fig)
    unit = unit_for(shown.found.scale, [mean.mean for mean in shown.found.means])
    title, sentence = _title(shown, unit, look.say), _sentence(shown, look.say)
    return Drawing(fig, title, sentence, _table(shown.found, unit, look.say))


def _by_number(shown: DependencePoints, look: Look) -> go.Figure:
    found, fig = shown.found, figure(3)
    dates = pd.api.types.is_datetime64_any_dtype(found.values.dtype)
    bins = [mean for mean in found.means if mean.group is Group.BIN]
    x, y = _axis(found.numbers, dates), drawn(found.effects, found.scale)
    fig.add_traces(_dots(found, x, y, look))
    fig.add_trace(_means(bins, _axis([m.centre for m in bins], dates), found, look))
    for mean in found.means:
        if mean.group is Group.MISSING:
            fig.add_hline(
                y=float(drawn(mean.mean, found.scale)),
                line={"color": NEUTRAL, "dash": "dot"},
                annotation_text=plot_text(label(mean, look.say)),
            )
    fig.update_layout(height=HEIGHT, hovermode="closest")
    fig.update_xaxes(title=plot_text(found.column), showgrid=False)
    fig.update_yaxes(title=axis_title(shown.subject, found.scale, look), zeroline=True)
    fig.update_yaxes(zerolinecolor=NEUTRAL, showgrid=True)
    return fig


def _axis(numbers: Floats | list[float] | None, dates: bool) -> pd.Series:
    amounts = pd.Series(numbers, dtype=float)
    return pd.to_datetime(amounts, unit="D") if dates else amounts


def _dots(found: Dependence, x: pd.Series | Floats, y: Floats, look: Look) -> list[go.Scatter]:
    """Coloured by the column that the effect depends on most, else by up and down."""
    effects = drawn(found.effects, found.scale)
    hover = [
        plot_text(f"{found.column} = {in_words(value, look.say)}: {effect:+.3g}")
        for value, effect in zip(found.values, effects, strict=True)
    ]
    if found.interaction is None or found.others is None:
        dots = Dots(x, y, hover, DOT_OPACITY)
        everyone = np.ones(len(y), bool)
        return [dots.trace(everyone, {"size": 5, "color": colours(found.effects)})]
    other = found.interaction.column
    both = [
        f"{words}<br>{plot_text(f'{other} = {in_words(value, look.say)}')}"
        for words, value in zip(hover, found.others, strict=True)
    ]
    return tinted(Dots(x, y, both, TINTED_OPACITY), other, found.others, look.say)


def _means(
    means: list[GroupMean], x: pd.Series | None, found: Dependence, look: Look
) -> go.Scatter:
    """Means with intervals: along x, or where x is None one a row."""
    amounts = drawn(np.array([mean.mean for mean in means]), found.scale)
    wide = np.nan_to_num(drawn(np.array([mean.high - mean.mean for mean in means]), found.scale))
    whisker = {"array": wide, "thickness": 2}
    flat = x is None
    return go.Scatter(
        x=amounts if flat else x,
        y=list(range(len(means))) if flat else amounts,
        error_x=whisker if flat else None,
        error_y=None if flat else whisker,
        mode="markers" if flat else "lines+markers",
        marker={"size": 10, "color": SERIES[0], "symbol": "diamond"},
        line={"color": SERIES[0], "width": 2.5},
        customdata=[
            plot_text(_hover(mean, unit_for(found.scale, [mean.mean]), look.say)) for mean in means
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _by_level(shown: DependencePoints, look: Look) -> go.Figure:
    found, fig = shown.found, figure(len(shown.found.means))
    x = drawn(found.effects, found.scale)
    low, high = (float(x.min()), float(x.max())) if len(x) else (0.0, 0.0)
    rows = _rows(found)
    y = np.zeros(len(x))
    for row in range(len(found.means)):
        y[rows == row] = row + swarm(x[rows == row], low, high)
    fig.add_traces(_dots(found, x, y, look))
    fig.add_trace(_means(list(found.means), None, found, look))
    fig.add_vline(x=0, line_color=NEUTRAL, line_width=1)
    name_rows(fig, [plot_text(label(mean, look.say)) for mean in found.means])
    fig.update_xaxes(title=axis_title(shown.subject, found.scale, look))
    fig.update_yaxes(title=plot_text(cut(found.column)))
    fig.update_layout(hovermode="closest")
    return fig


def _rows(found: Dependence) -> Floats:
    """The row of the axis on which each dot lies."""
    levels = {mean.first: i for i, mean in enumerate(found.means) if mean.group is Group.LEVEL}
    groups = {mean.group: i for i, mean in enumerate(found.means)}
    missing = found.values.isna()
    return np.array(
        [
            groups[Group.MISSING] if gone else levels.get(value, groups.get(Group.OTHERS, 0))
            for value, gone in zip(found.values, missing, strict=True)
        ],
        dtype=float,
    )


def label(mean: GroupMean, say: Phrases) -> str:
    """What the rows of a mean have in common, in words."""
    if mean.group in (Group.MISSING, Group.OTHERS):
        return say(f"charts_explain.dependence.{mean.group}", rows=mean.rows)
    first, last = in_words(mean.first, say), in_words(mean.last, say)
    if first == last:
        return first
    return say("charts_explain.dependence.bin", first=first, last=last)


def _hover(mean: GroupMean, unit: Unit, say: Phrases) -> str:
    return say(
        "charts_explain.dependence.hover",
        label=label(mean, say),
        mean=with_unit(unit.change(unit.shown(mean.mean)), unit.scale, say),
        rows=mean.rows,
    )


def _title(shown: DependencePoints, unit: Unit, say: Phrases) -> str:
    known = [m for m in shown.found.means if m.group in (Group.BIN, Group.LEVEL)]
    column = cut(shown.found.column)
    if len(known) < 2:
        return say("charts_explain.dependence.title_one", column=column)
    best, worst = max(known, key=lambda m: m.mean), min(known, key=lambda m: m.mean)
    return say(
        "charts_explain.dependence.title",
        column=column,
        of=of(shown.subject, shown.found.scale, say),
        best=label(best, say),
        high=with_unit(unit.change(unit.shown(best.mean)), unit.scale, say),
        worst=label(worst, say),
        low=unit.change(unit.shown(worst.mean)),
    )


def _sentence(shown: DependencePoints, say: Phrases) -> str:
    dots, rows = len(shown.found.effects), shown.found.rows
    key = "all" if dots == rows else "some"
    words = say(f"charts_explain.dependence.sentence_{key}", dots=dots, rows=rows)
    other = shown.found.interaction
    if other is None:
        return words
    column, share = cut(other.column), other.share
    told = say(
        "charts_explain.dependence.coloured",
        column=cut(shown.found.column),
        other=column,
        share=share,
    )
    return f"{words} {told}"


def _table(found: Dependence, unit: Unit, say: Phrases) -> pd.DataFrame:
    def numbers(amounts: list[float]) -> list[float]:
        return [float(unit.shown(a)) if np.isfinite(a) else np.nan for a in amounts]

    return pd.DataFrame(
        {
            visible(found.column): [label(mean, say) for mean in found.means],
            say("charts_explain.table.rows"): [mean.rows for mean in found.means],
            say(f"charts_explain.table.effect_{found.scale}"): numbers(
                [mean.mean for mean in found.means]
            ),
            say("charts_explain.table.low"): numbers([mean.low for mean in found.means]),
            say("charts_explain.table.high"): numbers([mean.high for mean in found.means]),
        }
    )


def example() -> DependencePoints:
    """Points for tests: the effect of one column depends on another."""
    plain = example_explanation()
    effects = plain.effects.copy()
    effects[:, 0] *= np.where(plain.inputs["Month"] == "Nov", 1.5, 0.5)
    prediction = plain.base + effects.sum(axis=1)
    return points(replace(plain, effects=effects, prediction=prediction), "PageValues", "Revenue")


CHART = Chart("dependence", draw, example)
