"""A customer asks to be forgotten: out of every table, and of what was made of them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import duckdb
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import SOURCE, Dataset
from core.data.engine import engine, identifier, literal
from core.data.privacy.pseudonym import Pseudonyms, written
from core.errors import KeyLost, NoSuchCustomer, UserError, VaultLocked, WrongPassphrase
from core.evaluate.evaluating import evaluate
from core.predict import held_out
from core.schema import Column, Mask, Role, Schema
from core.store import (
    allowed,
    board,
    drifts,
    forgetting,
    logs,
    models,
    quarantine,
    rest,
    reviews,
    scenarios,
    shapes,
    tables,
    untold,
    vault,
)
from core.store.folder import discard, staged, write
from core.store.guard import FINDINGS, ROWS_AT_ONCE, SCHEMA, TWINS, hidden
from core.store.roles import Right
from core.store.together import changed_together
from core.store.trail import What
from core.store.vault import Vault

Rows = NDArray[np.int64]
# what is made of a table and made again when it is asked for, or holds it as it was brought
WRITTEN = (SOURCE, SCHEMA, TWINS, tables.RECORD)
DERIVED = (FINDINGS, "checked", "upload", "original", "brought", "near", "priced", "searched")


@dataclass(frozen=True)
class Forgotten:
    """What a deletion did: rows taken out by table id; models that learned from them, or may have;
    models that only lost held-out rows; and models that could not stand without them.
    """

    rows: dict[str, int]
    learned: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def forget(project: Path, customer: str, passphrase: str = "") -> Forgotten:
    """Takes the rows of a customer, by the real id, out of everything in the project's folder.

    Tables and the vault are written anew without them; findings and reasons go and are made again
    when they are asked for; models lose them from their held-out and background rows, but what a
    model learned it cannot forget: ``learned`` says which should be trained again. All of it
    happens or nothing. The trail tells it by the pseudonym. Raises NoSuchCustomer, what
    ``vault.opened`` raises, and DiskFull.
    """
    allowed.need(project, Right.ADMIN)
    vault.opened(project, passphrase)
    with changed_together(project) as copy:
        done = _forget(copy, customer, passphrase)
    forgetting.note(project.parent.parent)
    return done


def _forget(project: Path, customer: str, passphrase: str) -> Forgotten:
    opened = vault.opened(project, passphrase)
    quarantine.empty(project)  # what is there may hold them, and nobody may open it
    board.forget(project)  # it names the levels of columns
    logs.forget_history(project)  # it is made again of the tables
    drifts.forget(project)  # they may be in a table that was only compared
    kept = [tables.load(project, place.name) for place in _tables(project)]
    found = {each.id: _rows_of(each, customer, opened.pseudonyms) for each in kept}
    if not any(len(rows) for rows in found.values()):
        raise NoSuchCustomer(len(kept))
    ends: dict[str, list[str]] = {"learned": [], "changed": [], "removed": []}
    for dataset in kept:
        if not len(found[dataset.id]):
            continue
        for model in _models_of(project, dataset.id):
            ends[_unlearn(project, model, found[dataset.id])].append(model)
            _move_scenarios(project, model, found[dataset.id])
        _rewrite(opened, dataset, found[dataset.id])
    ends["removed"] += _unreadable(project)
    rows = {table: len(places) for table, places in found.items() if len(places)}
    done = Forgotten(rows, *(tuple(ends[end]) for end in ("learned", "changed", "removed")))
    pseudonym = opened.pseudonyms.of(customer)
    facts: dict[str, str | int] = {"kind": "customer", "rows": sum(rows.values())}
    facts |= {end: len(ids) for end, ids in ends.items()} | {"tables": len(rows)}
    untold.leave(project, What.DELETE, pseudonym, "", **facts)
    return done


def _tables(project: Path) -> list[Path]:
    return sorted((project / "tables").glob("[0-9a-f]*"))


def _rows_of(dataset: Dataset, customer: str, pseudonyms: Pseudonyms) -> Rows:
    """The numbers of the customer's rows, rising."""
    masked = {each.column for each in hidden(dataset) if each.mask is Mask.PSEUDONYM}
    names = [
        c.name
        for c in dataset.schema.columns
        if c.role in (Role.ID, Role.GROUP) or c.mask is Mask.PSEUDONYM or c.name in masked
    ]
    if not names:
        return np.empty(0, np.int64)
    spellings = [pseudonyms.of(customer.strip()), customer.strip(), written(customer)]
    wanted = " OR ".join(f"trim({identifier(name)}) IN (?, ?, ?)" for name in names)
    with engine() as connection:
        found = connection.execute(
            f"SELECT file_row_number FROM read_parquet({literal(str(dataset.source))},"  # noqa: S608
            f" file_row_number = true) WHERE {wanted} ORDER BY 1",
            spellings * len(names),
        ).fetchall()
    return np.array([row for (row,) in found], np.int64)


def _rewrite(opened: Vault, dataset: Dataset, rows: Rows) -> None:
    """The table's folder and what the vault holds of it, without the rows."""
    project = opened.folder.parent
    with vault.taken(opened, dataset.id) as plain, rest.private(project) as folder:
        if plain is not None:
            _without(plain, folder / SOURCE, rows)
            vault.put(opened, dataset.id, folder / SOURCE)
    for name in DERIVED:
        vault.throw_away(project, f"{dataset.id}-{name}")
    with staged(dataset.folder) as aside:
        for file in dataset.folder.iterdir():
            if file.name not in WRITTEN and not file.name.startswith(DERIVED):
                _copied(file, aside / file.name)
        _without(dataset.source, aside / SOURCE, rows)
        record = msgspec.json.decode(rest.content(dataset.folder / tables.RECORD))
        record["rows"] = dataset.rows - len(rows)
        for note in record["provenance"].get("notes", ()):
            note["example"] = ""  # a cell, or a whole row
        (aside / tables.RECORD).write_bytes(msgspec.json.encode(record))
        schema = _still_there(dataset.schema, aside / SOURCE)
        (aside / SCHEMA).write_bytes(msgspec.json.encode(schema))
        if dataset.twins is not None:
            kept = cast(Sequence[int], np.setdiff1d(np.arange(dataset.rows), rows))
            left = dataset.twins.among(kept)
            (aside / TWINS).write_bytes(msgspec.json.encode(left))
    _forget_levels(project, dataset, schema)


def _forget_levels(project: Path, before: Dataset, after: Schema) -> None:
    """Takes levels that are no longer in the table out of what was noted about its columns."""
    gone = {
        level
        for column in before.schema.columns
        for level in set(column.levels) - set(after[column.name].levels)
    }
    if gone:
        remembered = shapes.places(project.parent.parent, before.schema.names)
        for file in (*project.glob("*.json"), *before.folder.glob("*.json"), *remembered):
            if not file.is_file() or file.name == allowed.FILE:  # which tells of no customer
                continue
            noted = msgspec.json.decode(rest.content(file))
            if (left := _less(noted, gone)) != noted:
                write(file, msgspec.json.encode(left))


def _less(noted: Any, gone: set[str]) -> Any:
    """The same without those texts in any list."""
    if isinstance(noted, dict):
        return {key: _less(value, gone) for key, value in noted.items()}
    if isinstance(noted, list):
        return [_less(v, gone) for v in noted if not (isinstance(v, str) and v in gone)]
    return noted


def _copied(file: Path, place: Path) -> None:
    if file.is_dir():
        shutil.copytree(file, place)
    else:
        shutil.copy2(file, place)


def _without(source: Path, into: Path, rows: Rows) -> None:
    file, start = pq.ParquetFile(source), 0
    with pq.ParquetWriter(
        into, file.schema_arrow, compression="zstd", write_page_checksum=True
    ) as writer:
        for batch in file.iter_batches(ROWS_AT_ONCE):
            kept = np.ones(len(batch), bool)
            kept[rows[(rows >= start) & (rows < start + len(batch))] - start] = False
            writer.write_table(pa.Table.from_batches([batch.filter(pa.array(kept))]))
            start += len(batch)


def _still_there(schema: Schema, source: Path) -> Schema:
    """The schema without levels that only the customer had."""
    with engine() as connection:
        return Schema(tuple(_with_levels(c, source, connection) for c in schema.columns))


def _with_levels(column: Column, source: Path, connection: duckdb.DuckDBPyConnection) -> Column:
    if not column.levels:
        return column
    found = connection.execute(
        f"SELECT DISTINCT lower(trim({identifier(column.name)}))"  # noqa: S608
        f" FROM read_parquet({literal(str(source))})"
    ).fetchall()
    left = {cell for (cell,) in found}
    levels = tuple(level for level in column.levels if level.strip().lower() in left)
    return replace(column, levels=levels)


def _unreadable(project: Path) -> list[str]:
    """Removes the models that may hold the customer and that nobody may open to find out."""
    found = [name for name in models.board(project)[1] if (project / "models" / name).is_dir()]
    for name in found:
        models.drop(project, name)
    return found


def _models_of(project: Path, table: str) -> list[str]:
    entries, _ = models.board(project)
    return [entry.id for entry in entries if entry.spec.dataset == table]


def _unlearn(project: Path, model: str, rows: Rows) -> str:
    """Takes the rows out of a model's folder: "learned", "changed" or "removed"."""
    place = models.place(project, model)
    if (project / "reasons" / model).is_dir():
        discard(project / "reasons" / model)
    reviews.forget(project, model)
    try:
        saved = models.load(place)
        smaller = _smaller(saved, rows)
    except (VaultLocked, WrongPassphrase, KeyLost):  # nothing is wrong with the model
        raise
    except UserError as fault:
        # a damaged model may hold them still, and one with nobody left to judge it by means nothing
        logging.warning("model %s goes with a deleted customer: %s", model, fault.code)
        models.drop(project, model)
        return "removed"
    models.save(place, smaller)
    return "learned" if len(np.setdiff1d(rows, saved.model.held_out)) else "changed"


def _smaller(saved: models.SavedModel, rows: Rows) -> models.SavedModel:
    model = saved.model
    left = ~np.isin(model.held_out, rows)
    ground = model.background[~np.isin(model.background.index.to_numpy(), rows)]
    model = replace(
        model,
        held_out=_renumbered(model.held_out[left], rows),
        held_out_truth=model.held_out_truth[left],
        held_out_scores=model.held_out_scores[left],
        held_out_groups=None if model.held_out_groups is None else model.held_out_groups[left],
        background=ground.set_axis(_renumbered(ground.index.to_numpy(np.int64), rows)),
    )
    judged = evaluate(held_out(model), saved.evaluation.threshold, model.spec.seed)
    return replace(saved, model=model, evaluation=judged)


def _renumbered(places: Rows, gone: Rows) -> Rows:
    """Where rows stand once the rows ``gone`` (rising) are out."""
    return places - np.searchsorted(gone, places)


def _move_scenarios(project: Path, model: str, rows: Rows) -> None:
    for kept in scenarios.listed(project):
        customer = kept.made.customer
        if kept.made.model != model or customer is None or customer.row < 0:
            continue
        if customer.row in rows:
            scenarios.remove(project, kept.id)
            continue
        place = int(_renumbered(np.array([customer.row]), rows)[0])
        made = replace(kept.made, customer=replace(customer, row=place))
        file = project / scenarios.FOLDER / f"{kept.id}.json"
        write(file, msgspec.json.encode(replace(kept, made=made)))
