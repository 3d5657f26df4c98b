"""How much memory a training takes, told before it begins, and refused where it is not there."""

from __future__ import annotations

from collections.abc import Callable

from core.data.machine import free_memory
from core.data.memory import GIGABYTE
from core.errors import TrainingTooLarge
from core.models.family import Encoding, family
from core.schema import Column, Kind
from core.train.levels import LEVELS_AT_MOST
from core.train.preparation import is_text
from core.train.spec import ModelSpec
from core.train.texts import DIRECTIONS_AT_MOST

NUMBER, LEVEL, TEXT = 8.0, 40.0, 600.0  # bytes of a cell while the table is read and cut
CELLS = {Kind.NUMBER: NUMBER, Kind.DATE: NUMBER, Kind.TEXT: TEXT}
TABLES = 3.0  # of the cells at a time: as read, those that learn, those held out
CELL = 4.0  # bytes in the matrix
MATRICES = 2.0
LIBRARIES = 3e8  # bytes that a worker takes before it reads a row


def needed(spec: ModelSpec, rows: int) -> float:
    """About how many bytes of memory a training takes at its height, of a table of ``rows``.

    Cells of the table, the matrix twice, and what the family takes beyond. Raises UnknownFamily
    and BadSetting.
    """
    kind = family(spec.family)
    used = min(rows, spec.rows_at_most)
    columns = (spec.target, *spec.features)
    cells = sum(CELLS.get(column.kind, LEVEL) for column in columns)
    width = sum(_width(column, kind.encoding) for column in spec.features)
    beyond = kind.memory(kind.settings(spec.params), used, width)
    return LIBRARIES + used * (TABLES * cells + MATRICES * CELL * width) + beyond


def _width(column: Column, encoding: Encoding) -> int:
    """Columns of the matrix that one of the user's becomes."""
    if is_text(column):
        return DIRECTIONS_AT_MOST + 2
    if encoding is Encoding.CODES:
        return 1
    before = 1 if encoding is Encoding.BOTH else 0
    if column.kind in (Kind.NUMBER, Kind.DATE):
        return before + 2
    levels = len(column.levels)
    return before + min(levels, LEVELS_AT_MOST) + 2 + (levels > LEVELS_AT_MOST)


def refuse_too_large(
    spec: ModelSpec, rows: int, table: str, free: Callable[[], int] = free_memory
) -> None:
    """Raises TrainingTooLarge with the numbers where a training of ``table`` needs more memory
    than is free."""
    wanted, there = needed(spec, rows), free()
    if wanted > there:
        raise TrainingTooLarge(table, wanted / GIGABYTE, there / GIGABYTE)
