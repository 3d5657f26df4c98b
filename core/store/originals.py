"""The file a table was read from, kept compressed as it came, so that it can be read otherwise.

It lies beside the table, or sealed in the project's vault where personal data were taken out of
the table. It goes with the table, with the project, and when a customer is deleted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from core.errors import FileDamaged, NotThere
from core.progress import Report, silent
from core.store import rest, tables, vault
from core.store.folder import unlink, written
from core.store.glance import is_there, look
from core.store.guard import hidden

FILE = "original.zst"
BLOCK = 1 << 22


def keep(project: Path, table: str, file: Path, report: Report = silent) -> None:
    """Keeps the file that a kept table was read from. Raises NotThere, DiskFull, VaultLocked."""
    place = tables.place(project, table)
    with written(place / FILE) as aside:
        size, done = max(1, file.stat().st_size), 0
        with file.open("rb") as plain, pa.CompressedOutputStream(str(aside), "zstd") as packed:
            while block := plain.read(BLOCK):
                packed.write(block)
                done += len(block)
                report(done / size, "data.stage.keeping")
    protect(project, table)


def protect(project: Path, table: str) -> None:
    """Seals the kept file in the vault where the table has masked columns, and nowhere else.

    Raises what ``vault.opened`` raises.
    """
    place = tables.place(project, table)
    if is_there(place / FILE) and hidden(tables.load(project, table)):
        with rest.opened(place / FILE) as clear:
            vault.put(vault.opened(project), _sealed(table), clear)
        unlink(place / FILE)


def holds(project: Path, table: str) -> bool:
    """Whether the file that a table was read from is kept."""
    return is_there(tables.place(project, table) / FILE) or vault.holds(project, _sealed(table))


def is_sealed(project: Path, table: str) -> bool:
    """Whether it lies in the vault."""
    return vault.holds(project, _sealed(table))


def size(project: Path, table: str) -> int:
    """How many bytes the file takes that lies beside the table; 0 where none does."""
    known = look(tables.place(project, table) / FILE)
    return known.st_size if known else 0


@contextmanager
def taken(project: Path, table: str, most: int | None = None) -> Iterator[Path]:
    """The file as it came, or its first ``most`` bytes, in a private folder for the block.

    Raises NotThere where none is kept, FileDamaged, and what ``vault.opened`` raises.
    """
    with rest.private(project) as folder, _packed(project, table) as packed:
        place = folder / "original"
        try:
            with pa.CompressedInputStream(str(packed), "zstd") as stream, place.open("wb") as file:
                _copy(stream, file, most)
        except (pa.ArrowException, OSError) as fault:
            raise FileDamaged(FILE, "zstd") from fault
        yield place


@contextmanager
def _packed(project: Path, table: str) -> Iterator[Path]:
    place = tables.place(project, table) / FILE
    if is_there(place):
        with rest.opened(place) as clear:
            yield clear
        return
    if not vault.holds(project, _sealed(table)):
        raise NotThere("original", table)
    with vault.taken(vault.opened(project), _sealed(table)) as sealed:
        if sealed is None:
            raise NotThere("original", table)
        yield sealed


def _copy(stream: pa.NativeFile, file: io.BufferedWriter, most: int | None) -> None:
    left = most
    while left is None or left > 0:
        block = stream.read(BLOCK if left is None else min(BLOCK, left))
        if not block:
            return
        file.write(block)
        left = None if left is None else left - len(block)


def _sealed(table: str) -> str:
    return f"{table}-original"
