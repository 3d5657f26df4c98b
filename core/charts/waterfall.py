"""One prediction step by step: from the average, reason by reason, to what is predicted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, QUIET
from core.charts.effects import (
    colours,
    drawn,
    example_explanation,
    figure,
    name_and_value,
    name_rows,
    of,
    whiskers,
    with_unit,
)
from core.explain.explanation import Explanation, Scale
from core.explain.reasons import Reasons, reasons
from core.explain.sentences import sentence, subject
from core.explain.values import in_words
from core.intervals import Z
from core.text.phrases import Phrases
from core.text.plain import plot_text, visible

ROOM_FOR_LABELS = 0.14
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
TICKS_AT_MOST = 8


@dataclass(frozen=True)
class WaterfallPoints:
    """One row's reasons and the target's name (empty where unknown)."""

    reasons: Reasons
    target: str


@dataclass(frozen=True)
class _Step:
    """A bar: its label, the whole in words, its effect, its error and the effect as written."""

    label: str
    whole: str
    effect: float
    error: float
    written: str


def points(one: Explanation, how_many: int = 8, target: str = "") -> WaterfallPoints:
    """The steps of an explanation of one row: its ``how_many`` strongest reasons and the rest."""
    return WaterfallPoints(reasons(one, how_many), target)


def draw(shown: WaterfallPoints, look: Look) -> Drawing:
    """Average on top, the strongest reason first, all other columns last, then the prediction."""
    why, say = shown.reasons, look.say
    steps = _steps(why, say)
    fig = figure(len(steps) + 2)
    effects = np.array([step.effect for step in steps])
    starts = np.array([why.base, *accumulate(effects, initial=why.base)][1:])
    _bars(fig, steps, starts, why.scale)
    _ends(fig, why, starts, len(steps))
    _finish(fig, shown, starts, steps, look.say)
    return Drawing(fig, _title(shown, say), sentence(why, say, shown.target), _table(why, say))


def _steps(why: Reasons, say: Phrases) -> list[_Step]:
    named = [
        _Step(
            label=name_and_value(reason.column, reason.value, say),
            whole=f"{reason.column} = {visible(in_words(reason.value, say))}",
            effect=reason.effect,
            error=reason.error,
            written=why.unit.change(reason.shown),
        )
        for reason in why.strongest
    ]
    if not why.rest.columns:
        return named
    rest = say("charts_explain.rest", columns=why.rest.columns)
    written = why.unit.change(why.rest.shown)
    return [*named, _Step(plot_text(rest), rest, why.rest.effect, why.rest.error, written)]


def _bars(fig: go.Figure, steps: list[_Step], starts: np.ndarray, scale: Scale) -> None:
    effects = np.array([step.effect for step in steps])
    fig.add_bar(
        base=drawn(starts[:-1], scale),
        x=drawn(effects, scale),
        y=list(range(1, len(steps) + 1)),
        orientation="h",
        marker_color=colours(effects),
        error_x=whiskers(np.array([step.error for step in steps]), scale),
        customdata=[plot_text(f"{step.whole}: {step.written}") for step in steps],
        hovertemplate="%{customdata}<extra></extra>",
    )
    labels = [
        {
            "x": float(drawn(max(starts[i], starts[i + 1]) + Z * step.error, scale)),
            "y": i + 1,
            "text": step.written,
            "showarrow": False,
            "xanchor": "left",
            "xshift": 6,
        }
        for i, step in enumerate(steps)
    ]
    fig.update_layout(annotations=labels)


def _ends(fig: go.Figure, why: Reasons, starts: np.ndarray, steps: int) -> None:
    """Base and prediction as diamonds, and thin lines from step to step."""
    levels = drawn(starts, why.scale)
    line = {"type": "line", "line": {"color": QUIET}, "layer": "below"}
    fig.update_layout(
        shapes=[
            line | {"x0": level, "x1": level, "y0": place, "y1": place + 1}
            for place, level in enumerate(levels)
        ]
    )
    written = [why.unit.level(why.shown_base), why.unit.level(why.shown_prediction)]
    fig.add_scatter(
        x=[levels[0], levels[-1]],
        y=[0, steps + 1],
        mode="markers+text",
        marker={"symbol": "diamond", "size": 11, "color": NEUTRAL},
        text=[f"<b>{plot_text(words)}</b>" for words in written],
        textposition="middle right",
        hoverinfo="skip",
        cliponaxis=False,
    )


def _finish(
    fig: go.Figure, shown: WaterfallPoints, starts: np.ndarray, steps: list[_Step], say: Phrases
) -> None:
    why = shown.reasons
    base = say("charts_explain.waterfall.base", background=why.background)
    name_rows(
        fig,
        [
            plot_text(base),
            *(step.label for step in steps),
            plot_text(say("charts_explain.waterfall.prediction")),
        ],
    )
    wide = Z * np.array([0.0, *(step.error for step in steps)])
    levels = drawn(np.concatenate([starts - wide, starts + wide]), why.scale)
    room = float(np.ptp(levels)) or abs(float(levels[0])) or 1.0
    words = subject(why.of, why.scale, shown.target)
    fig.update_xaxes(
        title=plot_text(say(f"charts_explain.waterfall.axis_{why.scale}", of=words)),
        range=[levels.min() - 0.05 * room, levels.max() + ROOM_FOR_LABELS * room],
        **(_percents(levels, room) if why.scale is Scale.CHANCE else {}),
    )


def _percents(levels: np.ndarray, room: float) -> dict[str, object]:
    """Ticks that are chances: the room for labels may go beyond 100%."""
    step = next(step for step in STEPS if room / step <= TICKS_AT_MOST)
    low, high = (max(levels.min() - 0.05 * room, 0), min(levels.max() + 0.05 * room, 100))
    ticks = step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    return {"tickvals": ticks.round(6), "ticksuffix": "%"}


def _title(shown: WaterfallPoints, say: Phrases) -> str:
    why = shown.reasons
    difference = why.shown_prediction - why.shown_base
    way = "above" if difference > 0 else "below" if difference < 0 else "same"
    words = of(subject(why.of, why.scale, shown.target), why.scale, say)
    return say(
        f"charts_explain.waterfall.title_{way}",
        of=words[:1].upper() + words[1:],
        prediction=why.unit.level(why.shown_prediction),
        difference=with_unit(why.unit.size(difference), why.scale, say),
    )


def _table(why: Reasons, say: Phrases) -> pd.DataFrame:
    """Base, effects and prediction: the last row is the sum of those above."""
    rest = [(say("charts_explain.rest", columns=why.rest.columns), "", why.rest.shown)]
    rows = [
        (say("charts_explain.waterfall.base", background=why.background), "", why.shown_base),
        *((r.column, in_words(r.value, say), r.shown) for r in why.strongest),
        *(rest if why.rest.columns else []),
        (say("charts_explain.waterfall.prediction"), "", why.shown_prediction),
    ]
    heads = ["column", "value", f"effect_{why.scale}"]
    table = pd.DataFrame(rows, columns=[say(f"charts_explain.table.{head}") for head in heads])
    return table.astype({table.columns[2]: float})


def example() -> WaterfallPoints:
    """Points for tests."""
    return points(example_explanation().row(3), how_many=4, target="Revenue")


CHART = Chart("waterfall", draw, example)
