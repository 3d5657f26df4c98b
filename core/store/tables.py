"""Tables of a project on disk: the text as it came, what it was understood to be, findings."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from core.data.dataset import SOURCE, Dataset, Provenance, Twins
from core.data.finding import Finding
from core.errors import FileDamaged, NotThere
from core.schema import Schema
from core.store import rest
from core.store.folder import decoded, settle, staged, write
from core.store.glance import in_place, is_there
from core.store.guard import TWINS, guarded
from core.store.opened import Opened

RECORD = "table.json"
SCHEMA = "schema.json"
FINDINGS = "findings"


Kept = TypeVar("Kept")


class _Record(msgspec.Struct, frozen=True):
    id: str
    name: str
    rows: int
    provenance: Provenance


def place(project: Path, table: str) -> Path:
    """The folder of a table. Raises NotThere."""
    where = project / "tables" / table
    if not re.fullmatch(r"[0-9a-f]{8,64}", table) or not is_there(where / RECORD):
        raise NotThere("table", table)
    return where


def keep(project: Path, dataset: Dataset) -> Dataset:
    """Moves a freshly read table (its folder is its own) into the project.

    Personal data are taken out first. The same content brought again keeps its corrected schema.
    """
    where = project / "tables" / dataset.id
    if all((where / name).is_file() for name in (RECORD, SCHEMA, SOURCE)):
        return load(project, dataset.id)
    dataset = guarded(project, dataset)
    record = _Record(dataset.id, dataset.name, dataset.rows, dataset.provenance)
    write(dataset.folder / RECORD, msgspec.json.encode(record))
    write(dataset.folder / SCHEMA, msgspec.json.encode(dataset.schema))
    if dataset.twins is not None:
        write(dataset.folder / TWINS, msgspec.json.encode(dataset.twins))
    if not rest.is_to_be_sealed(where / RECORD):
        settle(dataset.folder, where)
        return replace(dataset, folder=where)
    with staged(where) as folder:
        for file in dataset.folder.iterdir():
            shutil.move(file, folder / file.name)
    return load(project, dataset.id)


def load(project: Path, table: str) -> Dataset:
    """The table of that id with its schema as last corrected.

    Raises NotThere, FileDamaged and, where it is encrypted, what ``rest.content`` raises.
    """
    where = place(project, table)
    record = _decoded(where / RECORD, _Record)
    schema = _decoded(where / SCHEMA, Schema)
    twins = _decoded(where / TWINS, Twins) if is_there(where / TWINS) else None
    opened = None if rest.state(project) is rest.State.CLEAR else Opened()
    return Dataset(
        record.id, record.name, where, schema, record.rows, record.provenance, twins, opened
    )


def beside(project: Path, table: str) -> tuple[Dataset, ...]:
    """The other tables of a project, newest first; one that cannot be read is left out."""
    found = []
    for each in in_place(project / "tables", RECORD):
        try:
            if each.parent.name != table:
                found.append(load(project, each.parent.name))
        except (NotThere, FileDamaged):
            continue
    return tuple(sorted(found, key=lambda one: one.provenance.read_at, reverse=True))


def correct(project: Path, table: str, schema: Schema) -> Dataset:
    """The table with a corrected schema."""
    write(place(project, table) / SCHEMA, msgspec.json.encode(schema))
    return load(project, table)


def tell(project: Path, table: str, provenance: Provenance) -> Dataset:
    """The same table, of which another way of reading told the same."""
    where = place(project, table)
    record = _decoded(where / RECORD, _Record)
    told = msgspec.structs.replace(record, provenance=provenance)
    write(where / RECORD, msgspec.json.encode(told))
    return load(project, table)


def keep_findings(project: Path, table: str, key: str, findings: tuple[Finding, ...]) -> None:
    """Keeps findings under a key that names schema and target."""
    write(place(project, table) / FINDINGS / f"{key}.json", msgspec.json.encode(findings))


def kept_findings(project: Path, table: str, key: str) -> tuple[Finding, ...] | None:
    """The findings kept under the key, or None; damaged ones are looked for again."""
    file = place(project, table) / FINDINGS / f"{key}.json"
    try:
        return _decoded(file, tuple[Finding, ...]) if is_there(file) else None
    except FileDamaged:
        return None


def _decoded(file: Path, kind: type[Kept]) -> Kept:
    try:
        return decoded(file, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, FileNotFoundError) as fault:
        raise FileDamaged(file.name, "json") from fault
