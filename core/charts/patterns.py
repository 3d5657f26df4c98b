"""Which columns are missing together, row by row of a pattern."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, QUIET
from core.charts.effects import ROW_HEIGHT, figure, name, name_rows
from core.charts.grouping import few_hidden, hover
from core.explain.values import cut
from core.explore.patterns import Pattern, Patterns, Together
from core.text.phrases import Phrases, number, share
from core.text.plain import plot_text

KEY = "charts_explore.patterns"


def draw(shown: Patterns, look: Look) -> Drawing:
    """A row a pattern, a column a column; a dark cell is missing."""
    say, columns = look.say, shown.columns
    labels = [f"{number(p.rows)} · {share(p.rows / shown.rows)}" for p in shown.patterns]
    fig = figure(len(labels)).update_layout(height=150 + ROW_HEIGHT * max(len(labels), 3))
    fig.add_heatmap(
        z=[[float(column in pattern.missing) for column in columns] for pattern in shown.patterns],
        x=list(range(len(columns))),
        y=list(range(len(labels))),
        zmin=0,
        zmax=1,
        colorscale=[[0, QUIET], [1, NEUTRAL]],
        showscale=False,
        xgap=2,
        ygap=2,
        customdata=[
            [hover(column, _hover(column in p.missing, p, shown, say)) for column in columns]
            for p in shown.patterns
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    name_rows(fig, labels)
    places = list(range(len(columns)))
    ticks = {"tickvals": places, "ticktext": [name(column) for column in columns]}
    fig.update_xaxes(**ticks, tickangle=-45, showgrid=False)
    fig.update_yaxes(title=plot_text(say(f"{KEY}.axis")))
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _hover(gone: bool, pattern: Pattern, shown: Patterns, say: Phrases) -> str:
    facts = {"rows": pattern.rows, "share": pattern.rows / shown.rows}
    return say(f"{KEY}.hover_{'missing' if gone else 'there'}", **facts)


def _title(shown: Patterns, say: Phrases) -> str:
    if not shown.columns:
        return say("charts_explore.missingness.title_none")
    if shown.together is not None:
        one, other = cut(shown.together.one), cut(shown.together.other)
        return say(f"{KEY}.title_together", one=one, other=other, phi=round(shown.together.phi, 2))
    return say(f"{KEY}.title_apart")


def _sentence(shown: Patterns, say: Phrases) -> str:
    sentences = [say(f"{KEY}.sentence", patterns=shown.all_patterns, shown=len(shown.patterns))]
    if shown.with_gaps > len(shown.columns):
        facts = {"shown": len(shown.columns), "columns": shown.with_gaps}
        sentences.append(say(f"{KEY}.more", **facts))
    if shown.hidden:
        sentences.append(few_hidden(shown.hidden, say))
    return " ".join(sentences)


def _table(shown: Patterns, say: Phrases) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say(f"{KEY}.missing"): [", ".join(p.missing) or "–" for p in shown.patterns],
            say("charts_explore.table.rows"): [pattern.rows for pattern in shown.patterns],
            say("charts_explore.table.share"): [
                round(100 * pattern.rows / shown.rows, 2) for pattern in shown.patterns
            ],
        }
    )


def example() -> Patterns:
    """Points for tests."""
    found = (Pattern((), 800), Pattern(("나이 <i>%{x}", "city"), 150), Pattern(("city",), 50))
    together = Together("나이 <i>%{x}", "city", float(np.sqrt(0.7)))
    return Patterns(1_000, ("city", "나이 <i>%{x}"), 2, found, 3, together)


CHART = Chart("patterns", draw, example)
