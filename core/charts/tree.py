"""A decision tree drawn: each question parts the customers in two."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.answers import example_tree, in_full, in_short, level, unit_of, which
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, OUTCOME, QUIET, SERIES
from core.charts.effects import drawn, figure, of
from core.explain.amounts import Unit
from core.explain.explanation import Scale
from core.explain.questions import Node, Tree, ends, path, summary, tree, ways
from core.explain.sentences import subject
from core.text.phrases import Phrases
from core.text.plain import plot_text
from core.train.training import TrainedModel

DEPTH = 4
ROW_HEIGHT = 46
SMALLEST, LARGEST = 9, 26
ROOM = 0.38
LONGEST_NAME, NAMED_LEVELS = 18, 2
INDENT = 0.09
BEND = 0.08  # of the way to the next question, where the line turns
LEAST_TO_NAME = 0.01  # of the customers: the highest of smaller groups may be luck
Way = tuple[Node, ...]


@dataclass(frozen=True)
class TreePoints:
    """A tree, down to which depth it is drawn, and the nodes of one customer's way (or none)."""

    tree: Tree
    subject: str
    depth: int = DEPTH
    way: tuple[int, ...] = ()


def points(found: Tree, target: str = "", depth: int = DEPTH) -> TreePoints:
    """What ``core.explain.questions`` found."""
    return TreePoints(found, subject(found.of, found.scale, target), depth)


def of_model(
    model: TrainedModel, named: str = "", row: pd.DataFrame | None = None, depth: int = DEPTH
) -> TreePoints:
    """The points of a model's tree; of a forest, the tree that is closest to it.

    ``row`` (1, columns) is a customer whose way is marked. Raises UnknownOutcome, ColumnsMissing,
    and ValueError for a model without trees (``can_be_drawn`` tells).
    """
    found = tree(model, named)
    words = subject(found.of, found.scale, model.spec.target.name)
    way = () if row is None else tuple(node.number for node in path(model, found, row))
    return TreePoints(found, words, depth, way)


def draw(shown: TreePoints, look: Look) -> Drawing:
    """The first question on the left; colour is the chance or value, size how many customers."""
    drawn_ways = [way for way in ways(shown.tree.top) if way[-1].depth <= shown.depth]
    rows, unit = _rows(shown.tree.top, shown.depth), unit_of(shown.tree)
    last = max(rows.values())
    fig = figure(3)
    for marked in (False, True):
        _lines(fig, drawn_ways, rows, shown.way if marked else None)
    fig.add_trace(_nodes(drawn_ways, rows, shown, look))
    fig.update_layout(
        height=90 + int(ROW_HEIGHT * max(last + 1, 3)),
        hovermode="closest",
        annotations=_words(drawn_ways, rows, shown, look.say),
    )
    deepest = max(way[-1].depth for way in drawn_ways)
    fig.update_xaxes(
        title=plot_text(look.say("charts_explain.tree.axis")),
        range=[-ROOM, deepest + ROOM / 2],
        tickvals=list(range(deepest + 1)),
        showgrid=False,
        fixedrange=True,
    )
    fig.update_yaxes(visible=False, range=[last + 0.8, -0.8], fixedrange=True)
    title, sentence = _title(shown, unit, look.say), _sentence(shown, look.say)
    return Drawing(fig, title, sentence, _table(shown, unit, look.say))


def _rows(top: Node, depth: int) -> dict[int, float]:
    """Where each drawn node lies, by its number: ends below each other, questions between."""
    rows: dict[int, float] = {}
    free = count()

    def place(node: Node) -> float:
        is_end = not node.below or node.depth >= depth
        row = float(next(free)) if is_end else sum(place(side) for side in node.below) / 2
        rows[node.number] = row
        return row

    place(top)
    return rows


def _lines(
    fig: go.Figure, drawn_ways: list[Way], rows: dict[int, float], marked: tuple[int, ...] | None
) -> None:
    """From each question to its two sides: all of them, or those of the ``marked`` way."""
    x: list[float | None] = []
    y: list[float | None] = []
    for way in drawn_ways[1:]:
        start, end = way[-2], way[-1]
        if marked is None or end.number in marked:
            x += [start.depth, start.depth + BEND, end.depth, None]
            y += [rows[start.number], rows[end.number], rows[end.number], None]
    if x:
        line = (
            {"color": QUIET, "width": 1.5} if marked is None else {"color": SERIES[0], "width": 4}
        )
        fig.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")


def _nodes(
    drawn_ways: list[Way], rows: dict[int, float], shown: TreePoints, look: Look
) -> go.Scatter:
    """Dots; a hollow one has more questions than are drawn."""
    ends_of_drawn = [way[-1] for way in drawn_ways]
    values = drawn(np.array([node.value for node in ends_of_drawn]), shown.tree.scale)
    sizes = np.sqrt([node.rows / shown.tree.top.rows for node in ends_of_drawn])
    hollow = [node.depth >= shown.depth and bool(node.below) for node in ends_of_drawn]
    unit = unit_of(shown.tree)
    return go.Scatter(
        x=[node.depth for node in ends_of_drawn],
        y=[rows[node.number] for node in ends_of_drawn],
        mode="markers",
        marker={
            "size": SMALLEST + (LARGEST - SMALLEST) * sizes,
            "symbol": ["circle-open" if more else "circle" for more in hollow],
            "line": {"width": 3},
            "opacity": 1,
            "color": values,
            "colorscale": [[0, OTHER], [1, OUTCOME]],
            "colorbar": {
                "title": {"text": plot_text(_measured(shown, look.say)), "side": "right"},
                "ticksuffix": "%" if shown.tree.scale is Scale.CHANCE else "",
                "thickness": 10,
            },
        },
        customdata=[_hover(way, shown, unit, look.say) for way in drawn_ways],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _measured(shown: TreePoints, say: Phrases) -> str:
    words = of(shown.subject, shown.tree.scale, say)
    return words[:1].upper() + words[1:]


def _hover(way: Way, shown: TreePoints, unit: Unit, say: Phrases) -> str:
    lines = [in_full(answer, say) for answer in summary(way)]
    lines.append(_count(way[-1], unit, say))
    return "<br>".join(plot_text(line) for line in lines)


def _count(node: Node, unit: Unit, say: Phrases) -> str:
    return say("charts_explain.tree.count", rows=node.rows, value=level(node, unit))


def _words(
    drawn_ways: list[Way], rows: dict[int, float], shown: TreePoints, say: Phrases
) -> list[dict[str, object]]:
    """The answer above each line, and below it how many gave it and what became of them."""
    unit, notes = unit_of(shown.tree), list[dict[str, object]]()
    for way in drawn_ways:
        node, is_top = way[-1], len(way) == 1
        more = node.depth >= shown.depth and bool(node.below)
        counted = _count(node, unit, say) + (say("charts_explain.tree.more") if more else "")
        at = {
            "x": node.depth - (0 if is_top else INDENT),
            "y": rows[node.number],
            "yshift": -LARGEST / 2 if is_top else 0,
            "xanchor": "center" if is_top else "right",
            "showarrow": False,
        }
        small = {"color": NEUTRAL, "size": 11}
        notes.append({"text": plot_text(counted), "yanchor": "top", "font": small, **at})
        if node.answer is not None:
            words = plot_text(in_short(node.answer, say, LONGEST_NAME, NAMED_LEVELS))
            notes.append({"text": words, "yanchor": "bottom", **at})
    return notes


def _title(shown: TreePoints, unit: Unit, say: Phrases) -> str:
    """The drawn group with the highest chance or value, of those that hold enough customers."""
    top = shown.tree.top
    if not top.below:
        return say("charts_explain.tree.title_none", rows=top.rows)
    groups = [way for way in ways(top) if 0 < way[-1].depth <= shown.depth]
    large = [way for way in groups if way[-1].rows >= LEAST_TO_NAME * top.rows]
    best = max(large, key=lambda way: (way[-1].value, way[-1].rows))
    return say(
        "charts_explain.tree.title",
        of=_measured(shown, say),
        value=level(best[-1], unit),
        rows=best[-1].rows,
        answers=_and([in_short(answer, say) for answer in summary(best)], say),
    )


def _and(words: list[str], say: Phrases) -> str:
    if len(words) < 2:
        return "".join(words)
    return say("explain.list_end", others=", ".join(words[:-1]), last=words[-1])


def _sentence(shown: TreePoints, say: Phrases) -> str:
    found = list(ends(shown.tree.top))
    deepest = max(way[-1].depth for way in found)
    parts = [
        which(shown.tree, say),
        say(
            "charts_explain.tree.sentence",
            rows=shown.tree.top.rows,
            ends=len(found),
            depth=deepest,
        ),
        say("charts_explain.tree.cut", depth=shown.depth) if deepest > shown.depth else "",
        say("charts_explain.tree.way") if shown.way else "",
    ]
    return " ".join(part for part in parts if part)


def _table(shown: TreePoints, unit: Unit, say: Phrases) -> pd.DataFrame:
    """A line an end of the whole tree, the highest first."""
    found = sorted(ends(shown.tree.top), key=lambda way: -way[-1].value)
    everyone = say("charts_explain.tree.everyone")
    answers = ["; ".join(in_full(answer, say) for answer in summary(way)) for way in found]
    return pd.DataFrame(
        {
            say("charts_explain.tree.table_answers"): [words or everyone for words in answers],
            say("charts_explain.table.rows"): [way[-1].rows for way in found],
            say(f"charts_explain.tree.mean_{shown.tree.scale}"): [
                float(unit.shown(way[-1].value)) for way in found
            ],
        }
    )


def example() -> TreePoints:
    """Points for tests: a tree cut at depth 2, and one customer's way."""
    found = example_tree()
    return TreePoints(found, subject(found.of, found.scale, "Revenue"), 2, (0, 1, 3, 5))


CHART = Chart("tree", draw, example)
