"""What was corrected in a table, remembered for the next one with the same columns."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from core.data.correct import Edit
from core.schema import Schema
from core.store.folder import decoded, write

FOLDER = "shapes"


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


def remember(home: Path, shape: Shape) -> None:
    """Keeps a shape in place of an older one. Raises DiskFull."""
    write(_place(home, shape.headers), msgspec.json.encode(shape))


def remembered(home: Path, headers: tuple[str, ...]) -> Shape | None:
    """What was corrected in a table with these columns, or None."""
    file = _place(home, headers)
    try:
        return decoded(file, Shape)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        logging.warning("shape %s cannot be read", file)
        return None


def forget(home: Path, headers: tuple[str, ...]) -> None:
    """Removes what was remembered of these columns."""
    _place(home, headers).unlink(missing_ok=True)


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


def _place(home: Path, headers: tuple[str, ...]) -> Path:
    return home / FOLDER / f"{key(headers)}.json"
