"""The log of a project: which of its tables tell what customers did, and the history they tell.

``log.json`` says how the tables are read; ``history/`` is what was recorded of them. The history is
made again from the tables whenever it lacks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from core.behaviour.cleaning import Choices
from core.behaviour.meaning import Use
from core.behaviour.recipe import read
from core.behaviour.recorded import EVENTS, Recorded
from core.behaviour.recording import recorded
from core.data.dataset import Dataset
from core.errors import NoHistory, NotThere
from core.store import rest, tables
from core.store.folder import discard, readable, write
from core.store.glance import is_there

RECORD = "log.json"
HISTORY = "history"


@dataclass(frozen=True)
class Log:
    """The tables of a log in the order they were brought, what each is, and how it is cleaned.

    ``meant`` tells how their columns are read and masked now: with it the history is another.
    """

    tables: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()
    choices: Choices = field(default_factory=Choices)
    meant: str = ""

    @property
    def key(self) -> str:
        """What a history depends on, as a short name."""
        told = (self.uses, self.choices, self.meant)
        canonical = msgspec.json.encode(told, order="deterministic")
        return hashlib.sha256(canonical).hexdigest()[:16]

    def used(self, use: Use) -> Log:
        """The same with another use of one table."""
        kept = tuple(use if each.table == use.table else each for each in self.uses)
        return replace(self, uses=kept)


def log(project: Path, first: str = "") -> Log:
    """The project's log; before anything was said of it, the table ``first`` alone (unless it was
    made of a log itself). Tables that are gone are left out."""
    found = readable(project / RECORD, Log) or Log((first,) if first else ())
    there = _brought(project, found.tables)
    uses = tuple(use for use in found.uses if use.table in there)
    return replace(found, tables=tuple(there), uses=uses, meant=_meant(there))


def keep(project: Path, found: Log) -> Log:
    """Writes what the log is. Raises DiskFull."""
    write(project / RECORD, msgspec.json.encode(found))
    return found


def datasets(project: Path, found: Log) -> dict[str, Dataset]:
    """The tables of a log by id. Raises NotThere, FileDamaged."""
    return {table: tables.load(project, table) for table in found.tables}


def has_history(project: Path, found: Log) -> bool:
    """Whether what was recorded is of this very log."""
    return bool(found.uses) and is_there(project / HISTORY / found.key / EVENTS)


@contextmanager
def history(project: Path, found: Log) -> Iterator[Recorded]:
    """What was recorded of a log, in clear for the block. Raises NoHistory."""
    if not has_history(project, found):
        raise NoHistory(len(found.tables))
    with rest.opened_folder(project / HISTORY / found.key) as folder:
        yield recorded(folder)


def forget_history(project: Path, but: str = "") -> None:
    """What was recorded goes, except of the log with the key ``but``."""
    for place in (project / HISTORY).glob("[0-9a-f]*"):
        if place.name != but:
            with suppress(FileNotFoundError):
                discard(place)


def _brought(project: Path, wanted: tuple[str, ...]) -> dict[str, Dataset]:
    """Those tables that are there and were not made of a log, by id."""
    found = {}
    for table in wanted:
        with suppress(NotThere):
            dataset = tables.load(project, table)
            if read(dataset.provenance.recipe) is None:
                found[table] = dataset
    return found


def _meant(there: dict[str, Dataset]) -> str:
    schemas = [dataset.schema for dataset in there.values()]
    return hashlib.sha256(msgspec.json.encode(schemas, order="deterministic")).hexdigest()[:16]
