"""How many customers more or fewer are expected of each class after a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL
from core.charts.effects import colours, figure, name, name_rows, upright
from core.charts.grouping import hover
from core.text.plain import plot_text
from core.what_if.totals import Amount, Total

KEY = "charts_segment.class_shift"
CLASSES_AT_MOST = 20


@dataclass(frozen=True)
class ClassShift:
    """The totals of the classes, the most changed first."""

    target: str
    totals: tuple[Total, ...]


def points(target: str, found: tuple[Total, ...]) -> ClassShift:
    """The totals in the order of their change."""
    order = sorted(found, key=lambda total: -abs(total.difference.value))
    return ClassShift(target, tuple(order))


def draw(shown: ClassShift, look: Look) -> Drawing:
    """A bar a class with its interval."""
    some = shown.totals[:CLASSES_AT_MOST]
    fig = figure(len(some))
    values = [one.difference.value for one in some]
    fig.add_bar(
        x=values,
        y=list(range(len(some))),
        orientation="h",
        marker_color=colours(np.array(values)),
        error_x={
            "array": [one.difference.high - one.difference.value for one in some],
            "arrayminus": [one.difference.value - one.difference.low for one in some],
            "color": NEUTRAL,
            "thickness": 1.5,
        },
        customdata=[_hover(one, look) for one in some],
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.update_layout(shapes=[upright(0.0)], xaxis_title=plot_text(look.say(f"{KEY}.axis")))
    name_rows(fig, [name(one.of) for one in some])
    return Drawing(fig, _title(shown, look), _sentence(shown, look), _table(shown, look))


def _hover(one: Total, look: Look) -> str:
    facts = {"before": one.before, "after": one.after}
    low, high = one.difference.low, one.difference.high
    return hover(one.of, look.say(f"{KEY}.hover", low=low, high=high, **facts))


def _title(shown: ClassShift, look: Look) -> str:
    first = shown.totals[0]
    change = first.difference.value
    return look.say(
        f"{KEY}.title_{'up' if change >= 0 else 'down'}",
        target=shown.target,
        level=first.of,
        change=round(abs(change), 1),
    )


def _sentence(shown: ClassShift, look: Look) -> str:
    say, classes = look.say, len(shown.totals)
    words = say(f"{KEY}.sentence", customers=shown.totals[0].customers)
    if classes <= CLASSES_AT_MOST:
        return words
    return f"{words} {say(f'{KEY}.more', shown=CLASSES_AT_MOST, classes=classes)}"


def _table(shown: ClassShift, look: Look) -> pd.DataFrame:
    rows = [
        (t.of, t.before, t.after, t.difference.value, t.difference.low, t.difference.high)
        for t in shown.totals
    ]
    names = ("class", "before", "after", "difference", "low", "high")
    columns = [look.say(f"charts_segment.table.{each}") for each in names]
    return pd.DataFrame(rows, columns=pd.Index(columns)).round(2)


def example() -> ClassShift:
    """Points for tests."""
    totals = (
        Total("Books", 500, 120.0, 131.5, Amount(11.5, 9.0, 14.0)),
        Total("Games <b>%{x}</b>", 500, 180.0, 176.0, Amount(-4.0, -6.0, -2.0)),
        Total("Music", 500, 200.0, 192.5, Amount(-7.5, -9.0, -6.0)),
    )
    return points("next_category", totals)


CHART = Chart("class_shift", draw, example)
