"""What was corrected in a table, remembered for the next one with the same columns.

Where people sign in each has a memory of their own: levels of columns are cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from core.data.correct import Edit
from core.data.dataset import Dataset
from core.schema import Schema
from core.store.corrections import Corrections
from core.store.folder import readable, unlink, write
from core.store.who import acting

FOLDER = "shapes"
OFFER = "as last time"  # the key of the question whether to correct it so again


@dataclass(frozen=True)
class Shape:
    """The corrections of a table whose columns are called ``headers``, made at ``kept_at`` (ISO).

    ``table`` is the id of the table on which they were made, ``answered`` the keys of the
    questions that need not be asked again.
    """

    headers: tuple[str, ...]
    table: str
    kept_at: str
    edits: dict[str, Edit] = field(default_factory=dict)
    answered: tuple[str, ...] = ()


def key(headers: tuple[str, ...]) -> str:
    """Sixteen hexadecimal digits of the SHA-256 of the names, in whatever order they stand."""
    names = "\0".join(sorted(headers))
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def remember(home: Path, dataset: Dataset, made: Corrections, now: str) -> None:
    """Keeps what was corrected in a table, ``now`` in ISO form, in place of what was before.

    Where all was taken back, nothing of it is remembered, nor of a table that is encrypted: what
    is kept here lies outside of its project, in clear. Raises DiskFull.
    """
    headers, edits = dataset.schema.names, made.edits(dataset.schema)
    answered = tuple(sorted(made.answered - {OFFER}))
    if (edits or answered) and dataset.opened is None:
        shape = Shape(headers, dataset.id, now, edits, answered)
        write(place(home, headers), msgspec.json.encode(shape))
    elif (known := remembered(home, headers)) is not None and known.table == dataset.id:
        forget(home, headers)


def offered(home: Path, dataset: Dataset, made: Corrections) -> Shape | None:
    """What was corrected last time and could be now; None once that was answered, or nothing is
    left to do."""
    known = remembered(home, dataset.schema.names)
    if known is None or OFFER in made.answered or made.steps:
        return None
    return known if news(known.edits, dataset.schema) or known.answered else None


def remembered(home: Path, headers: tuple[str, ...]) -> Shape | None:
    """What was corrected in a table with these columns, or None."""
    return readable(place(home, headers), Shape)


def forget(home: Path, headers: tuple[str, ...]) -> None:
    """Removes what was remembered of these columns."""
    unlink(place(home, headers))


def news(edits: Mapping[str, Edit], schema: Schema) -> dict[str, Edit]:
    """Those of the edits that would change the schema, by column."""
    return {
        name: edit
        for name, edit in edits.items()
        if name in schema and _changes(edit, schema, name)
    }


def _changes(edit: Edit, schema: Schema, name: str) -> bool:
    column = schema[name]
    said = msgspec.to_builtins(edit)
    now = msgspec.to_builtins(column)
    levels = [level for level in said.pop("levels", []) if level in column.levels]
    known = [level for level in column.levels if level in levels]
    return levels != known or any(now[field] != value for field, value in said.items())


def place(home: Path, headers: tuple[str, ...]) -> Path:
    """The file in which the acting person's corrections of such a table are remembered."""
    who = acting()
    own = f"-{hashlib.sha256(who.name.encode()).hexdigest()[:16]}" if who.signed_in else ""
    return home / FOLDER / f"{key(headers)}{own}.json"


def places(home: Path, headers: tuple[str, ...]) -> list[Path]:
    """Those of everybody, as far as there are any."""
    return sorted((home / FOLDER).glob(f"{key(headers)}*.json"))
