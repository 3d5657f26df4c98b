"""How the target went over time, with the rows of each period under it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OUTCOME, QUIET, SERIES
from core.charts.effects import AXIS, figure, name
from core.charts.grouping import few_hidden, hover, name_places
from core.explain.values import cut
from core.explore.course import ROWS_TO_NAME, Course
from core.explore.groups import Group, Sort, label
from core.explore.relation import Chance, Measure, Part, Relation
from core.schema import Column, Kind
from core.text.phrases import Phrases, number, quoted, share
from core.text.plain import plot_text

KEY = "charts_explore.course"
HEIGHT = 420
COUNTS_TOP = 0.24
BAND = "rgba(213, 94, 0, 0.16)"  # the outcome's colour, thin
SURE = 0.05


def draw(shown: Course, look: Look) -> Drawing:
    """A line with its interval, or a line a class; bars of rows below on the same axis."""
    say = look.say
    labels = [label(part.group, say) for part in shown.periods]
    fig = figure(0).update_layout(height=HEIGHT, hovermode="closest")
    shares = shown.relation.measure is Measure.SHARES
    for place in range(len(shown.relation.overall)):
        _add_line(fig, shown, place, labels, say)
    _add_rows(fig, shown, labels, say)
    title = say(
        f"charts_explore.axis.{shown.relation.measure}",
        target=cut(shown.relation.target.name),
        outcome=cut(shown.relation.outcome),
    )
    fig.update_layout(
        yaxis=AXIS | {"domain": [COUNTS_TOP + 0.06, 1], "title": plot_text(title),
                      "rangemode": "normal" if _unit(shown.relation) == 1 else "tozero",
                      "gridcolor": QUIET, "showgrid": True},
        yaxis2=AXIS | {"domain": [0, COUNTS_TOP], "gridcolor": QUIET, "nticks": 3,
                       "title": plot_text(say("charts_explore.axis.rows"))},
        showlegend=shares,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        margin_t=40 if shares else 8,
    )  # fmt: skip
    fig.update_xaxes(
        title=name(shown.relation.column.name), showgrid=False, range=[-0.6, len(labels) - 0.4],
        anchor="y2",
    )  # fmt: skip
    name_places(fig, list(range(len(labels))), labels)
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, labels, say))


def _unit(found: Relation) -> int:
    return 1 if found.measure is Measure.MEAN else 100


def _add_line(fig: go.Figure, shown: Course, place: int, labels: list[str], say: Phrases) -> None:
    found, unit, x = shown.relation, _unit(shown.relation), list(range(len(labels)))
    values, lows, highs = (
        [unit * getattr(part, side)[place] for part in shown.periods]
        for side in ("values", "lows", "highs")
    )
    colour = SERIES[place % len(SERIES)] if found.classes else OUTCOME
    if not found.classes:
        _add_band(fig, x, lows, highs)
    fig.add_scatter(
        x=x,
        y=values,
        mode="lines+markers",
        marker={"size": 5 if len(x) <= 100 else 3, "color": colour},
        line={"color": colour, "width": 2},
        name=name(label(found.classes[place], say)) if found.classes else "",
        customdata=[
            _hover(part, place, text, found, say)
            for part, text in zip(shown.periods, labels, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _add_band(fig: go.Figure, x: list[int], lows: list[float], highs: list[float]) -> None:
    """The intervals; gaps in the line are gaps in the band."""
    known = np.isfinite(lows) & np.isfinite(highs)
    for stretch in np.split(np.arange(len(x)), np.flatnonzero(~known)):
        inside = [place for place in stretch.tolist() if known[place]]
        if len(inside) > 1:
            back = inside[::-1]
            fig.add_scatter(
                x=inside + back,
                y=[highs[i] for i in inside] + [lows[i] for i in back],
                mode="lines",
                line={"width": 0, "color": BAND},
                fill="toself",
                fillcolor=BAND,
                hoverinfo="skip",
                showlegend=False,
            )


def _hover(part: Part, place: int, text: str, found: Relation, say: Phrases) -> str:
    sort = "mean" if found.measure is Measure.MEAN else "share"
    facts = {"value": part.values[place], "low": part.lows[place], "high": part.highs[place]}
    amount = say(f"charts_explore.relation.hover_{sort}", **facts)
    named = f"{text}: {label(found.classes[place], say)}" if found.classes else text
    return hover(named, amount, say("charts_explore.relation.hover_rows", rows=part.rows))


def _add_rows(fig: go.Figure, shown: Course, labels: list[str], say: Phrases) -> None:
    fig.add_bar(
        x=list(range(len(labels))),
        y=[part.rows for part in shown.periods],
        yaxis="y2",
        marker_color=NEUTRAL,
        showlegend=False,
        customdata=[
            hover(text, say("charts_explore.relation.hover_rows", rows=part.rows))
            for part, text in zip(shown.periods, labels, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _title(shown: Course, say: Phrases) -> str:
    found = shown.relation
    facts = {"target": cut(found.target.name), "outcome": found.outcome}
    known = [part for part in shown.periods if part.rows >= ROWS_TO_NAME]
    if found.chance is None or found.chance.p > SURE or len(known) < 2:
        return say(f"{KEY}.title_flat", **facts, column=cut(found.column.name))
    place = 0
    if found.classes:  # the class that moves most
        spans = [np.ptp([part.values[c] for part in known]) for c in range(len(found.classes))]
        place = int(np.argmax(spans))
        facts["outcome"] = label(found.classes[place], say)
    low, high = (pick(known, key=lambda part: part.values[place]) for pick in (min, max))
    amount = number if found.measure is Measure.MEAN else share
    return say(
        f"{KEY}.title_{'mean' if found.measure is Measure.MEAN else 'share'}",
        **(facts | {"outcome": quoted(facts["outcome"])}),
        low=amount(low.values[place]),
        high=amount(high.values[place]),
        when=label(high.group, say),
        before=label(low.group, say),
    )


def _sentence(shown: Course, say: Phrases) -> str:
    found = shown.relation
    facts = {
        "rows": found.rows,
        "target": cut(found.target.name),
        "column": cut(found.column.name),
        "undated": shown.undated,
    }
    sentences = [say(f"{KEY}.by.{shown.unit}", **facts)]
    if shown.undated:
        sentences.append(say(f"{KEY}.undated", **facts))
    if not found.classes:
        sentences.append(say(f"{KEY}.band"))
    if hidden := sum(part.hidden for part in found.parts):
        sentences.append(few_hidden(hidden, say))
    return " ".join(sentences)


def _table(shown: Course, labels: list[str], say: Phrases) -> pd.DataFrame:
    found, unit = shown.relation, _unit(shown.relation)
    columns: dict[str, object] = {
        say("charts_explore.table.group", column=found.column.name): labels,
        say("charts_explore.table.rows"): [None if p.hidden else p.rows for p in shown.periods],
    }
    for place in range(len(found.overall)):
        named = (
            say("charts_explore.table.class", level=label(found.classes[place], say))
            if found.classes
            else say(
                f"charts_explore.table.{found.measure}",
                target=found.target.name,
                outcome=found.outcome,
            )
        )
        for side, suffix in (("values", ""), ("lows", "low"), ("highs", "high")):
            title = f"{named}, {say(f'charts_explore.table.{suffix}')}" if suffix else named
            columns[title] = [round(unit * getattr(p, side)[place], 4) for p in shown.periods]
    return pd.DataFrame(columns)


def example() -> Course:
    """Points for tests."""
    chance = np.random.default_rng(0)
    parts = []
    for month in range(1, 13):
        rows, value = int(chance.integers(0, 400)), 0.1 + 0.02 * month
        values = ((value,), (value - 0.03,), (value + 0.03,)) if rows else ((np.nan,),) * 3
        parts.append(Part(Group(Sort.PERIOD, level=f"2025-{month:02d}"), rows, *values))
    found = Relation(
        column=Column("joined <b>%{x}", Kind.DATE),
        target=Column("Revenue", Kind.BOOLEAN, levels=("FALSE", "TRUE")),
        outcome="TRUE",
        measure=Measure.RATE,
        rows=sum(part.rows for part in parts),
        classes=(),
        overall=(0.2,),
        parts=tuple(parts),
        strength=0.01,
        chance=Chance(0.001, 0.001, 999),
    )
    return Course(found, "M", 0)


CHART = Chart("course", draw, example)
