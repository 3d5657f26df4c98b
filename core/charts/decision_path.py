"""One customer's way through a tree: how each answer moves the chance or the value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.answers import example_tree, in_full, in_short, level, unit_of, which
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL
from core.charts.effects import colours, drawn, figure, name_rows, of
from core.explain.amounts import Unit
from core.explain.explanation import Scale
from core.explain.questions import Node, Tree, path, tree
from core.explain.sentences import subject
from core.text.phrases import Phrases
from core.text.plain import plot_text
from core.train.training import TrainedModel

ROOM_FOR_LABELS = 0.2
TICKS = (1, 2, 5, 10, 20)  # percentage points
TICKS_AT_MOST = 8


@dataclass(frozen=True)
class PathPoints:
    """The nodes of one customer's way through a tree, the top first."""

    tree: Tree
    way: tuple[Node, ...]
    subject: str


def points(found: Tree, way: tuple[Node, ...], target: str = "") -> PathPoints:
    """What ``core.explain.questions`` found."""
    return PathPoints(found, way, subject(found.of, found.scale, target))


def of_model(model: TrainedModel, row: pd.DataFrame, named: str = "") -> PathPoints:
    """One typed row's way through a model's tree; of a forest, the tree that is closest to it.

    Raises UnknownOutcome, ColumnsMissing, and ValueError for a model without trees.
    """
    found = tree(model, named)
    return points(found, path(model, found, row), model.spec.target.name)


def draw(shown: PathPoints, look: Look) -> Drawing:
    """Everyone on top; each answer moves the average of those who are left."""
    unit, say = unit_of(shown.tree), look.say
    fig = figure(len(shown.way))
    values = drawn(np.array([node.value for node in shown.way]), shown.tree.scale)
    _steps(fig, values, shown, unit, say)
    name_rows(fig, [plot_text(_label(node, say)) for node in shown.way])
    room = float(np.ptp(values)) or abs(float(values[0])) or 1.0
    chance = shown.tree.scale is Scale.CHANCE
    words = say(f"charts_explain.waterfall.axis_{shown.tree.scale}", of=shown.subject)
    fig.update_xaxes(
        title=plot_text(words),
        range=[values.min() - 0.05 * room, values.max() + ROOM_FOR_LABELS * room],
        **(_ticks(values) if chance else {}),
    )
    fig.update_layout(hovermode="closest")
    title, sentence = _title(shown, unit, say), _sentence(shown, unit, say)
    return Drawing(fig, title, sentence, _table(shown, unit, say))


def _ticks(values: np.ndarray) -> dict[str, list[Any]]:
    """Round percentages up to a hundred: the axis is longer, for the words beside the bars."""
    span = float(np.ptp(values))
    step = next((one for one in TICKS if span <= TICKS_AT_MOST * one), TICKS[-1])
    ticks = list(range(0, 101, step))
    return {"tickvals": ticks, "ticktext": [f"{tick}%" for tick in ticks]}


def _steps(fig: go.Figure, values: np.ndarray, shown: PathPoints, unit: Unit, say: Phrases) -> None:
    """A bar an answer from the average before to the average after, and the averages as text."""
    changes = np.diff(values)
    fig.add_bar(
        base=values[:-1],
        x=changes,
        y=list(range(1, len(values))),
        orientation="h",
        marker_color=colours(changes),
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=values,
        y=list(range(len(values))),
        mode="markers",
        marker={"symbol": "diamond", "size": 8, "color": NEUTRAL},
        customdata=[plot_text(_told(node, unit, say)) for node in shown.way],
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.add_scatter(
        x=np.maximum(values, [values[0], *values[:-1]]),
        y=list(range(len(values))),
        mode="text",
        text=[f"  {plot_text(_counted(node, unit, say))}" for node in shown.way],
        textposition="middle right",
        hoverinfo="skip",
        cliponaxis=False,
    )


def _label(node: Node, say: Phrases) -> str:
    if node.answer is None:
        return say("charts_explain.tree.everyone")
    return in_short(node.answer, say)


def _counted(node: Node, unit: Unit, say: Phrases) -> str:
    return say("charts_explain.tree.count", rows=node.rows, value=level(node, unit))


def _told(node: Node, unit: Unit, say: Phrases) -> str:
    """``PageValues > 3.2: 412 customers, 54.0%``."""
    words = _label(node, say) if node.answer is None else in_full(node.answer, say)
    return say("charts_explain.path.step", answer=words, counted=_counted(node, unit, say))


def _title(shown: PathPoints, unit: Unit, say: Phrases) -> str:
    first, last = shown.way[0], shown.way[-1]
    if first is last:
        return say("charts_explain.tree.title_none", rows=first.rows)
    words = of(shown.subject, shown.tree.scale, say)
    return say(
        "charts_explain.path.title",
        answers=len(shown.way) - 1,
        of=words,
        before=level(first, unit),
        after=level(last, unit),
        rows=last.rows,
    )


def _sentence(shown: PathPoints, unit: Unit, say: Phrases) -> str:
    """Each answer with how many gave it; then which of a forest's trees this is."""
    steps = [f"{_told(node, unit, say)}." for node in shown.way]
    return " ".join([*steps, which(shown.tree, say)]).rstrip()


def _table(shown: PathPoints, unit: Unit, say: Phrases) -> pd.DataFrame:
    labels = [
        _label(node, say) if node.answer is None else in_full(node.answer, say)
        for node in shown.way
    ]
    return pd.DataFrame(
        {
            say("charts_explain.tree.table_answers"): labels,
            say("charts_explain.table.rows"): [node.rows for node in shown.way],
            say(f"charts_explain.tree.mean_{shown.tree.scale}"): [
                float(unit.shown(node.value)) for node in shown.way
            ],
        }
    )


def example() -> PathPoints:
    """Points for tests."""
    found = example_tree()
    first = found.top.below[0]
    return points(found, (found.top, first, first.below[1], first.below[1].below[0]), "Revenue")


CHART = Chart("decision_path", draw, example)
