"""A table loses its personal data before it is kept; what was taken out goes to the vault."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import SOURCE, Dataset, Twins
from core.data.infer import infer
from core.data.near import Tells, persons, twins
from core.data.privacy.detect import Personal, personal
from core.data.privacy.headers import Sort
from core.data.privacy.masks import applied
from core.data.privacy.pseudonym import PSEUDONYM
from core.errors import FileDamaged, UnknownColumn
from core.progress import Report, silent
from core.schema import Column, Mask, Role, Schema
from core.store import rest, vault
from core.store.fingerprint import of_table
from core.store.folder import decoded, linked, staged
from core.store.trail import What
from core.store.untold import telling
from core.store.vault import Vault

RECORD = "masks.json"
TWINS = "twins.json"
# what tells one person from another, besides what the names of columns say
TELLING = {Sort.NAME: Tells.NAME, Sort.EMAIL: Tells.MAIL, Sort.PHONE: Tells.PHONE}
SCHEMA = "schema.json"
FINDINGS = "findings"
ROWS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Hidden:
    """One masked column: where it stood in the table as it came, from 0, and what was found.

    ``sort`` is None where a person masked a column in which nothing was found; ``share`` is the
    share of looked-at cells that were recognised.
    """

    column: str
    place: int
    mask: Mask
    sort: Sort | None
    share: float
    by_name: bool


def guarded(project: Path, dataset: Dataset, report: Report = silent) -> Dataset:
    """The freshly read table with the masks of its schema applied in its folder, once.

    The masked columns as they came are sealed in the project's vault. Without masks, and where it
    was made of a table whose ids are pseudonyms, the table is left as it is. Raises what
    ``vault.opened`` raises, and DiskFull.
    """
    if not any(c.mask for c in dataset.schema.columns) or _is_masked(dataset):
        return dataset
    schema, twins = _mask(vault.opened(project), dataset, dataset.folder, report)
    # an example of what was met while reading is a cell, or a whole row
    notes = tuple(replace(note, example="") for note in dataset.provenance.notes)
    provenance = replace(dataset.provenance, notes=notes)
    return replace(dataset, schema=schema, provenance=provenance, twins=twins)


def _is_masked(dataset: Dataset) -> bool:
    names = [c.name for c in dataset.schema.columns if c.mask is Mask.PSEUDONYM]
    if not names:
        return (dataset.folder / RECORD).exists()
    file = pq.ParquetFile(dataset.source)
    first = next(file.iter_batches(ROWS_AT_ONCE, columns=names), None)
    cells = [c for column in (first or ()) for c in column.to_pylist() if c]
    return bool(cells) and all(PSEUDONYM.fullmatch(cell) for cell in cells)


def hidden(dataset: Dataset) -> tuple[Hidden, ...]:
    """The masked columns of a kept table, in the order they stood in. Raises FileDamaged."""
    try:
        return decoded(dataset.folder / RECORD, tuple[Hidden, ...])
    except FileNotFoundError:  # made of another table, whose masks it has
        return tuple(
            Hidden(column.name, place, column.mask, None, 0.0, False)
            for place, column in enumerate(dataset.schema.columns)
            if column.mask
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise FileDamaged(RECORD, "json") from fault


def remasked(
    project: Path,
    dataset: Dataset,
    masks: Mapping[str, Mask],
    passphrase: str = "",
    report: Report = silent,
) -> Dataset:
    """The kept table with other masks on some columns, those that were dropped among them.

    Everything is made anew from what lies in the vault; a column whose mask is lifted means what
    it would have meant without, but is learned from only when a person says so. Raises
    UnknownColumn, what ``vault.opened`` raises, VaultDamaged and DiskFull.
    """
    opened = vault.opened(project, passphrase)
    columns = ", ".join(sorted(masks))
    with telling(project, What.MASK, dataset.id, columns=columns) as told:
        made = _remasked(opened, dataset, masks, report)
        told.hash = of_table(made)
    return made


def _remasked(
    opened: Vault, dataset: Dataset, masks: Mapping[str, Mask], report: Report
) -> Dataset:
    project = opened.folder.parent
    with rest.private(project) as folder:
        names = _as_it_came(opened, dataset, folder / SOURCE)
        for name in masks:
            if name not in names:
                raise UnknownColumn(name, names)
        schema = _wished(dataset, infer(folder / SOURCE), masks)
        raw = replace(dataset, folder=folder, schema=schema)
        with staged(dataset.folder) as aside:
            for file in dataset.folder.iterdir():
                if file.name not in (SOURCE, SCHEMA, RECORD, FINDINGS, TWINS):
                    _same_file(file, aside / file.name)
            masked, twins = _mask(opened, raw, aside, report)
            (aside / SCHEMA).write_bytes(msgspec.json.encode(masked))
            if twins is not None:
                (aside / TWINS).write_bytes(msgspec.json.encode(twins))
    return replace(dataset, schema=masked, twins=twins)


def _twins(raw: Dataset, found: Mapping[str, Personal]) -> Twins | None:
    """The people who are twice in the table as it came, where masks will hide what tells them.

    Of what is compared, only the numbers of rows are kept.
    """
    plain = Schema(tuple(replace(column, mask=Mask.NONE) for column in raw.schema.columns))
    told = persons(plain)
    for name, each in found.items():
        if name not in told and each.sort in TELLING:
            told[name] = TELLING[each.sort]
    hides = any(raw.schema[name].mask for name in told)
    return twins(replace(raw, schema=plain), told) if hides else None


def _mask(opened: Vault, raw: Dataset, into: Path, report: Report) -> tuple[Schema, Twins | None]:
    """Writes the masked table and its record into the folder; seals the originals first."""
    schema = raw.schema
    names = [column.name for column in schema.columns if column.mask]
    found = {each.column: each for each in personal(raw.source, schema)}
    alike = _twins(raw, found)
    with rest.private(opened.folder.parent) as folder:
        if names:
            _only(raw.source, names, folder / SOURCE)
            vault.put(opened, raw.id, folder / SOURCE)
        else:
            vault.throw_away(opened.folder.parent, raw.id)
        masked = folder / "masked.parquet"
        on = date.fromisoformat(raw.provenance.read_at[:10])
        meant = applied(raw.source, masked, schema, (opened.pseudonyms, on), report)
        shutil.move(masked, into / SOURCE)
    record = []
    for place, column in enumerate(schema.columns):
        if column.mask:
            seen = found.get(column.name)
            sort, share, by_name = (
                (seen.sort, seen.share, seen.by_name) if seen else (None, 0.0, False)
            )
            record.append(Hidden(column.name, place, column.mask, sort, share, by_name))
    (into / RECORD).write_bytes(msgspec.json.encode(record))
    return meant, alike


def _wished(dataset: Dataset, inferred: Schema, masks: Mapping[str, Mask]) -> Schema:
    """What the columns of the table as it came mean, with the masks that are wished for."""
    before = {each.column: each.mask for each in hidden(dataset)}
    columns: list[Column] = []
    for column in inferred.columns:
        old, new = before.get(column.name, Mask.NONE), masks.get(column.name)
        mask = old if new is None else new
        if not old and not mask:
            columns.append(dataset.schema[column.name])
            continue
        kept = column.role in (Role.ID, Role.GROUP) and mask in (Mask.NONE, Mask.PSEUDONYM)
        role = column.role if kept else Role.IGNORED
        if new is None and column.name in dataset.schema:
            role = dataset.schema[column.name].role
        columns.append(replace(column, role=role, mask=mask))
    return Schema(tuple(columns))


def _as_it_came(opened: Vault, dataset: Dataset, into: Path) -> tuple[str, ...]:
    """Writes the table with its masked columns as they came, in their places; gives its names."""
    masked = hidden(dataset)
    gone = {each.column for each in masked}
    names = [name for name in dataset.schema.names if name not in gone]
    for each in sorted(masked, key=lambda each: each.place):
        names.insert(each.place, each.column)
    with ExitStack() as stack:
        plain = stack.enter_context(vault.taken(opened, dataset.id))
        files = [pq.ParquetFile(dataset.source)]
        if plain is not None:
            files.append(pq.ParquetFile(plain))
        came = set() if plain is None else set(files[1].schema_arrow.names)
        if lacking := [each.column for each in masked if each.column not in came]:
            raise FileDamaged(", ".join(lacking), "sealed")
        fields = pa.schema([(name, pa.string()) for name in names])
        with pq.ParquetWriter(into, fields, compression="zstd", write_page_checksum=True) as writer:
            for batches in _side_by_side(files):
                cells = {
                    name: batch.column(name) for batch in batches for name in batch.schema.names
                }
                writer.write_table(pa.table([cells[name] for name in names], schema=fields))
    return tuple(names)


def _side_by_side(files: list[pq.ParquetFile]) -> Iterator[tuple[pa.RecordBatch, ...]]:
    """Batches of the same rows of each file, whatever its row groups."""
    return zip(*(_even(file) for file in files), strict=True)


def _even(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Batches of exactly ROWS_AT_ONCE rows, but for the last."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in file.iter_batches(ROWS_AT_ONCE):
        waiting.append(batch)
        rows += len(batch)
        while rows >= ROWS_AT_ONCE:
            whole = pa.Table.from_batches(waiting).combine_chunks()
            yield whole.slice(0, ROWS_AT_ONCE).to_batches()[0]
            waiting = whole.slice(ROWS_AT_ONCE).to_batches()
            rows -= ROWS_AT_ONCE
    if rows:
        yield pa.Table.from_batches(waiting).combine_chunks().to_batches()[0]


def _only(source: Path, names: list[str], into: Path) -> None:
    """The named columns of a Parquet file as a file of their own."""
    file = pq.ParquetFile(source)
    fields = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(into, fields, compression="zstd", write_page_checksum=True) as writer:
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=names):
            writer.write_table(pa.table([batch.column(n) for n in names], schema=fields))


def _same_file(file: Path, place: Path) -> None:
    if file.is_dir():
        shutil.copytree(file, place)
    else:
        linked(file, place)
