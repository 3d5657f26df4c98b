"""A segment in words: its name, what it has more or less of than the rest, what it answered."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from core.explore.clusters import STABLE
from core.explore.groups import label
from core.explore.relation import Measure
from core.explore.segments import Segments
from core.explore.traits import Contrast, Sort, Trait
from core.text.phrases import Phrases
from core.text.plain import visible

TRAITS_TOLD = 4
NAMED = 2
LONGEST_COLUMN = 40
STRONG, WEAK = 0.5, 0.25  # silhouettes
KEY = "segments.trait"


def numbered(segment: int, say: Phrases) -> str:
    """What a segment is called by its number from 0: "Segment 1"."""
    return say("segments.name.number", number=segment + 1)


def named(found: Segments, segment: int, say: Phrases) -> str:
    """A segment by its two clearest traits: "high visits, city “Oslo”"."""
    clear = clearest(found, segment)[:NAMED]
    words = [
        say(f"{KEY}.{trait.sort}.name_{_way(trait.contrasts[segment])}", **_names(trait))
        for trait in clear
    ]
    if not words:
        return say("segments.name.none")
    return words[0] if len(words) < NAMED else say(
        "segments.name.both", one=words[0], other=words[1]
    )  # fmt: skip


def clearest(found: Segments, segment: int) -> tuple[Trait, ...]:
    """The traits that set a segment apart, the clearest first, one a column."""
    ranked = sorted(found.traits, key=lambda trait: -abs(trait.contrasts[segment].lean))
    best: dict[str, Trait] = {}
    for trait in ranked:
        if trait.contrasts[segment].is_clear:
            best.setdefault(trait.column, trait)
    return tuple(best.values())


def told(found: Segments, segment: int, say: Phrases) -> tuple[str, ...]:
    """What a segment has more or less of than the others, a sentence each."""
    sentences = tuple(
        trait_words(trait, segment, say) for trait in clearest(found, segment)[:TRAITS_TOLD]
    )
    return sentences or (say(f"{KEY}.none"),)


def trait_words(trait: Trait, segment: int, say: Phrases) -> str:
    """One trait of a segment beside the others; both have a figure."""
    contrast = trait.contrasts[segment]
    facts = {
        "inside": figure(trait.sort, contrast.inside),
        "outside": figure(trait.sort, contrast.outside),
    }
    return say(f"{KEY}.{trait.sort}.{_way(contrast)}", **facts, **_names(trait))


def figure(sort: Sort, value: float | None) -> float | str:
    """A trait's figure for a sentence: a date as text."""
    if value is None or sort is not Sort.DATE:
        return math.nan if value is None else value
    return str(np.datetime64("1970-01-01") + np.timedelta64(round(value), "D"))


def row_name(trait: Trait, say: Phrases) -> str:
    """What a trait's row is called in a table."""
    if trait.sort is Sort.LEVEL:
        return say(f"{KEY}.row_level", column=trait.column, level=trait.level)
    if trait.sort is Sort.MISSING:
        return say(f"{KEY}.row_missing", column=trait.column)
    return trait.column


def answer_words(found: Segments, segment: int, say: Phrases) -> str:
    """What a segment answered, with its interval; of several classes the one farthest off.

    Empty where nobody's answer is known.
    """
    answer = found.answers[segment]
    if answer is None:
        return ""
    gaps = [abs(one - all_) for one, all_ in zip(answer.values, found.overall, strict=True)]
    place = gaps.index(max(gaps))
    facts = {
        "target": found.target.name,
        "outcome": found.outcome,
        "rows": answer.rows,
        "value": answer.values[place],
        "low": answer.lows[place],
        "high": answer.highs[place],
        "overall": found.overall[place],
    }
    if found.measure is Measure.SHARES:
        return say("segments.answer.shares", level=label(found.classes[place], say), **facts)
    alone = found.measure is Measure.MEAN and answer.lows[place] is None
    return say(f"segments.answer.{found.measure}{'_alone' if alone else ''}", **facts)


def _way(contrast: Contrast) -> str:
    return "up" if contrast.lean > 0 else "down"


def _names(trait: Trait) -> dict[str, str]:
    return {"column": visible(trait.column, LONGEST_COLUMN), "level": trait.level}


def choice_words(found: Segments, say: Phrases) -> tuple[str, str]:
    """Why there are so many segments, and how clearly they lie apart.

    A silhouette above 0.5 speaks for groups, one up to 0.25 for none (Kaufman and Rousseeuw 1990).
    """
    best = found.chosen
    if found.wish.segments:
        key = "asked"
    elif best.stability < STABLE:
        key = "unstable"
    else:
        key = f"{found.wish.method}_stable"
    facts = {"segments": best.segments, "silhouette": best.silhouette}
    apart = "strong" if best.silhouette > STRONG else "weak" if best.silhouette > WEAK else "none"
    return (
        say(f"segments.choice.{key}", stability=best.stability, **facts),
        say(f"segments.choice.{apart}", **facts),
    )


def tried(found: Segments, say: Phrases) -> pd.DataFrame:
    """Every number of segments that was tried, with what decided."""
    whole = {
        say("segments.tried.segments"): [each.segments for each in found.tried],
        say("segments.tried.silhouette"): [round(each.silhouette, 3) for each in found.tried],
        say("segments.tried.stability"): [round(each.stability, 3) for each in found.tried],
        say("segments.tried.smallest"): [
            round(100 * each.smallest / found.fitted, 1) for each in found.tried
        ],
    }
    if found.chosen.bic is not None:
        whole[say("segments.tried.bic")] = [round(each.bic or 0.0) for each in found.tried]
    return pd.DataFrame(whole)
