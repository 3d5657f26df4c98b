"""What sets segments apart: a row a trait, a column a segment, coloured by how far it leans."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import DOWN, INK, QUIET, UP
from core.charts.effects import figure, name
from core.charts.grouping import hover
from core.data.privacy.counts import suppressed
from core.explore.clusters import Clusters, Tried, Wish
from core.explore.groups import label
from core.explore.relation import Measure
from core.explore.segments import Aim, Segments, described, hidden
from core.explore.trait_words import figure as trait_figure
from core.explore.trait_words import numbered, row_name
from core.explore.traits import Sort, Trait
from core.schema import Column, Kind, Schema
from core.text.phrases import Phrases, number, share
from core.text.plain import plot_text

KEY = "segments.chart"
ROWS_DRAWN = 14
TRAITS_OF_A_COLUMN = 2
ROW_HEIGHT = 30
SURE_OF = 0.5  # a lean of that size has the full colour
PERCENT = 100


def points(found: Segments) -> Segments:
    """The segments themselves."""
    return found


def draw(shown: Segments, look: Look) -> Drawing:
    """A field a trait and segment with its figure; those of too few customers are left empty."""
    say, gone = look.say, hidden(shown)
    rows, places = _drawn(shown, gone), list(range(len(shown.sizes)))
    fig = figure(0).update_layout(height=130 + ROW_HEIGHT * max(len(rows), 3))
    fig.add_heatmap(
        z=[[_lean(trait, place, gone) for place in places] for trait in rows],
        x=places,
        y=list(range(len(rows))),
        zmin=-SURE_OF,
        zmax=SURE_OF,
        colorscale=[[0, DOWN], [0.5, QUIET], [1, UP]],
        xgap=2,
        ygap=2,
        hoverongaps=False,
        showscale=False,
        text=[[_cell(trait, place, gone) for place in places] for trait in rows],
        texttemplate="%{text}",
        textfont={"color": INK[look.dark]},
        customdata=[
            ["" if place in gone else _hover(trait, place, say) for place in places]
            for trait in rows
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    labels = [_label(shown, place, gone, say) for place in places]
    fig.update_xaxes(
        tickvals=places,
        ticktext=labels,
        side="top",
        showgrid=False,
        title=plot_text(say(f"{KEY}.axis")),
    )
    fig.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[name(row_name(trait, say)) for trait in rows],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
    )
    sentence = say(f"{KEY}.sentence", rows=shown.rows)
    return Drawing(fig, _title(shown, gone, say), sentence, table(shown, say))


def table(shown: Segments, say: Phrases) -> pd.DataFrame:
    """A row a segment: how many, what they answered, and the figures that set them apart.

    Figures of segments of too few customers are empty.
    """
    count = say("segments.table.rows")
    whole: dict[str, list[object]] = {
        say("segments.table.segment"): [numbered(place, say) for place in range(len(shown.sizes))],
        count: list(shown.sizes),
        say("segments.table.share"): [
            round(PERCENT * size / shown.rows, 2) for size in shown.sizes
        ],
    }
    whole |= _answers(shown, say)
    for trait in _drawn(shown, frozenset()):
        whole[row_name(trait, say)] = [_figure(trait, place) for place in range(len(shown.sizes))]
    hiding, _ = suppressed(pd.DataFrame(whole), count)
    dates = [row_name(t, say) for t in _drawn(shown, frozenset()) if t.sort is Sort.DATE]
    return hiding.assign(**{day: hiding[day].where(hiding[count].notna()) for day in dates})


def _answers(shown: Segments, say: Phrases) -> dict[str, list[object]]:
    """What each segment answered; rates and means with their intervals."""
    wide = PERCENT if shown.measure is not Measure.MEAN else 1

    def values(side: str, place: int) -> list[object]:
        found = [None if a is None else getattr(a, side)[place] for a in shown.answers]
        return [None if value is None else round(wide * value, 4) for value in found]

    if shown.measure is Measure.SHARES:
        return {
            say("charts_explore.table.class", level=label(group, say)): values("values", place)
            for place, group in enumerate(shown.classes)
        }
    key = f"charts_explore.table.{shown.measure}"
    return {
        say(key, outcome=shown.outcome, target=shown.target.name): values("values", 0),
        say("charts_explore.table.low"): values("lows", 0),
        say("charts_explore.table.high"): values("highs", 0),
    }


def _drawn(shown: Segments, gone: frozenset[int]) -> list[Trait]:
    """The strongest traits among the segments that are shown, at most two a column."""
    seen: dict[str, int] = {}
    found = []
    for trait in sorted(shown.traits, key=lambda trait: -_strength(trait, gone)):
        seen[trait.column] = seen.get(trait.column, 0) + 1
        if seen[trait.column] <= TRAITS_OF_A_COLUMN:
            found.append(trait)
    return found[:ROWS_DRAWN]


def _strength(trait: Trait, gone: frozenset[int]) -> float:
    return max(
        (abs(each.lean) for place, each in enumerate(trait.contrasts) if place not in gone),
        default=0.0,
    )


def _lean(trait: Trait, place: int, gone: frozenset[int]) -> float:
    return math.nan if place in gone else trait.contrasts[place].lean


def _cell(trait: Trait, place: int, gone: frozenset[int]) -> str:
    return "" if place in gone else _words(trait, trait.contrasts[place].inside)


def _words(trait: Trait, value: float | None) -> str:
    if value is None:
        return "–"
    if trait.sort in (Sort.LEVEL, Sort.MISSING):
        return share(value)
    found = trait_figure(trait.sort, value)
    return found if isinstance(found, str) else number(found)


def _figure(trait: Trait, place: int) -> object:
    """For a table: shares in percent, dates as text."""
    value = trait.contrasts[place].inside
    if value is None:
        return None
    if trait.sort in (Sort.LEVEL, Sort.MISSING):
        return round(PERCENT * value, 2)
    found = trait_figure(trait.sort, value)
    return found if isinstance(found, str) else round(found, 4)


def _hover(trait: Trait, place: int, say: Phrases) -> str:
    contrast = trait.contrasts[place]
    facts = {"inside": _words(trait, contrast.inside), "outside": _words(trait, contrast.outside)}
    return hover(f"{numbered(place, say)} – {row_name(trait, say)}", say(f"{KEY}.hover", **facts))


def _label(shown: Segments, place: int, gone: frozenset[int], say: Phrases) -> str:
    if place in gone:
        return numbered(place, say)
    return hover(numbered(place, say), share(shown.sizes[place] / shown.rows))


def _title(shown: Segments, gone: frozenset[int], say: Phrases) -> str:
    known = [
        (answer.values[0], place)
        for place, answer in enumerate(shown.answers)
        if answer is not None and place not in gone
    ]
    facts = {"segments": len(shown.sizes), "target": shown.target.name, "outcome": shown.outcome}
    if shown.measure is Measure.SHARES or len(known) < 2:
        return say(f"{KEY}.title", **facts)
    (low, least), (high, most) = min(known), max(known)
    ends = {"least": numbered(least, say), "most": numbered(most, say)}
    return say(f"{KEY}.title_{shown.measure}", low=low, high=high, **ends, **facts)


def example() -> Segments:
    """Points for tests: three segments, of whom one is too small to be shown."""
    chance = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [160, 130, 4])
    shown = pd.DataFrame(
        {
            "visits": chance.poisson(2 + 6 * labels).astype(float),
            "since <b>%{x}": pd.Timestamp("2025-01-01").as_unit("us")
            + pd.to_timedelta(100 * labels + chance.integers(0, 50, len(labels)), unit="D"),
            "city": np.where(chance.random(len(labels)) < 0.2 + 0.3 * labels, "Wien", "Zürich"),
            "buys": np.where(chance.random(len(labels)) < 0.1 + 0.3 * labels, "yes", "no"),
        }
    )
    columns = (
        Column("visits", Kind.NUMBER),
        Column("since <b>%{x}", Kind.DATE),
        Column("city", Kind.CATEGORY, levels=("Wien", "Zürich")),
    )
    schema = Schema((*columns, Column("buys", Kind.BOOLEAN, levels=("no", "yes"))))
    best = Tried(3, 0.4, 0.9, 4)
    found = Clusters(labels.astype(np.intp), best, (best,), len(labels))
    return described(shown, schema, Aim("buys", "yes", columns), (Wish(), found))


CHART = Chart("segments", draw, example)
