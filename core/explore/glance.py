"""The overview of all columns as lines of one table."""

from __future__ import annotations

import pandas as pd

from core.explore.groups import Sort, label
from core.explore.overview import Glimpse, Overview
from core.explore.profile import Bar, Profile
from core.text.phrases import Phrases

KEY = "explore.glance"
SPARKS_AT_MOST = 24
MOSTLY = 0.5
COLUMNS = ("column", "kind", "values", "strength", "sure", "missing", "summary")


def lines(found: Overview, target: str, say: Phrases) -> pd.DataFrame:
    """A line a column, in the file's order, under the words of COLUMNS.

    ``values`` is a list of rows by group for a small picture; ``missing`` and ``strength`` are in
    per cent (None where none can be told).
    """
    rows = [
        {
            "column": glimpse.column.name,
            "kind": say(f"explore.kind.{glimpse.column.kind}"),
            "values": _spark(glimpse.profile),
            "summary": summary(glimpse.profile, say),
            "missing": 100 * glimpse.profile.missing_share,
            "strength": 100 * glimpse.strength if glimpse.relation else None,
            "sure": _sure(glimpse, target, say),
        }
        for glimpse in found.glimpses
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _sure(glimpse: Glimpse, target: str, say: Phrases) -> str:
    if glimpse.column.name == target:
        return say(f"{KEY}.target")
    if glimpse.relation is None:
        return say(f"{KEY}.untold")
    return say(f"{KEY}.{'yes' if glimpse.sure else 'no'}")


def _spark(profile: Profile) -> list[int]:
    """Rows by group, neighbours put together where they are many; missing ones left out.

    Nothing where every value is another one.
    """
    if profile.spread is None and profile.distinct == profile.rows - profile.missing:
        return []
    rows = [bar.rows for bar in profile.bars if bar.group.sort is not Sort.MISSING]
    step = -(-len(rows) // SPARKS_AT_MOST) or 1
    return [sum(rows[place : place + step]) for place in range(0, len(rows), step)]


def summary(profile: Profile, say: Phrases) -> str:
    """What a column holds, in a few words."""
    known = profile.rows - profile.missing
    if not known:
        return say("explore.summary.empty")
    if profile.spread is not None:
        share = profile.spread.usual_rows / known
        if share > MOSTLY:
            return say("explore.summary.mostly", value=profile.spread.usual, share=share)
        low, high = profile.spread.span
        return say("explore.summary.number", low=low, high=high, median=profile.spread.median)
    if profile.first is not None and profile.last is not None:
        first, last = profile.first.date().isoformat(), profile.last.date().isoformat()
        return say("explore.summary.date", first=first, last=last)
    return _of_levels(profile, known, say)


def _of_levels(profile: Profile, known: int, say: Phrases) -> str:
    most: Bar = max(
        (bar for bar in profile.bars if bar.group.sort is Sort.LEVEL),
        key=lambda bar: bar.rows,
        default=profile.bars[0],
    )
    facts = {"level": label(most.group, say), "share": most.rows / known}
    if profile.distinct == 1:
        return say("explore.summary.one", **facts)
    if profile.distinct == known or most.hidden:
        return say("explore.summary.each", distinct=profile.distinct)
    return say("explore.summary.level", distinct=profile.distinct, **facts)
