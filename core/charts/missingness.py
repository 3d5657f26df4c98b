"""Which columns have gaps, the largest first."""

from __future__ import annotations

import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL
from core.charts.effects import figure, name, name_rows
from core.charts.grouping import hover
from core.explain.values import cut
from core.explore.missing import Gap, Missingness, missingness
from core.schema import Schema
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_explore.missingness"
COLUMNS_AT_MOST = 25
SHORTEST_AXIS = 10.0  # per cent: a tiny gap must look tiny


def points(table: pd.DataFrame, schema: Schema) -> Missingness:
    """The gaps of a typed table."""
    return missingness(table, schema)


def draw(shown: Missingness, look: Look) -> Drawing:
    """Bars of the share of rows without a value."""
    say, gaps = look.say, shown.gaps[:COLUMNS_AT_MOST]
    fig = figure(len(gaps))
    fig.add_bar(
        x=[100 * gap.rows / shown.rows for gap in gaps],
        y=list(range(len(gaps))),
        orientation="h",
        marker_color=NEUTRAL,
        customdata=[_hover(gap, shown, say) for gap in gaps],
        hovertemplate="%{customdata}<extra></extra>",
    )
    name_rows(fig, [name(gap.column) for gap in gaps])
    most = 100 * gaps[0].rows / shown.rows if gaps else 0.0
    title = plot_text(say("charts_explore.axis.missing"))
    fig.update_xaxes(title=title, range=[0, max(1.05 * most, SHORTEST_AXIS)])
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _hover(gap: Gap, shown: Missingness, say: Phrases) -> str:
    facts = {"missing": gap.rows, "rows": shown.rows, "share": gap.rows / shown.rows}
    return hover(gap.column, say(f"{KEY}.hover", **facts))


def _title(shown: Missingness, say: Phrases) -> str:
    if not shown.gaps:
        return say(f"{KEY}.title_none")
    most = shown.gaps[0]
    return say(
        f"{KEY}.title",
        columns=len(shown.gaps),
        column=cut(most.column),
        share=most.rows / shown.rows,
    )


def _sentence(shown: Missingness, say: Phrases) -> str:
    sentence = say(
        f"{KEY}.sentence",
        whole=shown.whole_rows,
        rows=shown.rows,
        share=shown.whole_rows / max(shown.rows, 1),
        columns=shown.columns,
    )
    if len(shown.gaps) <= COLUMNS_AT_MOST:
        return sentence
    return f"{sentence} {say(f'{KEY}.more', shown=COLUMNS_AT_MOST, columns=len(shown.gaps))}"


def _table(shown: Missingness, say: Phrases) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("charts_explore.table.column"): [gap.column for gap in shown.gaps],
            say("charts_explore.table.missing"): [gap.rows for gap in shown.gaps],
            say("charts_explore.table.share"): [
                round(100 * gap.rows / shown.rows, 2) for gap in shown.gaps
            ],
        }
    )


def example() -> Missingness:
    """Points for tests."""
    return Missingness(1_000, 12, 400, (Gap("나이 <i>%{x}", 420), Gap("city", 180), Gap("age", 1)))


CHART = Chart("missingness", draw, example)
