"""Two columns together: a grid of counts for numbers, boxes for a number and levels."""

from __future__ import annotations

from functools import singledispatch

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts import course, relation
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, QUIET, SERIES
from core.charts.effects import figure, name
from core.charts.grouping import HEIGHT, LABELS_AT_MOST, few_hidden, grouped_figure, hover
from core.explain.values import cut
from core.explore.course import Course
from core.explore.groups import Group, Sort, condition, label
from core.explore.pair import Box, Boxes, Grid, Pair, spearman
from core.explore.relation import Relation
from core.schema import Column, Kind
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_explore.pair"
WEAK, CLEAR = 0.1, 0.4  # rank correlations: below nothing is claimed, above it is called strong
ROWS_TO_NAME = 10
CELLS_LISTED = 500


def draw(shown: Pair, look: Look) -> Drawing:
    """What fits the two columns."""
    return _drawing(shown, look)


@singledispatch
def _drawing(shown: Pair, look: Look) -> Drawing:
    raise TypeError(type(shown))


@_drawing.register
def _(shown: Relation, look: Look) -> Drawing:
    return relation.draw(shown, look)


@_drawing.register
def _(shown: Course, look: Look) -> Drawing:
    return course.draw(shown, look)


@_drawing.register
def _(shown: Grid, look: Look) -> Drawing:
    say = look.say
    names = [[label(group, say) for group in groups] for groups in (shown.ones, shown.others)]
    fig = figure(0).update_layout(height=HEIGHT + 60)
    cells = shown.counts.T
    fig.add_heatmap(
        z=np.where(cells > 0, np.log10(np.maximum(cells, 1)), np.nan),
        zmin=0,
        colorscale=[[0, QUIET], [1, SERIES[0]]],
        colorbar=_bar(int(cells.max(initial=1)), say),
        hoverongaps=False,
        customdata=[
            [
                hover(
                    f"{cut(shown.one.name)}: {one}",
                    f"{cut(shown.other.name)}: {other}",
                    say("charts_explore.relation.hover_rows", rows=int(cells[j, i])),
                )
                for i, one in enumerate(names[0])
            ]
            for j, other in enumerate(names[1])
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for axis, column, labels in (
        (fig.update_xaxes, shown.one, names[0]),
        (fig.update_yaxes, shown.other, names[1]),
    ):
        step = -(-len(labels) // LABELS_AT_MOST) if labels else 1
        places = list(range(len(labels)))[::step]
        ticks = {"tickvals": places, "ticktext": [name(labels[place]) for place in places]}
        axis(title=name(column.name), showgrid=False, **ticks)
    sentence = say(
        f"{KEY}.grid", rows=shown.rows, missing=shown.missing, rank=round(shown.rank, 2)
    ) if np.isfinite(shown.rank) else say(f"{KEY}.grid_none", rows=shown.rows)  # fmt: skip
    words = f"{sentence} {few_hidden(shown.hidden, say)}".strip()
    return Drawing(fig, _grid_title(shown, say), words, _grid_table(shown, names, say))


def _bar(most: int, say: Phrases) -> dict[str, object]:
    """The names of the colours: rows by tens."""
    tens = [10**power for power in range(int(np.log10(max(most, 1))) + 1)]
    return {
        "title": {"text": plot_text(say("charts_explore.axis.rows")), "side": "right"},
        "thickness": 12,
        "tickvals": [float(np.log10(ten)) for ten in tens],
        "ticktext": [f"{ten:,}" for ten in tens],
    }


def _grid_title(shown: Grid, say: Phrases) -> str:
    facts = {"one": cut(shown.one.name), "other": cut(shown.other.name)}
    if not abs(shown.rank) >= WEAK:
        return say(f"{KEY}.title_flat", **facts)
    way = "rises" if shown.rank > 0 else "falls"
    clear = "clearly" if abs(shown.rank) >= CLEAR else "slightly"
    return say(f"{KEY}.title_{way}_{clear}", **facts)


def _grid_table(shown: Grid, names: list[list[str]], say: Phrases) -> pd.DataFrame:
    """The cells with the most rows."""
    places = [(i, j) for i, j in np.argwhere(shown.counts > 0).tolist()]
    places.sort(key=lambda at: -shown.counts[at])
    places = places[:CELLS_LISTED]
    other = shown.other.name + " " * (shown.other.name == shown.one.name)
    first, second = (
        say("charts_explore.table.group", column=column) for column in (shown.one.name, other)
    )
    return pd.DataFrame(
        {
            first: [names[0][i] for i, _ in places],
            second: [names[1][j] for _, j in places],
            say("charts_explore.table.rows"): [int(shown.counts[at]) for at in places],
        }
    )


@_drawing.register
def _(shown: Boxes, look: Look) -> Drawing:
    say = look.say
    labels = [label(box.group, say) for box in shown.boxes]
    fig = grouped_figure(shown.category, labels, cut(shown.number.name))
    for place, (box, text) in enumerate(zip(shown.boxes, labels, strict=True)):
        fig.add_trace(_box(place, box, text, say))
    hidden = few_hidden(sum(box.hidden for box in shown.boxes), say)
    sentence = say(
        f"{KEY}.boxes",
        rows=shown.rows,
        number=cut(shown.number.name),
        ratio=round(shown.ratio, 2) if np.isfinite(shown.ratio) else 0.0,
    )
    title, table = _boxes_title(shown, say), _boxes_table(shown, labels, say)
    return Drawing(fig, title, f"{sentence} {hidden}".strip(), table)


def _box(place: int, box: Box, text: str, say: Phrases) -> go.Box:
    least, first, middle, third, most = ([value] for value in box.quantiles)
    gone = box.group.sort in (Sort.MISSING, Sort.OTHER)
    low, median, high = box.quantiles[0], box.quantiles[2], box.quantiles[-1]
    amount = say(f"{KEY}.hover", median=median, low=low, high=high)
    return go.Box(
        y=[place],
        orientation="h",
        lowerfence=least,
        q1=first,
        median=middle,
        q3=third,
        upperfence=most,
        marker_color=NEUTRAL if gone else SERIES[0],
        line_width=1.5,
        hoverinfo="text",
        hovertext=hover(text, amount, say("charts_explore.relation.hover_rows", rows=box.rows)),
    )


def _boxes_title(shown: Boxes, say: Phrases) -> str:
    facts = {"number": cut(shown.number.name), "category": cut(shown.category.name)}
    known = [box for box in shown.boxes if box.rows >= ROWS_TO_NAME]
    if len(known) < 2 or not shown.ratio >= WEAK:
        return say(f"{KEY}.boxes_flat", **facts)
    low, high = (pick(known, key=lambda box: box.quantiles[2]) for pick in (min, max))
    return say(
        f"{KEY}.boxes_title",
        **facts,
        high=high.quantiles[2],
        low=low.quantiles[2],
        where=condition(high.group, say),
        elsewhere=condition(low.group, say),
    )


def _boxes_table(shown: Boxes, labels: list[str], say: Phrases) -> pd.DataFrame:
    columns: dict[str, object] = {
        say("charts_explore.table.group", column=shown.category.name): labels,
        say("charts_explore.table.rows"): [None if b.hidden else b.rows for b in shown.boxes],
    }
    for place, word in enumerate(("low", "quarter", "middle", "most", "high")):
        columns[say(f"{KEY}.{word}")] = [round(box.quantiles[place], 4) for box in shown.boxes]
    return pd.DataFrame(columns)


def example() -> Grid:
    """Points for tests."""
    groups = tuple(Group(Sort.RANGE, float(i), float(i + 1)) for i in range(8))
    counts = np.random.default_rng(0).poisson(6, (8, 8)) * (np.eye(8, dtype=int) * 20 + 1)
    one, other = Column("Page <b>%{x}</b>", Kind.NUMBER), Column("금액", Kind.NUMBER)
    return Grid(one, other, groups, groups, counts, spearman(counts), int(counts.sum()), 12)


CHART = Chart("pair", draw, example)
