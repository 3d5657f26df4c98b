"""The levels of a column, out of its texts and how often each occurs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.data.ranks import ranked
from core.data.table import WHOLE
from core.data.words import DISGUISES, NO, YES, is_spelled_yes_no
from core.schema import Column, Kind


def are_points(texts: Sequence[str]) -> bool:
    """Whether whole numbers were written as 12345.0, as tables with gaps are."""
    return bool(texts) and all(re.fullmatch(r"-?\d+\.0*", text, re.ASCII) for text in texts)


def bare(text: str) -> str:
    """ "12345" of "12345.0"."""
    return re.sub(r"\.0*$", "", text)


def with_levels(column: Column, counted: Iterable[tuple[str, int]]) -> Column:
    """The column with its levels out of (text, cells), as its kind, pattern and gaps ask.

    The most frequent first; an order that is known from the texts takes its place. A boolean has
    one spelling for yes and one for no.
    """
    if column.kind not in (Kind.BOOLEAN, Kind.CATEGORY):
        return replace(column, levels=(), ordered=False)
    gaps = {text.lower() for text in column.missing}
    totals: Counter[str] = Counter()
    for text, count in counted:
        level = bare(text) if column.pattern == WHOLE else text
        if level.lower() not in gaps:
            totals[level] += count
    if column.kind is Kind.BOOLEAN:
        return replace(column, levels=_answer_levels(totals), ordered=False)
    levels = tuple(level for level, _ in totals.most_common())
    order = ranked(levels)
    return replace(column, levels=order or levels, ordered=order is not None)


def _answer_levels(totals: Counter[str]) -> tuple[str, ...]:
    """The most frequent spelling of each answer, the more frequent answer first."""
    spelled: dict[str, str] = {}
    answers: Counter[str] = Counter()
    several = is_spelled_yes_no(frozenset(level.lower() for level in totals) - DISGUISES)
    for level, count in totals.most_common():
        folded = level.lower()
        if folded in DISGUISES:
            continue
        answer = "yes" if folded in YES else "no" if folded in NO else folded
        answer = answer if several else folded
        spelled.setdefault(answer, level)
        answers[answer] += count
    return tuple(spelled[answer] for answer, _ in answers.most_common(2))
