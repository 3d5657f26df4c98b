"""What the commands share: a file as a table, a folder as a model, and how answers are told."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core.cli.recipes import with_recipe
from core.data.databases import Asked
from core.data.dataset import Dataset
from core.data.folder import local_folder
from core.data.infer import propose_outcome
from core.data.load import load
from core.data.memory import READING, memory_at_most
from core.data.table import frame
from core.errors import (
    BadSetting,
    CannotRead,
    FileNotFound,
    NotAnEdit,
    NotThere,
    RowMissing,
    UnknownColumn,
)
from core.progress import silent
from core.schema import Kind, Role
from core.store import fitting, models
from core.store.bringing import folder_table, known_connection, query_table
from core.store.clock import now
from core.store.judgement import finite
from core.store.keys import WORD
from core.store.models import SavedModel
from core.store.places import shown, writing
from core.text.phrases import phrases
from core.train import splits
from core.train.spec import Split

Project = Annotated[str, typer.Argument(help="A project of the app, by its id.")]
Passphrase = Annotated[
    str, typer.Option(help="Of the project's vault, if it has one.", envvar=WORD)
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
DATABASE = "db:"
FORMATS = (
    "CSV, TSV, Excel, Parquet, JSON, SQLite or DuckDB, also in gzip, zstd or zip; a folder of files"
    " of one shape; or db:CONNECTION:TABLE for a connection named in WHYBUY_DB_CONNECTION."
)
File = Annotated[Path, typer.Argument(help=FORMATS, readable=False)]
Texts = Annotated[
    list[str] | None,
    typer.Option("--text", help="A column of texts whose words to learn from; may be repeated."),
]
SplitText = Annotated[
    str,
    typer.Option(
        "--split",
        help="How rows are held out: share, last, date:COLUMN or group:COLUMN. Without it whole "
        "groups where rows have owners, such as a customer, and a share at random elsewhere.",
    ),
]
Row = Annotated[int, typer.Option("--row", help="Which row, from 0.", min=0)]
Model = Annotated[Path, typer.Argument(help="A folder that `whybuy train` wrote.")]
say = phrases("en")
LARGEST_SEED = 2**31 - 1


@contextmanager
def table(file: Path) -> Iterator[Dataset]:
    """A file, a folder of files, or "db:CONNECTION:TABLE", read for the length of a command."""
    asked = str(file)
    if not asked.startswith(DATABASE):
        if not file.exists():
            raise FileNotFound(shown(file))
        if not os.access(file, os.R_OK):
            raise CannotRead(shown(file))
    with tempfile.TemporaryDirectory(prefix="whybuy-") as folder:
        with memory_at_most(READING, file.name):
            dataset = _read(file, asked, Path(folder))
        yield with_recipe(dataset, file)


def _read(file: Path, asked: str, into: Path) -> Dataset:
    if asked.startswith(DATABASE):
        name, _, wanted = asked.removeprefix(DATABASE).partition(":")
        return query_table(known_connection(name), Asked(wanted), into, silent)
    if file.is_dir():
        return folder_table(local_folder(str(file.resolve())), False, into, silent)
    if not file.is_file():
        raise FileNotFound(shown(file))
    return load(file, file.name, into, now(), silent)


def outcome_of(dataset: Dataset, target: str, outcome: str) -> str:
    """The outcome of interest, as asked for or proposed; empty where there are not two answers.

    Raises UnknownColumn, and BadSetting for one that is asked for where there are others.
    """
    column = dataset.schema[target]
    two = len(column.levels) == 2
    if outcome and not two:
        raise BadSetting("--outcome", outcome, say("cli.no_outcome"))
    return outcome or (propose_outcome(column) if two else "")


def split_of(dataset: Dataset, target: str, text: str) -> Split:
    """How rows are held out, as asked for or proposed. Raises UnknownColumn and BadSetting."""
    return splits.asked(dataset.schema.aimed_at(target), text)


def asked(dataset: Dataset, saved: SavedModel, rows: list[int] | None = None) -> pd.DataFrame:
    """What there is of the columns that the model knows, read as it knows them."""
    spec = saved.model.spec
    names = [c.name for c in (spec.target, *spec.features) if c.name in dataset.schema]
    return frame(fitting.as_asked(dataset, spec), names or [dataset.schema.names[0]], rows)


def with_texts(dataset: Dataset, names: list[str]) -> Dataset:
    """The table with columns of texts to be learned from; nobody else says so in a shell.

    Raises UnknownColumn, and BadSetting for a column that holds something else.
    """
    schema = dataset.schema
    for name in names:
        column = schema[name]
        if column.kind is not Kind.TEXT:
            texts = ", ".join(c.name for c in schema.columns if c.kind is Kind.TEXT)
            raise BadSetting("--text", name, texts or say("cli.no_texts"))
        schema = schema.changed(replace(column, role=Role.FEATURE))
    return replace(dataset, schema=schema)


@contextmanager
def native_silence() -> Iterator[None]:
    """TensorFlow's start-up messages cannot be switched off; errors reach Python as exceptions."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def saved_model(model: Path) -> SavedModel:
    """The model in a folder. Raises NotThere and ModelDamaged."""
    if not model.is_dir():
        raise NotThere("model", shown(model))
    return models.load(model.resolve())


def saved_in(place: Path | None, saved: SavedModel) -> None:
    """Saves a model in a folder, where one was asked for. Raises CannotWrite and DiskFull."""
    if place is not None:
        with writing(place):
            models.save(place, saved)


def customer(file: Path, saved: SavedModel, row: int) -> pd.DataFrame:
    """One row (1, columns) of a file, read as the model knows it; rows count from 0.

    Raises RowMissing.
    """
    with table(file) as dataset:
        if row >= dataset.rows:
            raise RowMissing(row, dataset.rows - 1)
        return asked(dataset, saved, [row])


def named(option: str, texts: list[str], columns: tuple[str, ...]) -> dict[str, str]:
    """What was typed as COL=VALUE after an option, by column; names may hold equals signs.

    Raises NotAnEdit and UnknownColumn.
    """
    found = {}
    for text in texts:
        before, equals, _ = text.partition("=")
        if not equals:
            raise NotAnEdit(option, text)
        fitting = [name for name in columns if text.startswith(f"{name}=")]
        if not fitting:
            raise UnknownColumn(before, columns)
        column = max(fitting, key=len)
        found[column] = text[len(column) + 1 :]
    return found


def plain_cell(value: object) -> float | str | None:
    """A cell as JSON may hold it: a date in ISO 8601, a gap as null."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def tell(
    report: dict[str, Any], as_json: bool, lines: Callable[[dict[str, Any]], list[str]]
) -> None:
    """Prints a report, as one line of JSON or in words."""
    if as_json:
        typer.echo(json.dumps(finite(report), ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(report)))


def judgement_lines(report: dict[str, Any]) -> list[str]:
    """How good a model is, in words."""
    head = say(
        "cli.model", **{k: report[k] for k in ("model", "target", "seconds")}, **report["rows"]
    )
    return [
        head,
        *(say(f"cli.split.{way['kind']}", **way) for way in [report.get("split")] if way),
        *(
            say("cli.metric", name=say(f"evaluate.metric.{key}.name"), **value)
            for key, value in report["metrics"].items()
        ),
    ]
