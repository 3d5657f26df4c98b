"""Columns that are told apart by where they stand: aligned with spaces, without a separator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LINES_AT_LEAST = 3
# a single blank stands below another by chance in a few lines of prose
LINES_BY_CHANCE = 12
LONGEST_LINE = 4_000
FILLED_AT_LEAST = 0.5


def cuts_of(lines: Sequence[str]) -> tuple[int, ...]:
    """Where each column begins, counted in characters; empty where the lines are not aligned.

    A column ends where every line has a space. A line that is shorter has spaces from its end on.
    """
    lines = [line.rstrip("\r\n") for line in lines if line.strip()]
    width = max(map(len, lines), default=0)
    if len(lines) < LINES_AT_LEAST or width > LONGEST_LINE or any("\t" in line for line in lines):
        return ()
    blank = np.array([[ch == " " for ch in line.ljust(width)] for line in lines], dtype=bool)
    gap = np.asarray(blank.all(axis=0))
    starts = np.flatnonzero(~gap & np.concatenate([[True], gap[:-1]]))
    if len(starts) < 2:
        return ()
    ends = [*starts[1:], width]
    if len(lines) < LINES_BY_CHANCE and any(_by_chance(blank, int(at)) for at in starts[1:]):
        return ()
    filled = [
        1 - blank[:, start:end].all(axis=1).mean() for start, end in zip(starts, ends, strict=True)
    ]
    return tuple(map(int, starts)) if min(filled) >= FILLED_AT_LEAST else ()


def _by_chance(blank: np.ndarray, start: int) -> bool:
    """Whether most lines have a single blank before a column, as words of prose have."""
    reaching = blank[~blank[:, start:].all(axis=1)]
    wide = reaching[:, start - 2] | reaching[:, start]
    return bool(2 * wide.sum() < len(reaching))


def cut(line: str, cuts: Sequence[int]) -> list[str] | None:
    """The cells of a line without the blanks around them; None where a cell crosses a cut."""
    line = line.rstrip("\r\n")
    if any(len(line) > at and line[at - 1] != " " for at in cuts[1:]):
        return None
    return [line[a:b].strip() for a, b in zip(cuts, [*cuts[1:], None], strict=True)]
