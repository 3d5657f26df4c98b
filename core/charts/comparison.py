"""The reasons before and after a change, on one axis, the most changed first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL
from core.charts.effects import (
    axis_title,
    colours,
    drawn,
    example_explanation,
    layout,
    named_rows,
    of,
    upright,
    with_unit,
)
from core.explain.amounts import Sum, Unit, adding_up, unit_for
from core.explain.explanation import Explanation
from core.explain.sentences import subject
from core.explain.values import cut, in_words
from core.text.phrases import Phrases
from core.text.plain import plot_text

COLUMNS_AT_MOST = 8


@dataclass(frozen=True)
class Pair:
    """One column before and after: values, effects, and the effects as written."""

    column: str
    values: tuple[object, object]
    effects: tuple[float, float]
    shown: tuple[Decimal, Decimal]
    edited: bool


@dataclass(frozen=True)
class ComparisonPoints:
    """The most changed columns first; ``rest`` sums the others (None where there are none).

    Written effects add up before and after, and so do their changes.
    """

    pairs: tuple[Pair, ...]
    rest: Pair | None
    left: int
    before: Decimal
    after: Decimal
    unit: Unit
    subject: str

    @property
    def words(self) -> tuple[str, str, str]:
        """Before, after and the difference as they are written; the difference adds up."""
        unit = self.unit
        change = unit.change(self.after - self.before)
        return unit.level(self.before), unit.level(self.after), change


def points(
    before: Explanation, after: Explanation, how_many: int = COLUMNS_AT_MOST, target: str = ""
) -> ComparisonPoints:
    """Two explanations of one row each by the same model against the same background.

    Raises ValueError where they are not.
    """
    if before.columns != after.columns or not np.isclose(before.base, after.base):
        raise ValueError("the two explanations are not of the same model")
    if len(before.rows) != 1 or len(after.rows) != 1:
        raise ValueError("each explanation must be of one row")
    change = np.abs(after.effects[0] - before.effects[0])
    order = np.lexsort((-np.abs(after.effects[0]), -change))  # ties: the larger effect first
    named, others = order[:how_many], order[how_many:]
    unit = unit_for(before.scale, [before.base, *before.prediction, *after.prediction])
    first, last = (_sum(one, named, others, unit) for one in (before, after))
    return ComparisonPoints(
        pairs=tuple(
            _pair(before, after, column, shown)
            for column, shown in zip(
                named, zip(first.effects, last.effects, strict=True), strict=False
            )
        ),
        rest=_rest(before, after, others, (first, last)),
        left=len(others),
        before=first.prediction,
        after=last.prediction,
        unit=unit,
        subject=subject(before.of, before.scale, target),
    )


def _sum(one: Explanation, named: np.ndarray, others: np.ndarray, unit: Unit) -> Sum:
    effects = one.effects[0][named].tolist()
    if len(others):
        effects.append(float(one.effects[0][others].sum()))
    return adding_up(one.base, effects, float(one.prediction[0]), unit)


def _pair(
    before: Explanation, after: Explanation, column: int, shown: tuple[Decimal, Decimal]
) -> Pair:
    of_column = before.columns[column]
    old, new = before.inputs[of_column].iloc[0], after.inputs[of_column].iloc[0]
    same = (pd.isna(old) and pd.isna(new)) or old == new
    return Pair(
        column=of_column,
        values=(old, new),
        effects=(float(before.effects[0, column]), float(after.effects[0, column])),
        shown=shown,
        edited=not (same is not pd.NA and bool(same)),
    )


def _rest(
    before: Explanation, after: Explanation, others: np.ndarray, sums: tuple[Sum, Sum]
) -> Pair | None:
    if not len(others):
        return None
    effects = tuple(float(one.effects[0][others].sum()) for one in (before, after))
    return Pair(
        "",
        (None, None),
        (effects[0], effects[1]),
        (sums[0].effects[-1], sums[1].effects[-1]),
        False,
    )


def draw(shown: ComparisonPoints, look: Look) -> Drawing:
    """A hollow dot before, a full one after, a line between; up and down as everywhere."""
    pairs = [*shown.pairs, *([shown.rest] if shown.rest else [])]
    before, after = (
        drawn(np.array([pair.effects[i] for pair in pairs], dtype=float), shown.unit.scale)
        for i in (0, 1)
    )
    hover = [plot_text(_hover(pair, shown, look.say)) for pair in pairs]
    hollow = {"symbol": "circle-open", "size": 11, "color": NEUTRAL, "line": {"width": 2}}
    full = {"symbol": "circle", "size": 11, "color": colours(after - before)}
    dots = [
        _trace(before, hollow, look.say("charts_explain.comparison.before"), hover),
        _trace(after, full, look.say("charts_explain.comparison.after"), hover),
    ]
    placed = _layout(pairs, shown, look) | {"shapes": [*_lines(before, after), upright(0)]}
    fig = go.Figure(dots, placed)
    return Drawing(
        fig, _title(shown, look.say), _sentence(shown, look.say), _table(pairs, shown, look.say)
    )


def _layout(pairs: list[Pair], shown: ComparisonPoints, look: Look) -> dict[str, Any]:
    """All of the layout at once: this chart is drawn anew at every key press."""
    placed = layout(len(pairs))
    labels = [plot_text(_label(pair, shown, look.say, short=True)) for pair in pairs]
    return placed | {
        "height": placed["height"] + 40,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
        "xaxis": placed["xaxis"] | {"title": axis_title(shown.subject, shown.unit.scale, look)},
        "yaxis": placed["yaxis"] | named_rows(labels),
    }


def _lines(before: np.ndarray, after: np.ndarray) -> list[dict[str, Any]]:
    """A line a row from before to after."""
    return [
        {
            "type": "line",
            "x0": start,
            "x1": end,
            "y0": place,
            "y1": place,
            "line": {"color": colour, "width": 4},
            "layer": "below",
        }
        for place, (start, end, colour) in enumerate(
            zip(before, after, colours(after - before), strict=True)
        )
    ]


def _trace(x: np.ndarray, marker: dict[str, object], words: str, hover: list[str]) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=list(range(len(x))),
        mode="markers",
        marker=marker,
        name=words,
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
    )


def _label(pair: Pair, shown: ComparisonPoints, say: Phrases, short: bool = False) -> str:
    if pair is shown.rest:
        return say("charts_explain.rest", columns=shown.left)
    column = cut(pair.column, 24) if short else pair.column
    values = [
        cut(in_words(value, say), 14) if short else in_words(value, say) for value in pair.values
    ]
    if not pair.edited:
        return say("charts_explain.comparison.kept", column=column, value=values[1])
    return say("charts_explain.comparison.edited", column=column, old=values[0], new=values[1])


def _hover(pair: Pair, shown: ComparisonPoints, say: Phrases) -> str:
    before, after = (shown.unit.change(amount) for amount in pair.shown)
    label = _label(pair, shown, say)
    return say("charts_explain.comparison.hover", label=label, before=before, after=after)


def _title(shown: ComparisonPoints, say: Phrases) -> str:
    difference = shown.after - shown.before
    way = "up" if difference > 0 else "down" if difference < 0 else "same"
    words = of(shown.subject, shown.unit.scale, say)
    return say(
        f"charts_explain.comparison.title_{way}",
        of=words[:1].upper() + words[1:],
        before=shown.unit.level(shown.before),
        after=shown.unit.level(shown.after),
        difference=with_unit(shown.unit.change(difference), shown.unit.scale, say),
    )


def _sentence(shown: ComparisonPoints, say: Phrases) -> str:
    edited = [pair for pair in shown.pairs if pair.edited]
    if not edited or shown.pairs[0].shown[0] == shown.pairs[0].shown[1]:
        return say("charts_explain.comparison.sentence_none")
    first = shown.pairs[0]
    key = "edited" if first.edited else "other"
    change = shown.unit.change(first.shown[1] - first.shown[0])
    return say(
        f"charts_explain.comparison.sentence_{key}",
        label=_label(first, shown, say, short=True),
        change=with_unit(change, shown.unit.scale, say),
    )


def _table(pairs: list[Pair], shown: ComparisonPoints, say: Phrases) -> pd.DataFrame:
    def word(value: object, pair: Pair) -> str:
        return "" if pair is shown.rest else in_words(value, say)

    scale = shown.unit.scale
    return pd.DataFrame(
        {
            say("charts_explain.table.column"): [
                _label(pair, shown, say) if pair is shown.rest else pair.column for pair in pairs
            ],
            say("charts_explain.table.old"): [word(pair.values[0], pair) for pair in pairs],
            say("charts_explain.table.new"): [word(pair.values[1], pair) for pair in pairs],
            say(f"charts_explain.table.before_{scale}"): [float(pair.shown[0]) for pair in pairs],
            say(f"charts_explain.table.after_{scale}"): [float(pair.shown[1]) for pair in pairs],
            say(f"charts_explain.table.change_{scale}"): [
                float(pair.shown[1] - pair.shown[0]) for pair in pairs
            ],
        }
    )


def example() -> ComparisonPoints:
    """Points for tests."""
    both = example_explanation()
    return points(both.row(3), both.row(8), how_many=4, target="Revenue")


CHART = Chart("comparison", draw, example)
