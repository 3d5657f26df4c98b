"""Named figures with their intervals beside a line to hold them against: evidence of a review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, OUTCOME
from core.charts.dots import Dot, dots, in_rows
from core.text.phrases import Phrases
from core.text.plain import visible

KEY = "charts_dotted"
PERCENT = ".0%"


@dataclass(frozen=True)
class Row:
    """One figure; ``count`` customers it is of, ``stands_out`` where it differs beyond chance."""

    name: str
    value: float
    low: float
    high: float
    count: int
    stands_out: bool = False


@dataclass(frozen=True)
class Dotted:
    """Rows from the top, and the ``reference`` they are held against.

    ``about`` is the key of the words in ``charts_dotted``; ``facts`` are theirs. ``percent``: the
    figures are shares.
    """

    about: str
    rows: tuple[Row, ...]
    reference: float | None
    percent: bool = False
    facts: Mapping[str, object] = field(default_factory=dict)


def draw(shown: Dotted, look: Look) -> Drawing:
    """A dot a row with its interval; those that stand out in the colour of the outcome."""
    say, about = look.say, f"{KEY}.{shown.about}"
    figure = go.Figure()
    for stands, colour, symbol in ((False, OTHER, "circle"), (True, OUTCOME, "diamond")):
        some = [
            Dot(visible(r.name), r.value, r.low, r.high)
            for r in shown.rows
            if r.stands_out is stands
        ]
        figure.add_trace(dots(some, colour, say(f"{KEY}.{'apart' if stands else 'alike'}"), symbol))
    if shown.reference is not None:
        figure.add_vline(shown.reference, line_color=NEUTRAL, line_dash="dot")
    in_rows(figure, [visible(row.name) for row in shown.rows], say(f"{about}.axis", **shown.facts))
    if shown.percent:
        figure.update_xaxes(tickformat=PERCENT)
    sentence = say(f"{about}.sentence", **shown.facts)
    return Drawing(figure, _title(shown, say), sentence, _table(shown, say))


def _title(shown: Dotted, say: Phrases) -> str:
    about = f"{KEY}.{shown.about}"
    apart = sum(row.stands_out for row in shown.rows)
    facts = {**shown.facts, "apart": apart, "all": len(shown.rows)}
    if shown.rows:
        facts["first"] = next((r.name for r in shown.rows if r.stands_out), shown.rows[0].name)
    return say(f"{about}.{'title' if apart else 'title_alike'}", **facts)


def _table(shown: Dotted, say: Phrases) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say(f"{KEY}.{shown.about}.name"): [visible(row.name) for row in shown.rows],
            say(f"{KEY}.value"): [row.value for row in shown.rows],
            say(f"{KEY}.low"): [row.low for row in shown.rows],
            say(f"{KEY}.high"): [row.high for row in shown.rows],
            say(f"{KEY}.count"): [row.count for row in shown.rows],
        }
    )


def example() -> Dotted:
    """Three groups, one of which stands out."""
    rows = (
        Row("north", 0.21, 0.18, 0.25, 420),
        Row("<b>south</b>", 0.34, 0.28, 0.41, 180, stands_out=True),
        Row("west", 0.22, 0.17, 0.28, 240),
    )
    return Dotted("selected", rows, 0.24, True, {"column": "region", "rows": 840})


CHART = Chart("dotted", draw, example)
