"""How the target goes along with one column: rates, shares or means with their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OUTCOME, SERIES
from core.charts.effects import name
from core.charts.grouping import few_hidden, grouped_figure, hover, upright
from core.explain.values import cut
from core.explore.chance import ALPHA
from core.explore.groups import Sort, condition, label
from core.explore.relation import Measure, Part, Relation, clearest, relation
from core.schema import Column, Kind
from core.text.phrases import Phrases, quoted
from core.text.plain import plot_text

KEY = "charts_explore.relation"
CROWDED = 0.85  # of the axis: to the right of that is no room for a word


def points(table: pd.DataFrame, column: Column, target: Column, outcome: str = "") -> Relation:
    """The relation of a typed column with the target."""
    return relation(table, column, target, outcome)


def draw(shown: Relation, look: Look) -> Drawing:
    """Dots with their intervals beside a line of the whole, or bars of shares."""
    say = look.say
    labels = [label(part.group, say) for part in shown.parts]
    amounts = say(
        f"charts_explore.axis.{shown.measure}",
        target=cut(shown.target.name),
        outcome=cut(shown.outcome),
    )
    fig = grouped_figure(shown.column, labels, amounts)
    if shown.measure is Measure.SHARES:
        _add_shares(fig, shown, labels, say)
    else:
        _add_dots(fig, shown, labels, say)
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, labels, say))


def _add_dots(fig: go.Figure, shown: Relation, labels: list[str], say: Phrases) -> None:
    values, lows, highs = _amounts(shown, 0)
    interval = {
        "type": "data",
        "array": np.nan_to_num(highs - values),
        "arrayminus": np.nan_to_num(values - lows),
        "color": OUTCOME,
        "thickness": 1.5,
    }
    places = list(range(len(labels)))
    stands = upright(shown.column)
    along = (
        {"x": places, "y": values, "error_y": interval}
        if stands
        else {"x": values, "y": places, "error_x": interval}
    )
    fig.add_scatter(
        **along,
        mode="markers",
        cliponaxis=False,
        marker={"color": OUTCOME, "size": 9},
        customdata=[
            _hover(p, 0, text, shown, say) for p, text in zip(shown.parts, labels, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    _add_overall(fig, shown, stands, say)
    axis = fig.update_yaxes if stands else fig.update_xaxes
    axis(rangemode="tozero")


def _add_overall(fig: go.Figure, shown: Relation, stands: bool, say: Phrases) -> None:
    mean = shown.measure is Measure.MEAN
    overall = shown.overall[0]
    text = say(f"{KEY}.overall_{'mean' if mean else 'share'}", value=overall)
    at = overall if mean else 100 * overall
    line = {"color": NEUTRAL, "width": 1.5, "dash": "dash"}
    note = {"annotation_text": plot_text(text), "line": line}
    if stands:
        fig.add_hline(y=at, annotation_position="top left", **note)
    else:
        highest = float(np.nanmax(_amounts(shown, 0)[2], initial=at))
        side = "left" if at > CROWDED * highest else "right"
        fig.add_vline(x=at, annotation_position=f"bottom {side}", **note)


def _add_shares(fig: go.Figure, shown: Relation, labels: list[str], say: Phrases) -> None:
    places, stands = list(range(len(labels))), upright(shown.column)
    for place, group in enumerate(shown.classes):
        shares = _amounts(shown, place)[0]
        named = label(group, say)
        fig.add_bar(
            **({"x": places, "y": shares} if stands else {"x": shares, "y": places}),
            orientation="v" if stands else "h",
            name=name(named),
            marker_color=NEUTRAL if group.sort is Sort.OTHER else SERIES[place % len(SERIES)],
            customdata=[
                _hover(p, place, f"{text}: {named}", shown, say)
                for p, text in zip(shown.parts, labels, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    fig.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        margin_t=40,
    )
    axis = fig.update_yaxes if stands else fig.update_xaxes
    axis(range=[0, 100])


def _amounts(shown: Relation, place: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, lows and highs in the axis' unit: per cent, or the target's own."""
    unit = 1 if shown.measure is Measure.MEAN else 100
    parts = shown.parts
    return (
        unit * np.array([part.values[place] for part in parts]),
        unit * np.array([part.lows[place] for part in parts]),
        unit * np.array([part.highs[place] for part in parts]),
    )


def _hover(part: Part, place: int, text: str, shown: Relation, say: Phrases) -> str:
    sort = "mean" if shown.measure is Measure.MEAN else "share"
    amount = say(
        f"{KEY}.hover_{sort}",
        value=part.values[place],
        low=part.lows[place],
        high=part.highs[place],
    )
    return hover(text, amount, say(f"{KEY}.hover_rows", rows=part.rows))


def _title(shown: Relation, say: Phrases) -> str:
    facts = {"target": cut(shown.target.name), "column": cut(shown.column.name)}
    found = clearest(shown)
    if found is None:
        return say(f"{KEY}.title_flat", **facts)
    part, place = found
    return say(
        f"{KEY}.title_{shown.measure}",
        **facts,
        outcome=shown.outcome,
        level=quoted(label(shown.classes[place], say)) if shown.classes else "",
        value=part.values[place],
        condition=condition(part.group, say),
        overall=shown.overall[place],
    )


def _sentence(shown: Relation, say: Phrases) -> str:
    hidden = few_hidden(sum(part.hidden for part in shown.parts), say)
    return " ".join(filter(None, (_strength(shown, say), _chance(shown, say), hidden)))


def _chance(shown: Relation, say: Phrases) -> str:
    """Whether shuffles of the target are as strong."""
    if shown.chance is None:
        return ""
    sure = "more" if shown.chance.p <= ALPHA else "no_more"
    facts = {"draws": shown.chance.draws, "usual": shown.chance.usual, "p": shown.chance.p}
    return say(f"{KEY}.chance_{sure}", target=cut(shown.target.name), **facts)


def _strength(shown: Relation, say: Phrases) -> str:
    return say(
        f"{KEY}.sentence{'_shares' if shown.measure is Measure.SHARES else ''}",
        rows=shown.rows,
        target=cut(shown.target.name),
        column=cut(shown.column.name),
        strength=shown.strength,
    )


def _table(shown: Relation, labels: list[str], say: Phrases) -> pd.DataFrame:
    low, high = say("charts_explore.table.low"), say("charts_explore.table.high")
    columns: dict[str, object] = {
        say("charts_explore.table.group", column=shown.column.name): labels,
        say("charts_explore.table.rows"): [None if p.hidden else p.rows for p in shown.parts],
    }
    for place in range(len(shown.overall)):
        values, lows, highs = _amounts(shown, place)
        named = _value_name(shown, place, say)
        suffix = f", {named}" if shown.classes else ""
        columns[named] = values.round(4)
        columns[f"{low}{suffix}"], columns[f"{high}{suffix}"] = lows.round(4), highs.round(4)
    return pd.DataFrame(columns)


def _value_name(shown: Relation, place: int, say: Phrases) -> str:
    if shown.classes:
        return say("charts_explore.table.class", level=label(shown.classes[place], say))
    return say(
        f"charts_explore.table.{shown.measure}", target=shown.target.name, outcome=shown.outcome
    )


def example() -> Relation:
    """Points for tests."""
    chance = np.random.default_rng(0)
    value = chance.exponential(10, 1_000)
    bought = np.where(chance.random(1_000) < 1 / (1 + np.exp(2 - value / 10)), "TRUE", "FALSE")
    table = pd.DataFrame({"Page <b>%{x}</b>": value, "Revenue": bought})
    target = Column("Revenue", Kind.BOOLEAN, levels=("FALSE", "TRUE"))
    return points(table, Column("Page <b>%{x}</b>", Kind.NUMBER), target, "TRUE")


CHART = Chart("relation", draw, example)
