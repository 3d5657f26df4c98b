"""Two groups of customers: each column's mean effect in both, on one axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, SERIES
from core.charts.effects import (
    axis_title,
    drawn,
    example_explanation,
    layout,
    name,
    named_rows,
    of,
    upright,
    with_unit,
)
from core.explain.amounts import Unit, unit_for
from core.explain.cohorts import By, Cohort, Cohorts, Difference, Mean, compared
from core.explain.explanation import Scale
from core.explain.sentences import subject
from core.explain.values import cut
from core.text.phrases import Phrases, number, share
from core.text.plain import plot_text

COLUMNS_AT_MOST = 12
LONGEST_GROUP = 48
APART = 0.16  # how far the two dots of a row stand from its middle


@dataclass(frozen=True)
class CohortPoints:
    """Two groups with their names, and how many columns are drawn."""

    found: Cohorts
    names: tuple[str, str]
    subject: str
    unit: Unit

    @property
    def drawn(self) -> tuple[Difference, ...]:
        return self.found.columns[:COLUMNS_AT_MOST]


def points(found: Cohorts, names: tuple[str, str], target: str = "") -> CohortPoints:
    """Two groups as they are drawn; ``names`` are what to call them."""
    amounts = [found.difference.value, *(c.difference.value for c in found.columns)]
    unit = unit_for(found.scale, [*amounts, *(c.first.value for c in found.columns)])
    return CohortPoints(found, names, subject(found.of, found.scale, target), unit)


def named(cohort: Cohort, what: str, scale: Scale, say: Phrases) -> str:
    """What a group is called; ``what`` is the column, the prediction or the outcome in words.

    Predictions are on the explanation's ``scale``.
    """
    wanted = cohort.wanted
    if wanted.levels is not None:
        words = say("quality.cohorts.levels", column=what, levels=_either(wanted.levels))
        return cut(words, LONGEST_GROUP)
    chance = cohort.by is By.PREDICTION and scale is Scale.CHANCE
    low, high = (_bound(end, chance) for end in (wanted.low, wanted.high))
    if not low and not high:
        return say("quality.cohorts.any", column=what)
    key = "between" if low and high else "at_least" if low else "at_most"
    return cut(say(f"quality.cohorts.{key}", column=what, low=low, high=high), LONGEST_GROUP)


def _either(levels: tuple[str, ...]) -> str:
    return " / ".join(levels)


def _bound(end: float | str | None, chance: bool) -> str:
    if end is None or isinstance(end, str):
        return end or ""
    return share(end) if chance else number(float(f"{end:.4g}"))


def draw(shown: CohortPoints, look: Look) -> Drawing:
    """Two dots a column with their intervals, the column that differs most on top."""
    rows = shown.drawn
    words = [plot_text(_hover(row, shown, look.say)) for row in rows]
    traces = [
        _trace([getattr(row, side) for row in rows], place, shown, words)
        for place, side in enumerate(("first", "second"))
    ]
    placed = layout(len(rows))
    placed |= {
        "height": placed["height"] + 40,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
        "xaxis": placed["xaxis"] | {"title": axis_title(shown.subject, shown.unit.scale, look)},
        "yaxis": placed["yaxis"] | named_rows([name(row.column) for row in rows]),
        "shapes": [upright(0)],
    }
    figure = go.Figure(traces, placed)
    say = look.say
    return Drawing(figure, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _trace(means: list[Mean], place: int, shown: CohortPoints, words: list[str]) -> dict[str, Any]:
    value, low, high = (
        drawn(np.array([getattr(mean, end) for mean in means]), shown.unit.scale)
        for end in ("value", "low", "high")
    )
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plot_text(shown.names[place]),
        "x": value,
        "y": np.arange(len(means)) + (APART if place else -APART),
        "marker": {
            "color": SERIES[place],
            "size": 10,
            "symbol": ("circle", "diamond")[place],
        },
        "error_x": {
            "array": np.nan_to_num(high - value),
            "arrayminus": np.nan_to_num(value - low),
            "color": NEUTRAL,
            "thickness": 1.5,
        },
        "customdata": words,
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _level(amount: float, unit: Unit) -> str:
    return unit.level(unit.shown(amount))


def _change(amount: float, unit: Unit) -> str:
    return unit.change(unit.shown(amount)) if np.isfinite(amount) else "–"


def _hover(row: Difference, shown: CohortPoints, say: Phrases) -> str:
    unit = shown.unit
    return say(
        "quality.cohorts.hover",
        column=row.column,
        first=_change(row.first.value, unit),
        second=_change(row.second.value, unit),
        difference=_change(row.difference.value, unit),
        low=_change(row.difference.low, unit),
        high=_change(row.difference.high, unit),
    )


def _title(shown: CohortPoints, say: Phrases) -> str:
    unit, gap = shown.unit, shown.found.difference.value
    rounded = unit.shown(gap)
    way = "same" if not rounded else "higher" if rounded > 0 else "lower"
    return say(
        f"quality.cohorts.title_{way}",
        first=shown.names[0],
        second=shown.names[1],
        subject=of(shown.subject, unit.scale, say),
        mean=_level(shown.found.first.prediction.value, unit),
        difference=with_unit(unit.size(rounded), unit.scale, say),
    )


def _sentence(shown: CohortPoints, say: Phrases) -> str:
    found, unit = shown.found, shown.unit
    said = [
        say(
            "quality.cohorts.sentence",
            first_rows=found.first.rows,
            first_mean=_level(found.first.prediction.value, unit),
            second_rows=found.second.rows,
            second_mean=_level(found.second.prediction.value, unit),
            difference=with_unit(_change(found.difference.value, unit), unit.scale, say),
            low=_change(found.difference.low, unit),
            high=_change(found.difference.high, unit),
            background=found.background,
        )
    ]
    strongest = found.columns[0]
    if 2 * abs(strongest.difference.value) > abs(found.difference.value) and _agrees(shown):
        amount = with_unit(_change(strongest.difference.value, unit), unit.scale, say)
        most = say("quality.cohorts.most", column=cut(strongest.column), amount=amount)
        said.insert(0, most)
    left = found.columns[COLUMNS_AT_MOST:]
    if left:
        rest = _change(sum(row.difference.value for row in left), unit)
        amount = with_unit(rest, unit.scale, say)
        said.append(say("quality.cohorts.left", columns=len(left), amount=amount))
    if found.shared:
        said.append(say("quality.cohorts.shared", shared=found.shared))
    return " ".join(said)


def _agrees(shown: CohortPoints) -> bool:
    """True where the first column pushes the way the groups differ."""
    first, whole = (
        shown.unit.shown(mean.value)
        for mean in (shown.found.columns[0].difference, shown.found.difference)
    )
    return first * whole > 0


def _table(shown: CohortPoints, say: Phrases) -> pd.DataFrame:
    unit, rows = shown.unit, shown.found.columns
    one, other = (say(f"quality.cohorts.{side}") for side in ("first", "second"))
    low, high = (say(f"charts_explain.table.{end}") for end in ("low", "high"))
    parts = {one: "first", other: "second", say("quality.cohorts.difference"): "difference"}
    table: dict[str, list[object]] = {
        say("charts_explain.table.column"): [row.column for row in rows]
    }
    for label, part in parts.items():
        means = [getattr(row, part) for row in rows]
        for words, end in (
            (label, "value"),
            (f"{label}, {low}", "low"),
            (f"{label}, {high}", "high"),
        ):
            amounts = [getattr(mean, end) for mean in means]
            table[words] = [float(unit.shown(a)) if np.isfinite(a) else np.nan for a in amounts]
    return pd.DataFrame(table)


def example() -> CohortPoints:
    """Points for tests."""
    whole = example_explanation()
    late = whole.inputs["Month"].to_numpy() == "Nov"
    return points(
        compared(whole, late, ~late), ("Month Nov <b>%{x}</b>", "everyone else"), "Revenue"
    )


CHART = Chart("cohorts", draw, example)
