"""Which columns move the prediction most, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, SERIES
from core.charts.effects import (
    CLEAR_DIRECTION,
    drawn,
    example_explanation,
    figure,
    name,
    name_rows,
    of,
    with_unit,
)
from core.explain.amounts import Unit, unit_for
from core.explain.explanation import Explanation, Scale
from core.explain.importance import Importance, importance
from core.explain.sentences import subject
from core.explain.values import cut
from core.text.phrases import Phrases
from core.text.plain import plot_text

COLUMNS_AT_MOST = 15


@dataclass(frozen=True)
class ImportancePoints:
    """The strongest columns first; ``columns`` counts all, ``left`` is the others' share."""

    strongest: tuple[Importance, ...]
    columns: int
    left: float
    rows: int
    background: int
    subject: str
    scale: Scale


def points(
    explanation: Explanation, how_many: int = COLUMNS_AT_MOST, target: str = ""
) -> ImportancePoints:
    """The ``how_many`` strongest columns of an explanation."""
    found = importance(explanation)
    return ImportancePoints(
        strongest=found[:how_many],
        columns=len(found),
        left=sum(one.share for one in found[how_many:]),
        rows=len(explanation.rows),
        background=explanation.background,
        subject=subject(explanation.of, explanation.scale, target),
        scale=explanation.scale,
    )


def draw(shown: ImportancePoints, look: Look) -> Drawing:
    """Bars of mean effect sizes, the strongest on top."""
    say, unit = look.say, unit_for(shown.scale, [one.mean for one in shown.strongest])
    fig = figure(len(shown.strongest))
    means = drawn(np.array([one.mean for one in shown.strongest]), shown.scale)
    highs = drawn(np.array([one.high for one in shown.strongest]), shown.scale)
    lows = drawn(np.array([one.low for one in shown.strongest]), shown.scale)
    fig.add_bar(
        x=means,
        y=list(range(len(means))),
        orientation="h",
        marker_color=SERIES[0],
        error_x={
            "array": np.nan_to_num(highs - means),
            "arrayminus": np.nan_to_num(means - lows),
            "color": NEUTRAL,
            "thickness": 1.5,
        },
        customdata=[plot_text(_hover(one, unit, look)) for one in shown.strongest],
        hovertemplate="%{customdata}<extra></extra>",
    )
    name_rows(fig, [name(one.column) for one in shown.strongest])
    axis = say(f"charts_explain.axis.size_{shown.scale}", subject=shown.subject)
    fig.update_xaxes(title=plot_text(axis), rangemode="tozero")
    return Drawing(fig, _title(shown, unit, say), _sentence(shown, say), _table(shown, unit, say))


def _amount(value: float, unit: Unit) -> str:
    return unit.size(unit.shown(value)) if np.isfinite(value) else "–"


def _hover(one: Importance, unit: Unit, look: Look) -> str:
    return look.say(
        "charts_explain.importance.hover",
        column=one.column,
        mean=with_unit(_amount(one.mean, unit), unit.scale, look.say),
        low=_amount(one.low, unit),
        high=_amount(one.high, unit),
        share=one.share,
    )


def _title(shown: ImportancePoints, unit: Unit, say: Phrases) -> str:
    """Names one column only where its interval lies above the next one's."""
    if not shown.strongest or shown.strongest[0].mean == 0:
        return say("charts_explain.importance.title_none")
    first, *others = shown.strongest
    alone = not others or first.low > others[0].high
    return say(
        f"charts_explain.importance.title_{'one' if alone else 'two'}",
        column=cut(first.column),
        other="" if alone else cut(others[0].column),
        of=of(shown.subject, shown.scale, say),
        mean=with_unit(_amount(first.mean, unit), shown.scale, say),
    )


def _sentence(shown: ImportancePoints, say: Phrases) -> str:
    facts = {
        "rows": shown.rows,
        "background": shown.background,
        "left": shown.columns - len(shown.strongest),
        "share": shown.left,
    }
    sentence = say("charts_explain.importance.sentence", **facts)
    if shown.columns == len(shown.strongest):
        return sentence
    return f"{sentence} {say('charts_explain.importance.left', **facts)}"


def direction(one: Importance, say: Phrases) -> str:
    """Where higher values push, in a word or two."""
    if np.isnan(one.direction):
        return say("charts_explain.direction.none")
    if abs(one.direction) < CLEAR_DIRECTION:
        return say("charts_explain.direction.mixed")
    return say(f"charts_explain.direction.{'up' if one.direction > 0 else 'down'}")


def _table(shown: ImportancePoints, unit: Unit, say: Phrases) -> pd.DataFrame:
    def numbers(amounts: list[float]) -> list[float]:
        return [float(unit.shown(a)) if np.isfinite(a) else np.nan for a in amounts]

    ones = shown.strongest
    word = {key: say(f"charts_explain.table.{key}") for key in ("column", "low", "high", "share")}
    return pd.DataFrame(
        {
            word["column"]: [one.column for one in ones],
            say(f"charts_explain.table.size_{shown.scale}"): numbers([one.mean for one in ones]),
            word["low"]: numbers([one.low for one in ones]),
            word["high"]: numbers([one.high for one in ones]),
            word["share"]: [round(100 * one.share, 1) for one in ones],
            say("charts_explain.table.direction"): [direction(one, say) for one in ones],
        }
    )


def example() -> ImportancePoints:
    """Points for tests."""
    return points(example_explanation(), target="Revenue")


CHART = Chart("importance", draw, example)
