"""The same model judged on customers set aside in different ways: which way flatters."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import OTHER, OUTCOME
from core.charts.dots import Dot, dots, in_rows
from core.evaluate.metric import headline_metric
from core.intervals import Z
from core.models.family import Task
from core.robust.splits import FLATTERS, Way
from core.text.phrases import Phrases
from core.text.plain import visible
from core.train.spec import SplitKind

KEY = "charts_splits"
MARKS = ((True, OUTCOME, "diamond", "own"), (False, OTHER, "circle", "other"))


@dataclass(frozen=True)
class Splits:
    """The ways that were tried, and which is the model's own (kind and column)."""

    task: Task
    ways: tuple[Way, ...]
    own: tuple[SplitKind, str]


def draw(found: Splits, look: Look) -> Drawing:
    """A dot a way with the interval of its folds' mean."""
    metric = headline_metric(found.task)
    name = look.say(f"evaluate.metric.{metric.key}.name")
    figure = go.Figure()
    for own, colour, symbol, key in MARKS:
        some = [way for way in found.ways if ((way.kind, way.column) == found.own) is own]
        shown = [_dot(way, look.say) for way in some]
        figure.add_trace(dots(shown, colour, look.say(f"{KEY}.{key}"), symbol))
    in_rows(figure, [label(way, look.say) for way in found.ways], name)
    return Drawing(
        figure, _title(found, look.say), look.say(f"{KEY}.sentence"), _table(found, look)
    )


def _dot(way: Way, say: Phrases) -> Dot:
    reach = Z * (way.error or 0.0)
    return Dot(label(way, say), way.score, way.score - reach, way.score + reach)


def label(way: Way, say: Phrases) -> str:
    """A way in words."""
    return say(f"{KEY}.way.{way.kind}", column=visible(way.column))


def strictest(found: Splits) -> Way:
    """The way in which the model does worst."""
    sign = headline_metric(found.task).better.sign
    return min(found.ways, key=lambda way: sign * way.score)


def kindest(found: Splits) -> Way:
    """The way in which the model does best."""
    sign = headline_metric(found.task).better.sign
    return max(found.ways, key=lambda way: sign * way.score)


def _title(found: Splits, say: Phrases) -> str:
    best, worst = kindest(found), strictest(found)
    if abs(best.score - worst.score) < FLATTERS:
        return say(f"{KEY}.alike")
    facts = {"best": label(best, say), "worst": label(worst, say)}
    return say(f"{KEY}.title", more=best.score, less=worst.score, **facts)


def _table(found: Splits, look: Look) -> pd.DataFrame:
    name = look.say(f"evaluate.metric.{headline_metric(found.task).key}.name")
    return pd.DataFrame(
        {
            look.say(f"{KEY}.held_out"): [label(way, look.say) for way in found.ways],
            name: [way.score for way in found.ways],
            look.say(f"{KEY}.error"): [way.error for way in found.ways],
        }
    )


def example() -> Splits:
    """At random it looks good, by time it does not."""
    ways = (
        Way(SplitKind.SHARE, "", 0.8, 0.01),
        Way(SplitKind.GROUP, "customer", 0.72, 0.02),
        Way(SplitKind.DATE, "day", 0.56, None),
    )
    return Splits(Task.BINARY, ways, (SplitKind.SHARE, ""))


CHART = Chart("splits", draw, example)
