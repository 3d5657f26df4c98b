"""One thing found about a table, and what a click can do about it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """STOP: an answer would mean nothing until it is mended. WARN: look at it. NOTE: know it."""

    STOP = "stop"
    WARN = "warn"
    NOTE = "note"


class Act(StrEnum):
    """What a remedy does.

    To what columns mean: ROLE and KIND change them (``word``), EMPTY lets ``values`` count as
    missing, SPLIT keeps all rows of one value of the column on one side.
    To cells: MERGE writes the first of each pair of ``values`` as the second, FILL writes
    ``word`` into empty cells, OTHERS writes ``word`` for all but the ``most`` commonest levels,
    LIMIT empties numbers and dates outside ``low`` to ``high``, UNREAD empties what cannot be read.
    To how models are trained: BALANCE weighs the answers equally, LATEST holds out the latest rows
    by the column, or without one the last rows of the table.
    To rows: REPEATS keeps the first of rows alike in the columns, CONFLICTS leaves out rows alike
    in the columns that differ in ``word``, PEOPLE keeps the first of what seems one person.
    """

    ROLE = "role"
    KIND = "kind"
    EMPTY = "empty"
    SPLIT = "split"
    MERGE = "merge"
    FILL = "fill"
    OTHERS = "others"
    LIMIT = "limit"
    UNREAD = "unread"
    REPEATS = "repeats"
    CONFLICTS = "conflicts"
    PEOPLE = "people"
    BALANCE = "balance"
    LATEST = "latest"


MEANING = frozenset((Act.ROLE, Act.KIND, Act.EMPTY, Act.SPLIT))
ROWS = frozenset((Act.REPEATS, Act.CONFLICTS, Act.PEOPLE))
TRAINING = frozenset((Act.BALANCE, Act.LATEST))


@dataclass(frozen=True)
class Remedy:
    """What can be done, as a value that can be kept, done again and undone. See ``Act``.

    ``low`` and ``high`` are inclusive; None is no limit. Dates are seconds since 1970.
    """

    act: Act
    columns: tuple[str, ...]
    word: str = ""
    values: tuple[tuple[str, str], ...] = ()
    low: float | None = None
    high: float | None = None
    most: int = 0

    def touches(self, column: str) -> bool:
        """Whether it changes the column's cells or what it means, and not only which rows stay."""
        return self.act not in ROWS | TRAINING and column in self.columns


@dataclass(frozen=True)
class Finding:
    """One thing found. Its sentences are in core/text under ``check.<code>``.

    ``column`` is empty where the whole table is meant. What ``count`` counts (rows, cells, levels)
    and what ``example`` shows (a cell, a level, another column, a strength) depends on the code;
    so do the ``figures``. ``looked_at`` is the number of rows where only a part was looked at.
    """

    code: str
    column: str
    count: int
    example: str
    severity: Severity
    figures: tuple[float, ...] = ()
    looked_at: int = 0
    remedies: tuple[Remedy, ...] = ()


def left_out(*columns: str) -> tuple[Remedy, ...]:
    """The remedy that learns no more from columns."""
    return (Remedy(Act.ROLE, columns, "ignored"),)
