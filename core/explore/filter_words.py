"""A condition on a column in words."""

from __future__ import annotations

from core.explore.filters import Filter
from core.text.phrases import Phrases, number, quoted

LEVELS_SAID = 8


def filter_words(wanted: Filter, say: Phrases) -> str:
    """One condition: "visits from 2 to 9", "city is “Oslo”", "age at most 30 or missing"."""
    column = wanted.column
    if wanted.levels == () and wanted.missing:
        return say("segments.filter.missing", column=column)
    if wanted.levels is None and wanted.low is None and wanted.high is None:
        return column if wanted.missing else say("segments.filter.known", column=column)
    words = _words(wanted, say)
    return say("segments.filter.or_missing", words=words) if wanted.missing else words


def all_words(filters: tuple[Filter, ...], say: Phrases) -> str:
    """Conditions that all hold, one after the other."""
    return "; ".join(filter_words(wanted, say) for wanted in filters)


def _words(wanted: Filter, say: Phrases) -> str:
    column = wanted.column
    if wanted.levels is not None:
        return say("segment.filter.levels", column=column, levels=_levels(wanted.levels))
    low, high = _bound(wanted.low), _bound(wanted.high)
    if wanted.low is None:
        return say("segment.filter.high", column=column, high=high)
    if wanted.high is None:
        return say("segment.filter.low", column=column, low=low)
    return say("segment.filter.both", column=column, low=low, high=high)


def _levels(levels: tuple[str, ...]) -> str:
    more = len(levels) - LEVELS_SAID
    return ", ".join(map(quoted, levels[:LEVELS_SAID])) + (f" (+{more:,})" if more > 0 else "")


def _bound(bound: float | str | None) -> str:
    return bound if isinstance(bound, str) else number(bound or 0.0)
