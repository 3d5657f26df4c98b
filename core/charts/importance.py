"""Which columns move the prediction most, with intervals, ties and stand-ins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
from core.explain.standins import StandIn
from core.explain.ties import Tie, ties
from core.explain.values import cut
from core.explore.correlations import Measured
from core.text.phrases import Phrases
from core.text.plain import plot_text

COLUMNS_AT_MOST = 15
PAIRS_SAID = 2
LANE = 0.014  # of the longest bar, between its end and a bracket and between brackets


@dataclass(frozen=True)
class ImportancePoints:
    """The strongest columns first; ``columns`` counts all, ``left`` is the others' share.

    ``tied`` are runs of places whose order is not settled, ``along`` the columns that go along
    with one of the strongest.
    """

    strongest: tuple[Importance, ...]
    columns: int
    left: float
    rows: int
    background: int
    subject: str
    scale: Scale
    tied: tuple[Tie, ...] = ()
    along: tuple[StandIn, ...] = ()

    def beside(self, column: str) -> list[StandIn]:
        """What goes along with a column, the closest first."""
        return [each for each in self.along if each.column == column]


def points(
    explanation: Explanation,
    how_many: int = COLUMNS_AT_MOST,
    target: str = "",
    along: tuple[StandIn, ...] = (),
) -> ImportancePoints:
    """The ``how_many`` strongest columns of an explanation."""
    found = importance(explanation)
    strongest = found[:how_many]
    return ImportancePoints(
        strongest=strongest,
        columns=len(found),
        left=sum(one.share for one in found[how_many:]),
        rows=len(explanation.rows),
        background=explanation.background,
        subject=subject(explanation.of, explanation.scale, target),
        scale=explanation.scale,
        tied=ties(explanation, tuple(one.column for one in strongest)),
        along=along,
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
    name_rows(fig, [_label(one, shown, say) for one in shown.strongest])
    brackets = _brackets(shown.tied, np.fmax(means, np.nan_to_num(highs)))
    fig.update_layout(
        shapes=brackets,
        height=fig.layout.height + (12 * len(shown.strongest) if shown.along else 0),
    )
    axis = say(f"charts_explain.axis.size_{shown.scale}", subject=shown.subject)
    outermost = max([float(np.nanmax(highs, initial=0.0)), *(line["x1"] for line in brackets)])
    fig.update_xaxes(title=plot_text(axis), rangemode="tozero", range=_range(outermost))
    return Drawing(fig, _title(shown, unit, say), _sentence(shown, say), _table(shown, unit, say))


def _label(one: Importance, shown: ImportancePoints, say: Phrases) -> str:
    """The column's name; under it, smaller, what goes along with it."""
    beside = shown.beside(one.column)
    if not beside:
        return name(one.column)
    key = "under" if len(beside) == 1 else "more"
    facts = {"other": cut(beside[0].other, 20), "strength": beside[0].strength}
    words = plot_text(say(f"quality.standins.{key}", more=len(beside) - 1, **facts))
    return f'{name(one.column)}<br><span style="font-size:10px">{words}</span>'


def _range(outermost: float) -> list[float] | None:
    """From nothing to a little beyond what is drawn."""
    return [0, 1.03 * outermost] if outermost > 0 else None


def _brackets(tied: tuple[Tie, ...], ends: np.ndarray) -> list[dict[str, Any]]:
    """Lines right of the bars (which end at ``ends``) from a run's first to its last, with arms.

    Brackets of runs that overlap stand side by side.
    """
    apart = LANE * float(ends.max(initial=0.0))
    line = {"color": NEUTRAL, "width": 2}
    found: list[dict[str, Any]] = []
    placed: list[tuple[int, float]] = []
    for first, last in tied:
        beside = [x for end, x in placed if end >= first]
        x = max(float(ends[first : last + 1].max()) + apart, *beside, 0.0) + apart
        placed.append((last, x))
        top, bottom = first - 0.3, last + 0.3
        corners = [(x, x, top, bottom), (x - apart, x, top, top), (x - apart, x, bottom, bottom)]
        found += [
            {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}
            for x0, x1, y0, y1 in corners
        ]
    return found


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
    said = [say("charts_explain.importance.sentence", **facts)]
    if shown.columns > len(shown.strongest):
        said.append(say("charts_explain.importance.left", **facts))
    if shown.tied:
        said.append(say("quality.ties.sentence"))
    return " ".join([*said, *_shared_credit(shown, say)])


def _shared_credit(shown: ImportancePoints, say: Phrases) -> list[str]:
    """A sentence for each of the first few pairs; a pair is said once."""
    pairs: dict[frozenset[str], StandIn] = {}
    for each in shown.along:
        pairs.setdefault(frozenset((each.column, each.other)), each)
    return [
        say(
            "quality.standins.sentence",
            column=cut(each.column),
            other=cut(each.other),
            strength=each.strength,
        )
        for each in list(pairs.values())[:PAIRS_SAID]
    ]


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
    others = [say("quality.ties.with"), say("quality.standins.column")]
    word = {key: say(f"charts_explain.table.{key}") for key in ("column", "low", "high", "share")}
    return pd.DataFrame(
        {
            word["column"]: [one.column for one in ones],
            say(f"charts_explain.table.size_{shown.scale}"): numbers([one.mean for one in ones]),
            word["low"]: numbers([one.low for one in ones]),
            word["high"]: numbers([one.high for one in ones]),
            word["share"]: [round(100 * one.share, 1) for one in ones],
            say("charts_explain.table.direction"): [direction(one, say) for one in ones],
            others[0]: [_swaps(place, shown) for place in range(len(ones))],
            others[1]: [_along(one, shown, say) for one in ones],
        }
    )


def _swaps(place: int, shown: ImportancePoints) -> str:
    """The columns that share a bracket with the one at ``place``."""
    runs = [range(first, last + 1) for first, last in shown.tied if first <= place <= last]
    places = sorted({other for run in runs for other in run} - {place})
    return ", ".join(shown.strongest[other].column for other in places)


def _along(one: Importance, shown: ImportancePoints, say: Phrases) -> str:
    return ", ".join(
        say("quality.standins.named", other=each.other, strength=each.strength)
        for each in shown.beside(one.column)
    )


def example() -> ImportancePoints:
    """Points for tests."""
    pair = ("PageValues", "Month")
    along = [StandIn(a, b, 0.93, Measured.CORRELATION_RATIO) for a, b in (pair, pair[::-1])]
    return points(example_explanation(), target="Revenue", along=tuple(along))


CHART = Chart("importance", draw, example)
