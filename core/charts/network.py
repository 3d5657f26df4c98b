"""A network drawn: the user's columns, the units between, and what is predicted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import DOWN, NEUTRAL, OUTCOME, SERIES, UP
from core.charts.effects import figure
from core.explain.explanation import Scale
from core.explain.sentences import subject
from core.explain.values import cut
from core.explain.wiring import Layer, Links, Wiring, wiring
from core.models.family import Task
from core.text.phrases import Phrases
from core.text.plain import plot_text, visible
from core.train.training import TrainedModel

HEIGHT = 460
FAINTEST = 0.08  # of the strongest link; weaker ones are not drawn
WIDTHS = (0.15, 0.3, 0.5, 0.75, 1.0)  # upper ends of the classes of width
WIDEST = 6.0
COLOURS = {1: UP, -1: DOWN, 0: NEUTRAL}
SMALLEST, LARGEST = 9, 22
ROOM = 0.7
LONGEST_LABEL = 22
MARGIN = 48  # beside the room within: the longest names on a narrow screen


@dataclass(frozen=True)
class NetworkPoints:
    """A network's strongest links, and what it predicts in words."""

    found: Wiring
    outputs: tuple[str, ...]


def of_model(model: TrainedModel) -> NetworkPoints:
    """The points of a network. Raises ValueError for another model (``has_wiring`` tells)."""
    scale = Scale.VALUE if model.spec.task is Task.REGRESSION else Scale.CHANCE
    return points(wiring(model), model.spec.target.name, scale)


def points(found: Wiring, target: str = "", scale: Scale = Scale.CHANCE) -> NetworkPoints:
    """What ``core.explain.wiring`` found."""
    outputs = tuple(subject(each, scale, target) for each in found.layers[-1].names)
    return NetworkPoints(found, outputs)


def draw(shown: NetworkPoints, look: Look) -> Drawing:
    """Columns on the left, the answer on the right; the thicker a line the stronger the link."""
    found, say = shown.found, look.say
    fig = figure(3)
    rows = [_rows(layer) for layer in found.layers]
    for sign in COLOURS:
        for place in range(len(WIDTHS)):
            _lines(fig, found, rows, sign, place)
    for place, layer in enumerate(found.layers):
        fig.add_trace(_units(layer, place, rows[place], shown, say))
    _counted(fig, found.layers, say)
    fig.update_layout(height=HEIGHT, hovermode="closest", margin={"l": MARGIN, "r": MARGIN})
    fig.update_xaxes(
        title=plot_text(say("charts_explain.network.axis")),
        tickvals=list(range(len(found.layers))),
        ticktext=[plot_text(_layer_name(place, found, say)) for place in range(len(rows))],
        range=[-ROOM, len(found.layers) - 1 + ROOM],
        showgrid=False,
        fixedrange=True,
    )
    fig.update_yaxes(visible=False, range=[1.12, -0.06], fixedrange=True)
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _rows(layer: Layer) -> np.ndarray:
    """Members evenly spread over the height, the strongest on top: in 0..1."""
    members = len(layer.numbers)
    return (np.arange(members) + 0.5) / max(members, 1)


def _lines(fig: go.Figure, found: Wiring, rows: list[np.ndarray], sign: int, width: int) -> None:
    """All links of one sign and one class of width, as one trace."""
    low, high = (FAINTEST, *WIDTHS)[width], WIDTHS[width]
    x: list[float | None] = []
    y: list[float | None] = []
    for place, links in enumerate(found.links):
        chosen = (links.signs == sign) & (links.sizes > low) & (links.sizes <= high)
        for one, other in np.argwhere(chosen):
            x += [place, place + 1, None]
            y += [float(rows[place][one]), float(rows[place + 1][other]), None]
    if x:
        line = {"color": COLOURS[sign], "width": WIDEST * high}
        opacity = 0.25 + 0.5 * high
        fig.add_scatter(x=x, y=y, mode="lines", line=line, opacity=opacity, hoverinfo="skip")


def _units(
    layer: Layer, place: int, rows: np.ndarray, shown: NetworkPoints, say: Phrases
) -> go.Scatter:
    last = place == len(shown.found.layers) - 1
    names = shown.outputs if last else layer.names
    labels = [plot_text(cut(each, LONGEST_LABEL)) for each in names] or [""] * len(rows)
    return go.Scatter(
        x=[place] * len(rows),
        y=rows,
        mode="markers+text",
        marker={
            "size": SMALLEST + (LARGEST - SMALLEST) * np.sqrt(layer.strengths),
            "color": OUTCOME if last else SERIES[0],
            "opacity": 1,
        },
        text=[f" {label} " for label in labels],
        textposition="middle right" if last else "middle left",
        customdata=[plot_text(_member(place, member, shown, say)) for member in range(len(rows))],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _member(place: int, member: int, shown: NetworkPoints, say: Phrases) -> str:
    """A column's name, an output's, or a unit's number (from 1)."""
    layer = shown.found.layers[place]
    if place == len(shown.found.layers) - 1:
        return visible(shown.outputs[member])
    if layer.names:
        return visible(layer.names[member])
    return say("charts_explain.network.unit", number=layer.numbers[member] + 1)


def _counted(fig: go.Figure, layers: tuple[Layer, ...], say: Phrases) -> None:
    """Under a layer, how many of its members are not drawn."""
    for place, layer in enumerate(layers):
        if layer.left_out:
            words = say("charts_explain.network.more", units=layer.left_out)
            fig.add_annotation(
                x=place, y=1.06, text=plot_text(words), showarrow=False, font={"color": NEUTRAL}
            )


def _layer_name(place: int, found: Wiring, say: Phrases) -> str:
    """``17 columns``, ``layer 1: 64 units``, ``answer``."""
    if place == 0:
        return say("charts_explain.network.columns", columns=found.layers[0].units)
    if place == len(found.layers) - 1:
        return say("charts_explain.network.answers", answers=found.layers[-1].units)
    return say("charts_explain.network.layer", number=place, units=found.layers[place].units)


def _title(shown: NetworkPoints, say: Phrases) -> str:
    """Names the column whose links are the strongest, and its part of all first links."""
    found = shown.found
    if not found.shares[0]:
        return say("charts_explain.network.title_none")
    column = cut(found.layers[0].names[0])
    return say("charts_explain.network.title", column=column, share=float(found.shares[0]))


def _sentence(shown: NetworkPoints, say: Phrases) -> str:
    layers = shown.found.layers
    names = [_layer_name(place, shown.found, say) for place in range(len(layers))]
    built = say("explain.list_end", others=", ".join(names[:-1]), last=names[-1])
    return say("charts_explain.network.sentence", built=built)


def _table(shown: NetworkPoints, say: Phrases) -> pd.DataFrame:
    """Every drawn member with its strength as a percentage of the layer's strongest."""
    layers = shown.found.layers
    members = [
        (place, member)
        for place in range(len(layers))
        for member in range(len(layers[place].numbers))
    ]
    return pd.DataFrame(
        {
            say("charts_explain.network.table_layer"): [
                _layer_name(place, shown.found, say) for place, _ in members
            ],
            say("charts_explain.network.table_member"): [
                _member(place, member, shown, say) for place, member in members
            ],
            say("charts_explain.network.table_strength"): [
                round(100 * float(layers[place].strengths[member]), 1) for place, member in members
            ],
        }
    )


def example() -> NetworkPoints:
    """Points for tests: a made-up network."""
    chance = np.random.default_rng(0)
    columns = ("PageValues", "Month", "최근 구매일", "visits <b>%{x}</b>")
    layers = (
        Layer(columns, (0, 1, 2, 3), 17, np.array([1, 0.8, 0.5, 0.3])),
        Layer((), (4, 0, 9), 16, np.array([1, 0.6, 0.2])),
        Layer(("TRUE",), (0,), 1, np.ones(1)),
    )
    sizes = [chance.random((4, 3)), chance.random((3, 1))]
    links = tuple(
        Links(each / each.max(), chance.integers(-1, 2, each.shape).astype("int8"))
        for each in sizes
    )
    return points(Wiring(layers, links, np.array([0.2, 0.16, 0.1, 0.06])), "Revenue")


CHART = Chart("network", draw, example)
