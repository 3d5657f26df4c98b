"""The target where a column is filled in and where it is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OUTCOME, QUIET
from core.charts.effects import figure, name, name_rows
from core.charts.grouping import few_hidden, hover
from core.explain.values import cut
from core.explore.groups import Group, Sort, label
from core.explore.patterns import Telling
from core.explore.relation import Chance, Measure, Part, Relation
from core.schema import Column, Kind
from core.text.phrases import Phrases, number, quoted, share
from core.text.plain import plot_text

KEY = "charts_explore.telling"
Points = tuple[Telling, ...]


def draw(shown: Points, look: Look) -> Drawing:
    """Two dots a column, joined: grey where it is filled in, warm where it is missing."""
    say, found = look.say, [each.relation for each in shown]
    fig = figure(len(shown))
    unit = 1 if found[0].measure is Measure.MEAN else 100
    pairs = [_pair(relation) for relation in found]
    for y, (there, gone) in enumerate(pairs):
        ends = [unit * there.value, unit * gone.value]
        fig.add_scatter(
            x=ends, y=[y, y], mode="lines", line={"color": QUIET, "width": 4}, hoverinfo="skip",
            showlegend=False,
        )  # fmt: skip
    for place, (sort, colour) in enumerate((("there", NEUTRAL), ("missing", OUTCOME))):
        fig.add_scatter(
            x=[unit * pair[place].value for pair in pairs],
            y=list(range(len(pairs))),
            mode="markers",
            name=plot_text(say(f"explore.group.{sort}")),
            marker={"color": colour, "size": 10},
            customdata=[
                _hover(relation, pair[place], say)
                for relation, pair in zip(found, pairs, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    name_rows(fig, [name(relation.column.name) for relation in found])
    fig.update_layout(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        margin_t=40,
    )  # fmt: skip
    fig.update_xaxes(title=plot_text(_axis(found[0], say)), rangemode="tozero")
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _axis(found: Relation, say: Phrases) -> str:
    if found.classes:
        level = label(found.classes[0], say)
        return say("charts_explore.axis.rate", target=cut(found.target.name), outcome=cut(level))
    facts = {"target": cut(found.target.name), "outcome": cut(found.outcome)}
    return say(f"charts_explore.axis.{found.measure}", **facts)


def _pair(found: Relation) -> tuple[Part, Part]:
    there, gone = found.parts
    return there, gone


def _hover(found: Relation, part: Part, say: Phrases) -> str:
    sort = "mean" if found.measure is Measure.MEAN else "share"
    facts = {"value": part.value, "low": part.lows[0], "high": part.highs[0]}
    return hover(
        f"{found.column.name}: {label(part.group, say)}",
        say(f"charts_explore.relation.hover_{sort}", **facts),
        say("charts_explore.relation.hover_rows", rows=part.rows),
    )


def _title(shown: Points, say: Phrases) -> str:
    told = [each for each in shown if each.sure and np.isfinite(_pair(each.relation)[1].value)]
    target = cut(shown[0].relation.target.name)
    if not told:
        return say(f"{KEY}.title_none", target=target)
    found = told[0].relation
    there, gone = _pair(found)
    amount = number if found.measure is Measure.MEAN else share
    outcome = label(found.classes[0], say) if found.classes else found.outcome
    return say(
        f"{KEY}.title_{'mean' if found.measure is Measure.MEAN else 'share'}",
        target=target,
        outcome=quoted(outcome),
        column=cut(found.column.name),
        gone=amount(gone.value),
        there=amount(there.value),
    )


def _sentence(shown: Points, say: Phrases) -> str:
    target = cut(shown[0].relation.target.name)
    sentence = say(f"{KEY}.sentence", target=target, sure=sum(t.sure for t in shown))
    hidden = sum(part.hidden for each in shown for part in each.relation.parts)
    return f"{sentence} {few_hidden(hidden, say)}".strip()


def _table(shown: Points, say: Phrases) -> pd.DataFrame:
    unit = 1 if shown[0].relation.measure is Measure.MEAN else 100
    pairs = [_pair(each.relation) for each in shown]
    columns: dict[str, object] = {
        say("charts_explore.table.column"): [each.relation.column.name for each in shown],
    }
    for place, sort in enumerate(("there", "missing")):
        named = say(f"explore.group.{sort}")
        columns[f"{say('charts_explore.table.rows')}, {named}"] = [
            None if pair[place].hidden else pair[place].rows for pair in pairs
        ]
        for side, word in (("values", "value"), ("lows", "low"), ("highs", "high")):
            columns[f"{say(f'charts_explore.table.{word}')}, {named}"] = [
                round(unit * getattr(pair[place], side)[0], 4) for pair in pairs
            ]
    columns[say(f"{KEY}.chance")] = [
        say(f"{KEY}.{'more' if each.sure else 'no_more'}") for each in shown
    ]
    return pd.DataFrame(columns)


def example() -> Points:
    """Points for tests."""
    target = Column("Revenue", Kind.BOOLEAN, levels=("FALSE", "TRUE"))
    there = Part(Group(Sort.THERE), 800, (0.1,), (0.08,), (0.12,))
    gone = Part(Group(Sort.MISSING), 200, (0.25,), (0.2,), (0.31,))
    found = Relation(
        column=Column("나이 <i>%{x}", Kind.NUMBER),
        target=target,
        outcome="TRUE",
        measure=Measure.RATE,
        rows=1_000,
        classes=(),
        overall=(0.13,),
        parts=(there, gone),
        strength=0.03,
        chance=Chance(0.001, 0.002, 999),
    )
    return (Telling(found, True),)


CHART = Chart("telling", draw, example)
