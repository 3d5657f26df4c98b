"""A segment in words: who is in it, and what is changed."""

from __future__ import annotations

from collections.abc import Mapping

from core.explore.filters import Filter
from core.text.phrases import Phrases, number, quoted
from core.what_if.lever import Lever, Move, lever_words
from core.what_if.segment import Segment


def who(asked: Segment, say: Phrases) -> str:
    """Whose rows, and the filters they meet."""
    parts = [say(f"segment.among.{asked.among}.name")]
    parts += [filter_words(wanted, say) for wanted in asked.filters]
    return "; ".join(parts)


def what(asked: Segment, say: Phrases) -> str:
    """The levers, one after the other, and the formulas that follow."""
    parts = [lever_words(lever, say) for lever in asked.levers]
    parts += [
        say("segment.derived", column=each.column, formula=each.formula) for each in asked.derived
    ]
    return "; ".join(parts)


def edits(made: Mapping[str, float | str | None], say: Phrases) -> str:
    """The edits of one customer: "visits set to 4; tier set to “gold”"."""
    levers = [
        Lever(column, Move.SET, say("segment.missing") if value is None else value)
        for column, value in made.items()
    ]
    return "; ".join(lever_words(lever, say) for lever in levers)


def filter_words(wanted: Filter, say: Phrases) -> str:
    """One condition: "visits from 2 to 9", "city is “Oslo”"."""
    column = wanted.column
    if wanted.levels is not None:
        levels = ", ".join(map(quoted, wanted.levels))
        return say("segment.filter.levels", column=column, levels=levels)
    low, high = _bound(wanted.low), _bound(wanted.high)
    if wanted.low is None and wanted.high is None:
        return column
    if wanted.low is None:
        return say("segment.filter.high", column=column, high=high)
    if wanted.high is None:
        return say("segment.filter.low", column=column, low=low)
    return say("segment.filter.both", column=column, low=low, high=high)


def _bound(bound: float | str | None) -> str:
    return bound if isinstance(bound, str) else number(bound or 0.0)


def signed(value: float) -> str:
    """A difference with its sign, as any number is written: +1,204; −0.31; 0."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + number(abs(value))
