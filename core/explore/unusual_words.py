"""Why a customer is unusual, in words that name the columns and how rare their values are."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from core.explore.unusual import Odd, Unusual, Why
from core.text.phrases import Phrases, number, quoted
from core.text.plain import visible

RARE = 0.02  # a value of fewer customers, or beyond all but so few, is rare by itself
GIVES_BACK = 0.5  # a network that gives less back says little of anybody
LONGEST_COLUMN = 40


def why_words(found: Odd, row: pd.Series, say: Phrases) -> tuple[str, ...]:
    """A sentence for each column that makes a customer unusual; ``row`` has the customer's cells.

    Where no value is rare by itself a last sentence says that the combination is.
    """
    sentences = tuple(_why(why, row[why.column], say) for why in found.why)
    if any(is_rare(why) for why in found.why) or len(found.why) < 2:
        return sentences
    return (*sentences, say("segments.unusual.together"))


def is_rare(why: Why) -> bool:
    """Whether the value is rare by itself, or lies beyond nearly all others."""
    if why.same < RARE and why.below is None:
        return True
    return why.below is not None and min(why.below, 1 - why.below - why.same) + why.same < RARE


def place_words(found: Odd, rows: int, say: Phrases) -> str:
    """Which place of ``rows`` a customer has by each way of looking."""
    forest, network = found.places
    return say("segments.unusual.places", forest=forest, network=network, rows=rows)


def agreement(found: Unusual, say: Phrases) -> tuple[str, str]:
    """How far the two ways agree, and how far the network can be trusted."""
    agree = say(
        "segments.unusual.agree",
        top=found.top,
        both=found.both,
        chance=round(found.by_chance, 1),
        correlation=found.correlation,
    )
    key = "rebuilt" if found.rebuilt >= GIVES_BACK else "rebuilt_little"
    return agree, say(f"segments.unusual.{key}", rebuilt=max(0.0, found.rebuilt))


def _why(why: Why, cell: object, say: Phrases) -> str:
    column = visible(why.column, LONGEST_COLUMN)
    if why.gap:
        return say("segments.why.gap", column=column, same=why.same)
    facts = {"column": column, "value": _cell(cell)}
    if why.below is None:
        return say("segments.why.value", same=why.same, **facts)
    above = 1 - why.below - why.same
    if why.below >= above:
        return say("segments.why.higher", share=why.below, **facts)
    return say("segments.why.lower", share=above, **facts)


def _cell(cell: object) -> str:
    if isinstance(cell, datetime | np.datetime64):
        return str(pd.Timestamp(cell).date())
    return number(float(cell)) if isinstance(cell, int | float | np.number) else quoted(cell)
