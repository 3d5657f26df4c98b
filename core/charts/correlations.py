"""Which columns go together, pair by pair, those that go with the target most first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import DOWN, QUIET, UP
from core.charts.effects import figure, name
from core.charts.grouping import hover
from core.explain.values import cut
from core.explore.correlations import Associations, associations, clustered
from core.schema import Column, Kind, Schema
from core.text.phrases import Phrases

KEY = "charts_explore.correlations"
CELL_HEIGHT = 26
SMALLEST_NAMED = 0.05
GROUPS_NAMED = 2


def points(table: pd.DataFrame, schema: Schema, target: str) -> Associations:
    """The associations of a typed table's columns, those that go together side by side."""
    return clustered(associations(table, schema, target))


def draw(shown: Associations, look: Look) -> Drawing:
    """A square of associations with its diagonal left empty."""
    say, places = look.say, list(range(len(shown.columns)))
    cells = np.where(np.eye(len(places), dtype=bool), np.nan, shown.values)
    fig = figure(0).update_layout(height=max(120 + CELL_HEIGHT * len(places), 320))
    fig.add_heatmap(
        z=cells,
        x=places,
        y=places,
        zmin=-1,
        zmax=1,
        colorscale=[[0, DOWN], [0.5, QUIET], [1, UP]],
        xgap=1,
        ygap=1,
        hoverongaps=False,
        colorbar={"thickness": 12, "tickvals": [-1, -0.5, 0, 0.5, 1]},
        customdata=_hovers(shown, say),
        hovertemplate="%{customdata}<extra></extra>",
    )
    labels = [name(column) for column in shown.columns]
    fig.update_xaxes(tickvals=places, ticktext=labels, tickangle=-45, showgrid=False)
    fig.update_yaxes(tickvals=places, ticktext=labels, range=[len(places) - 0.5, -0.5])
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _hovers(shown: Associations, say: Phrases) -> list[list[str]]:
    return [
        [
            hover(
                f"{one} – {other}",
                say(
                    f"{KEY}.hover",
                    value=round(float(shown.values[i, j]), 2),
                    measure=say(f"explore.measure.{shown.measures[i][j]}"),
                ),
            )
            for j, other in enumerate(shown.columns)
        ]
        for i, one in enumerate(shown.columns)
    ]


def _title(shown: Associations, say: Phrases) -> str:
    target = cut(shown.columns[0])
    places = _by_target(shown)
    first = float(shown.values[0, places[0]]) if places else 0.0
    if not abs(first) >= SMALLEST_NAMED:
        return say(f"{KEY}.title_none", target=target)
    column = cut(shown.columns[places[0]])
    return say(f"{KEY}.title", column=column, target=target, value=round(first, 2))


def _by_target(shown: Associations) -> list[int]:
    """The places of the other columns, those that go with the target most first."""
    sizes = np.abs(np.nan_to_num(shown.values[0]))
    return sorted(range(1, len(shown.columns)), key=lambda place: -sizes[place])


def _sentence(shown: Associations, say: Phrases) -> str:
    target = cut(shown.columns[0])
    sentences = [say(f"{KEY}.sentence", rows=shown.rows)]
    pair = _closest(shown)
    if pair is not None:
        i, j = pair
        sentences.append(
            say(
                f"{KEY}.pair",
                target=target,
                one=cut(shown.columns[i]),
                other=cut(shown.columns[j]),
                value=round(float(shown.values[i, j]), 2),
            )
        )
    for group in sorted(shown.groups, key=len, reverse=True)[:GROUPS_NAMED]:
        sentences.append(say(f"{KEY}.group", columns=[cut(column) for column in group]))
    if shown.left_out:
        facts = {"shown": len(shown.columns), "left": shown.left_out, "target": target}
        sentences.append(say(f"{KEY}.left", **facts))
    return " ".join(sentences)


def _closest(shown: Associations) -> tuple[int, int] | None:
    sizes = np.tril(np.abs(np.nan_to_num(shown.values)), -1)
    sizes[:, 0] = 0
    i, j = np.unravel_index(int(sizes.argmax()), sizes.shape)
    return (int(j), int(i)) if sizes[i, j] >= SMALLEST_NAMED else None


def _table(shown: Associations, say: Phrases) -> pd.DataFrame:
    others = _by_target(shown)
    return pd.DataFrame(
        {
            say("charts_explore.table.column"): [shown.columns[i] for i in others],
            say("charts_explore.table.association"): [
                round(float(shown.values[0, i]), 4) for i in others
            ],
            say("charts_explore.table.measure"): [
                say(f"explore.measure.{shown.measures[0][i]}") for i in others
            ],
        }
    )


def example() -> Associations:
    """Points for tests."""
    chance = np.random.default_rng(0)
    visits = chance.poisson(4, 300).astype(float)
    table = pd.DataFrame(
        {
            "visits": visits,
            "views <i>%{x}": visits * 3 + chance.normal(0, 4, 300),
            "city": chance.choice(["Wien", "Zürich"], 300),
            "buys": np.where(visits + chance.normal(0, 2, 300) > 4, "yes", "no"),
        }
    )
    kinds = (Kind.NUMBER, Kind.NUMBER, Kind.CATEGORY, Kind.BOOLEAN)
    columns = tuple(Column(n, k) for n, k in zip(table.columns, kinds, strict=True))
    return points(table, Schema(columns), "buys")


CHART = Chart("correlations", draw, example)
