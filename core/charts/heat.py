"""Customers side by side, ordered by their reasons: who is predicted alike for like reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import DOWN, NEUTRAL, QUIET, SERIES, UP
from core.charts.effects import (
    AXIS,
    drawn,
    example_explanation,
    figure,
    name,
    name_rows,
    of,
    with_unit,
)
from core.explain.amounts import Unit, unit_for
from core.explain.clusters import CUSTOMERS_AT_MOST, Clusters, Group, clusters
from core.explain.explanation import Explanation, Scale
from core.explain.sentences import subject
from core.explain.values import cut, in_words
from core.text.phrases import Phrases
from core.text.plain import plot_text, visible

COLUMNS_AT_MOST = 8
CELLS_AT_MOST = 2_000
STRONG = 0.98  # of the cells are no stronger than the strongest colour
TOP = 0.2  # of the height is for the predictions
TOP_HEIGHT = 110
GAP = 0.04


@dataclass(frozen=True)
class HeatPoints:
    """Customers in the order of their groups, and how many of the strongest columns are drawn."""

    found: Clusters
    shown: int
    subject: str


def points(
    explanation: Explanation, how_many: int = COLUMNS_AT_MOST, target: str = ""
) -> HeatPoints:
    """Groups of at most 300 customers (fewer where many columns are drawn), by all reasons."""
    shown = min(how_many, len(explanation.columns))
    found = clusters(explanation, min(CUSTOMERS_AT_MOST, CELLS_AT_MOST // max(shown, 1)))
    words = subject(explanation.of, explanation.scale, target)
    return HeatPoints(found, shown, words)


def draw(shown: HeatPoints, look: Look) -> Drawing:
    """Predictions on top; under them a row a column and a stripe a customer."""
    fig = figure(shown.shown)
    fig.update_layout(height=fig.layout.height + TOP_HEIGHT, hovermode="closest")
    fig.add_trace(_cells(shown, look))
    fig.add_trace(_predictions(shown, look))
    name_rows(fig, [name(column) for column in shown.found.columns[: shown.shown]])
    chance = shown.found.explained.scale is Scale.CHANCE
    fig.update_layout(
        yaxis={"domain": [0, 1 - TOP - GAP]},
        yaxis2=AXIS
        | {
            "domain": [1 - TOP, 1],
            "title": plot_text(look.say("charts_explain.heat.prediction")),
            "ticksuffix": "%" if chance else "",
            "gridcolor": QUIET,
            "nticks": 4,
            "fixedrange": True,
        },
        shapes=_borders(shown.found.groups),
        annotations=_numbers(shown.found.groups),
    )
    fig.update_xaxes(
        title=plot_text(look.say("charts_explain.heat.axis")),
        showticklabels=False,
        showgrid=False,
    )
    unit = _unit(shown)
    title, sentence = _title(shown, unit, look.say), _sentence(shown, unit, look.say)
    return Drawing(fig, title, sentence, _table(shown, unit, look.say))


def _places(shown: HeatPoints) -> list[int]:
    """Where the drawn columns are in the explanation."""
    columns = shown.found.explained.columns
    return [columns.index(column) for column in shown.found.columns[: shown.shown]]


def _unit(shown: HeatPoints) -> Unit:
    means = [push.mean for group in shown.found.groups for push in group.pushes]
    return unit_for(shown.found.explained.scale, means)


def _cells(shown: HeatPoints, look: Look) -> go.Heatmap:
    explained = shown.found.explained
    amounts = drawn(explained.effects[:, _places(shown)].T, explained.scale)
    strong = float(np.quantile(np.abs(amounts), STRONG)) if amounts.size else 0.0
    strong = strong or float(np.abs(amounts).max(initial=0.0)) or 1.0
    axis = look.say(f"charts_explain.axis.{explained.scale}", subject=shown.subject)
    return go.Heatmap(
        z=amounts,
        zmin=-strong,
        zmax=strong,
        colorscale=[[0, DOWN], [0.5, QUIET], [1, UP]],
        colorbar={
            "title": {"text": plot_text(axis), "side": "right"},
            "thickness": 10,
            "len": 1 - TOP,
            "y": (1 - TOP) / 2,
        },
        text=_hovers(shown, amounts, look.say),
        hovertemplate="%{text}<extra></extra>",
    )


def _hovers(shown: HeatPoints, amounts: np.ndarray, say: Phrases) -> list[list[str]]:
    """Column, value, effect and the customer's number (from 1) of each cell."""
    explained = shown.found.explained
    return [
        [
            plot_text(
                say(
                    "charts_explain.heat.hover",
                    row=int(row) + 1,
                    column=column,
                    value=in_words(value, say),
                    effect=f"{effect:+.3g}",
                )
            )
            for row, value, effect in zip(
                explained.rows, explained.inputs[column], amounts[place], strict=True
            )
        ]
        for place, column in enumerate(shown.found.columns[: shown.shown])
    ]


def _predictions(shown: HeatPoints, look: Look) -> go.Scatter:
    explained = shown.found.explained
    return go.Scatter(
        y=drawn(explained.prediction, explained.scale),
        x=list(range(len(explained.rows))),
        yaxis="y2",
        mode="lines",
        line={"color": SERIES[0], "width": 1.5, "shape": "hvh"},
        hovertemplate="%{y:.3~g}<extra></extra>",
    )


def _borders(groups: tuple[Group, ...]) -> list[dict[str, object]]:
    """A line over the whole height between two groups."""
    line = {"color": NEUTRAL, "width": 1.5}
    at = [group.start - 0.5 for group in groups[1:]]
    whole = {"type": "line", "y0": 0, "y1": 1, "yref": "paper", "line": line}
    return [{"x0": x, "x1": x, **whole} for x in at]


def _numbers(groups: tuple[Group, ...]) -> list[dict[str, object]]:
    """The number of each group over its customers."""
    return [
        {
            "text": f"<b>{number}</b>",
            "x": (group.start + group.stop - 1) / 2,
            "y": 1,
            "yref": "paper",
            "yanchor": "top",
            "showarrow": False,
        }
        for number, group in enumerate(groups, 1)
        if len(groups) > 1
    ]


def _pushes(group: Group, unit: Unit, say: Phrases) -> str:
    """``PageValues (+30.2 points), Month (-3.0 points)``: what moves the group most."""
    words = [
        say(
            "charts_explain.heat.push",
            column=cut(push.column),
            effect=with_unit(unit.change(unit.shown(push.mean)), unit.scale, say),
        )
        for push in group.pushes
        if unit.shown(push.mean)
    ]
    return ", ".join(words) or say("charts_explain.heat.nothing")


def _level(amount: float, shown: HeatPoints) -> str:
    predictions = shown.found.explained.prediction.tolist()
    unit = unit_for(shown.found.explained.scale, predictions)
    return unit.level(unit.shown(amount))


def _title(shown: HeatPoints, unit: Unit, say: Phrases) -> str:
    groups = shown.found.groups
    if len(groups) < 2:
        return say("charts_explain.heat.title_one")
    highest = max(groups, key=lambda group: group.prediction)
    return say(
        "charts_explain.heat.title",
        groups=len(groups),
        rows=highest.rows,
        of=of(shown.subject, shown.found.explained.scale, say),
        number=groups.index(highest) + 1,
        prediction=_level(highest.prediction, shown),
        pushes=_pushes(highest, unit, say),
    )


def _sentence(shown: HeatPoints, unit: Unit, say: Phrases) -> str:
    found = shown.found
    rows = len(found.explained.rows)
    key = "all" if rows == found.of_rows else "some"
    whole = say(f"charts_explain.heat.sentence_{key}", rows=rows, of_rows=found.of_rows)
    if len(found.groups) < 2:
        return whole
    each = [
        say(
            "charts_explain.heat.group",
            number=number,
            rows=group.rows,
            prediction=_level(group.prediction, shown),
            pushes=_pushes(group, unit, say),
        )
        for number, group in enumerate(found.groups, 1)
    ]
    told = say("charts_explain.heat.told", share=found.told)
    return " ".join([whole, *each, told])


def _table(shown: HeatPoints, unit: Unit, say: Phrases) -> pd.DataFrame:
    """A line a group: customers, the average prediction, the mean effect of each drawn column."""
    explained, groups = shown.found.explained, shown.found.groups
    head = say("charts_explain.heat.table_group")
    scale = explained.scale
    predictions = [round(float(drawn(group.prediction, scale)), 4) for group in groups]
    table = {
        head: list(range(1, len(groups) + 1)),
        say("charts_explain.table.rows"): [group.rows for group in groups],
        say(f"charts_explain.heat.mean_{scale}"): predictions,
    }
    for place, column in zip(_places(shown), shown.found.columns, strict=False):
        means = [explained.effects[g.start : g.stop, place].mean() for g in groups]
        words = say(f"charts_explain.heat.effect_of_{scale}", column=visible(column))
        table[words] = [float(unit.shown(mean)) for mean in means]
    return pd.DataFrame(table)


def example() -> HeatPoints:
    """Points for tests."""
    return points(example_explanation(400), target="Revenue")


CHART = Chart("heat", draw, example)
