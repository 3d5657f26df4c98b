"""What follows what, as a Sankey diagram."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.behaviour.pictures.transitions import Between, Transitions
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import INK, NEUTRAL, SERIES
from core.charts.effects import figure, name
from core.charts.grouping import few_hidden, hover
from core.charts.times import see_through
from core.explain.values import cut
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_behaviour.transitions"
LINK = 0.4
ROW, MARGIN = 46, 8


def draw(shown: Transitions, look: Look) -> Drawing:
    """What came first on the left, what came next on the right; a band is as wide as its steps."""
    say, words = look.say, _words(shown, look.say)
    fig = figure(0)
    fig.update_layout(height=140 + ROW * max(len(words), 3), margin={"l": MARGIN, "r": MARGIN})
    colours = _colours(shown)
    size = len(words)
    links = [(i, j) for i, j in np.ndindex(shown.counts.shape) if shown.counts[i, j]]
    sums = [*shown.counts.sum(axis=1), *shown.counts.sum(axis=0)]
    fig.add_sankey(
        node={
            "label": [name(word) for word in (*words, *words)],
            "color": [*colours, *colours],
            "pad": 14,
            "thickness": 16,
            "line": {"width": 0},
            "customdata": [
                hover(say(f"{KEY}.hover_word", word=word, count=int(count)))
                for word, count in zip((*words, *words), sums, strict=True)
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        link={
            "source": [i for i, _ in links],
            "target": [size + j for _, j in links],
            "value": [int(shown.counts[link]) for link in links],
            "color": [see_through(colours[i], LINK) for i, _ in links],
            "customdata": [hover(_hover(shown, words, link, say)) for link in links],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        textfont={"color": INK[look.dark], "size": 13, "shadow": "none"},
    )
    _name_sides(fig, say)
    return Drawing(fig, _title(shown, words, say), _sentence(shown, say), _table(shown, words, say))


def _name_sides(fig: go.Figure, say: Phrases) -> None:
    """An axis under the diagram with what left and right mean."""
    fig.add_scatter(x=[0, 1], y=[0, 0], mode="markers", marker={"opacity": 0}, hoverinfo="skip")
    fig.update_xaxes(
        title=plot_text(say(f"{KEY}.axis")),
        showticklabels=False,
        range=[0, 1],
        showgrid=False,
        fixedrange=True,
    )
    fig.update_yaxes(visible=False, range=[-1, 1], fixedrange=True)


def _words(shown: Transitions, say: Phrases) -> list[str]:
    """The words in their order, and what the rest is called."""
    rest = [say(f"{KEY}.other", words=shown.others)] if shown.others else []
    return [*shown.words, *rest]


def _colours(shown: Transitions) -> list[str]:
    found = [SERIES[place % (len(SERIES) - 1)] for place in range(len(shown.words))]
    return [*found, NEUTRAL] if shown.others else found


def _hover(shown: Transitions, words: list[str], link: tuple[int, int], say: Phrases) -> str:
    origin, target = (cut(words[place]) for place in link)
    facts = {
        "count": int(shown.counts[link]),
        "share": shown.shares[link],
        "customers": int(shown.people[link]),
    }
    return say(f"{KEY}.hover", origin=origin, target=target, **facts)


def _title(shown: Transitions, words: list[str], say: Phrases) -> str:
    """The most frequent step to another word, the rest aside."""
    named = shown.counts[: len(shown.words), : len(shown.words)]
    apart = np.where(np.eye(len(named), dtype=bool), 0, named) if named.size else named
    counts = apart if apart.any() else named
    if not counts.any():
        return say(f"{KEY}.title_empty")
    i, j = (int(place) for place in np.unravel_index(int(counts.argmax()), counts.shape))
    facts = {"origin": cut(words[i]), "target": cut(words[j]), "share": shown.shares[i, j]}
    return say(f"{KEY}.title_{shown.between}", **facts)


def _sentence(shown: Transitions, say: Phrases) -> str:
    steps = int(shown.counts.sum())
    said = [say(f"{KEY}.sentence_{shown.between}", steps=steps, customers=shown.customers)]
    if shown.stays:
        same = int(np.trace(shown.counts[: len(shown.words), : len(shown.words)]))
        said.append(say(f"{KEY}.stay", share=same / steps if steps else float("nan")))
    else:
        said.append(say(f"{KEY}.changes"))
    said.append(few_hidden(shown.hidden, say))
    return " ".join(said).strip()


def _table(shown: Transitions, words: list[str], say: Phrases) -> pd.DataFrame:
    order = np.argsort(-shown.counts, axis=None, kind="stable")
    cells = [tuple(map(int, np.unravel_index(place, shown.counts.shape))) for place in order]
    cells = [cell for cell in cells if shown.counts[cell]]
    return pd.DataFrame(
        {
            say("charts_behaviour.table.from"): [words[i] for i, _ in cells],
            say("charts_behaviour.table.to"): [words[j] for _, j in cells],
            say("charts_behaviour.table.steps"): [int(shown.counts[cell]) for cell in cells],
            say("charts_behaviour.table.customers"): [int(shown.people[cell]) for cell in cells],
            say("charts_behaviour.table.share"): [
                round(100 * shown.shares[cell], 2) for cell in cells
            ],
        }
    )


def example() -> Transitions:
    """Points for tests."""
    chance = np.random.default_rng(0)
    words = ("clothing", "toys <b>%{x}", "home and garden with a long name", "books", "sports")
    often = np.array([9, 6, 4, 3, 2, 2]) * 10
    counts = chance.poisson(np.outer(often, often) / 12 * (1 + np.eye(6))).astype(np.int64)
    return Transitions(Between.CATEGORIES, words, 4, counts, counts // 2 + 1, 812, True, 2)


CHART = Chart("transitions", draw, example)
