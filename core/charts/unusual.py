"""How unusual customers are by two ways of looking: where the two agree and where they do not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OUTCOME, QUIET
from core.charts.effects import figure
from core.charts.grouping import hover
from core.explore.unusual import COLUMNS_TOLD, GRID, Odd, Unusual, Why
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "segments.plane"
HEIGHT = 420


def points(found: Unusual) -> Unusual:
    """The unusual customers themselves."""
    return found


def draw(shown: Unusual, look: Look) -> Drawing:
    """A field a pair of ranks with its customers, and the listed ones as diamonds."""
    say = look.say
    forest, network = shown.edges
    fig = figure(0).update_layout(height=HEIGHT)
    fig.add_heatmap(
        z=[[np.nan if not count else float(np.sqrt(count)) for count in row] for row in shown.grid],
        x=network,
        y=forest,
        zmin=0,
        colorscale=[[0, QUIET], [1, NEUTRAL]],
        showscale=False,
        hoverongaps=False,
        xgap=1,
        ygap=1,
        customdata=[[hover(say(f"{KEY}.cell", rows=count)) for count in row] for row in shown.grid],
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.add_scatter(
        x=[odd.scores[1] for odd in shown.odd],
        y=[odd.scores[0] for odd in shown.odd],
        mode="markers",
        marker={"color": OUTCOME, "size": 8, "symbol": "diamond"},
        customdata=[hover(say(f"{KEY}.hover", row=odd.row + 1)) for odd in shown.odd],
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.update_xaxes(title=plot_text(say(f"{KEY}.network")), type="log", showgrid=False)
    fig.update_yaxes(title=plot_text(say(f"{KEY}.forest")), showgrid=False)
    title = say(f"{KEY}.title", both=shown.both, top=shown.top)
    return Drawing(fig, title, say(f"{KEY}.sentence", rows=shown.rows), _table(shown, say))


def _table(shown: Unusual, say: Phrases) -> pd.DataFrame:
    """The listed customers, a row each, with the columns that make them unusual."""
    whole: dict[str, list[object]] = {
        say("segments.listed.row"): [odd.row + 1 for odd in shown.odd],
        say("segments.listed.forest"): [odd.places[0] for odd in shown.odd],
        say("segments.listed.network"): [odd.places[1] for odd in shown.odd],
    }
    for place in range(COLUMNS_TOLD):
        whole[say("segments.listed.column", number=place + 1)] = [
            odd.why[place].column if place < len(odd.why) else "" for odd in shown.odd
        ]
    return pd.DataFrame(whole)


def example() -> Unusual:
    """Points for tests."""
    chance = np.random.default_rng(0)
    grid = chance.poisson(2, (GRID, GRID))
    why = (Why("visits <i>%{x}", 0.7, 0.2, 0.001, 0.998), Why("city", 0.1, 0.6, 0.002))
    return Unusual(
        seed=0,
        rows=int(grid.sum()),
        rows_of_table=int(grid.sum()),
        columns=("visits <i>%{x}", "city", "age"),
        rebuilt=0.8,
        correlation=0.6,
        top=10,
        both=4,
        odd=(Odd(17, (0.7, 3.0), (1, 40), why), Odd(3, (0.65, 9.0), (9, 1), why[:1])),
        grid=tuple(tuple(map(int, row)) for row in grid),
        edges=(tuple(np.linspace(0.3, 0.7, GRID + 1)), tuple(np.geomspace(0.1, 10, GRID + 1))),
    )


CHART = Chart("unusual", draw, example)
