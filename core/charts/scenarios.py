"""Kept scenarios side by side: each before and after, per customer, with what it earns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OUTCOME
from core.charts.effects import Floats, drawn, figure, name, name_rows, with_unit
from core.charts.grouping import hover
from core.explain.amounts import Unit, unit_for
from core.explain.explanation import Scale
from core.explain.values import cut
from core.text.phrases import quoted
from core.text.plain import plot_text
from core.what_if.totals import Figures

KEY = "charts_segment.scenarios"
SHOWN_AT_MOST = 30
LONGEST = 40
POINTS_AT_LEAST = 10.0
ROOM = 0.06


@dataclass(frozen=True)
class Line:
    """A scenario: ``who`` and ``what`` say in words whom it is about and what is changed."""

    name: str
    who: str
    what: str
    model: str
    made_at: str
    figures: Figures

    @property
    def change(self) -> float:
        """The difference for one customer on average."""
        return self.figures.difference / self.figures.customers


@dataclass(frozen=True)
class Scenarios:
    """Scenarios of one question: chances or values of the same thing."""

    lines: tuple[Line, ...]
    scale: Scale
    subject: str

    @property
    def unit(self) -> Unit:
        averages = [average for one in self.lines for average in one.figures.averages]
        return unit_for(self.scale, averages)


def points(lines: tuple[Line, ...], scale: Scale, subject: str) -> Scenarios:
    """The scenarios in the order they are given; each has at least one customer."""
    return Scenarios(lines, scale, subject)


def draw(shown: Scenarios, look: Look) -> Drawing:
    """A row a scenario: a grey dot before, a warm one after, a line between."""
    some = shown.lines[:SHOWN_AT_MOST]
    fig = figure(len(some))
    before = drawn(
        np.array([one.figures.before / one.figures.customers for one in some]), shown.scale
    )
    after = drawn(
        np.array([one.figures.after / one.figures.customers for one in some]), shown.scale
    )
    rows = list(range(len(some)))
    texts = [_hover(one, shown, look) for one in some]
    fig.add_trace(_bridges(before.tolist(), after.tolist()))
    for key, x, colour in (("before", before, NEUTRAL), ("after", after, OUTCOME)):
        fig.add_scatter(
            x=x,
            y=rows,
            mode="markers",
            marker={"size": 11, "color": colour},
            name=plot_text(look.say(f"{KEY}.{key}")),
            customdata=texts,
            hovertemplate="%{customdata}<extra></extra>",
        )
    fig.update_layout(
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
        xaxis_range=_span(np.concatenate([before, after]), shown.scale),
        xaxis_title=plot_text(
            look.say(f"charts_segment.axis.{shown.scale}", subject=shown.subject)
        ),
    )
    name_rows(fig, [name(one.name) for one in some])
    return Drawing(fig, _title(shown, look), _sentence(shown, look), _table(shown, look))


def _span(values: Floats, scale: Scale) -> list[float]:
    """An axis wide enough that a small change looks small."""
    low, high = float(values.min()), float(values.max())
    least = POINTS_AT_LEAST if scale is Scale.CHANCE else 0.1 * max(abs(low), abs(high), 1e-9)
    room = max(high - low, least) * ROOM + max(least - (high - low), 0.0) / 2
    return [low - room, high + room]


def _bridges(before: list[float], after: list[float]) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for row, (first, last) in enumerate(zip(before, after, strict=True)):
        x += [first, last, None]
        y += [row, row, None]
    line = {"color": NEUTRAL, "width": 2}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _averages(one: Line, shown: Scenarios) -> tuple[str, str]:
    before, after = (shown.unit.level(shown.unit.shown(x)) for x in one.figures.averages)
    return before, after


def _difference(one: Line, shown: Scenarios, look: Look) -> str:
    first, last = map(shown.unit.shown, one.figures.averages)
    return with_unit(shown.unit.change(last - first), shown.scale, look.say)


def _hover(one: Line, shown: Scenarios, look: Look) -> str:
    before, after = _averages(one, shown)
    lines = [
        one.name,
        look.say(
            f"{KEY}.hover",
            before=before,
            after=after,
            customers=one.figures.customers,
        ),
        cut(one.what, 80),
    ]
    if one.figures.money is not None:
        lines.append(look.say(f"{KEY}.money", money=one.figures.money))
    return hover(*lines)


def _title(shown: Scenarios, look: Look) -> str:
    best = max(shown.lines, key=lambda one: abs(one.change))
    return look.say(
        f"{KEY}.title",
        name=quoted(cut(best.name, LONGEST)),
        difference=_difference(best, shown, look),
    )


def _sentence(shown: Scenarios, look: Look) -> str:
    say = look.say
    words = say(f"{KEY}.sentence", scenarios=len(shown.lines))
    paid = [one for one in shown.lines if one.figures.money is not None]
    if paid:
        best = max(paid, key=lambda one: one.figures.money or 0.0)
        words += " " + say(f"{KEY}.best", name=cut(best.name, LONGEST), money=best.figures.money)
    if len(shown.lines) > SHOWN_AT_MOST:
        words += " " + say(f"{KEY}.more", shown=SHOWN_AT_MOST, scenarios=len(shown.lines))
    return words


def _table(shown: Scenarios, look: Look) -> pd.DataFrame:
    figures = [one.figures for one in shown.lines]
    averages = [_averages(one, shown) for one in shown.lines]
    cells = {
        "name": [one.name for one in shown.lines],
        "who": [one.who for one in shown.lines],
        "what": [one.what for one in shown.lines],
        "customers": [each.customers for each in figures],
        "average_before": [before for before, _ in averages],
        "average_after": [after for _, after in averages],
        "before": [round(each.before, 3) for each in figures],
        "after": [round(each.after, 3) for each in figures],
        "difference": [round(each.difference, 3) for each in figures],
        "low": [_rounded(each.low) for each in figures],
        "high": [_rounded(each.high) for each in figures],
        "money": [_rounded(each.money) for each in figures],
        "money_low": [_rounded(each.money_low) for each in figures],
        "money_high": [_rounded(each.money_high) for each in figures],
        "model": [one.model for one in shown.lines],
        "made_at": [one.made_at for one in shown.lines],
    }
    named = {look.say(f"charts_segment.table.{key}"): value for key, value in cells.items()}
    return pd.DataFrame(named)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def example() -> Scenarios:
    """Points for tests."""
    when = "2026-01-05T10:00:00+00:00"
    lines = (
        Line(
            "Two more <b>visits</b>", "held-out customers", "visits + 2", "Forest", when,
            Figures(400, 120.0, 141.5, 17.0, 25.0, 310.5, 220.0, 400.0),
        ),
        Line(
            "Gold for one", "row 12", "tier: silver → gold", "Forest", when,
            Figures(1, 0.31, 0.44),
        ),
    )  # fmt: skip
    return points(lines, Scale.CHANCE, "Revenue = TRUE")


CHART = Chart("scenarios", draw, example)
