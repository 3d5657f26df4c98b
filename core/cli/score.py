"""``whybuy score``: a table, or a log, with the model's predictions beside its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core.behaviour.again import Brought, question_again, read_alike, uses_again
from core.behaviour.built import How, build
from core.behaviour.engines import DUCKDB
from core.behaviour.meaning import Part
from core.behaviour.question_file import cutoff as checked_cutoff
from core.behaviour.recipe import read
from core.behaviour.recorded import CUTOFF
from core.cli.history import (
    Campaigns,
    Customers,
    Engine,
    Events,
    Lines,
    Orders,
    Products,
    Reviews,
    brought,
    files,
    recorded,
    scratch,
)
from core.cli.shell import FORMATS, AsJson, Model, asked, saved_model, say, table, tell
from core.data.dataset import Dataset
from core.data.names import column_names
from core.data.spreadsheet import write_csv
from core.data.unread import unread
from core.errors import BadSetting, NoRecipe
from core.predict import as_columns, predict
from core.progress import silent
from core.store import export, fitting
from core.store.clock import now
from core.store.folder import written
from core.store.models import SavedModel
from core.store.places import free_file, writing
from core.store.reviews import may_score
from core.store.spread import scores as scores_by_spark
from core.store.trail import What
from core.train.rivals import REFERENCE


@dataclass(frozen=True)
class Log:
    """A new log: its files, the cutoff (none: its end), and where features are computed."""

    files: tuple[tuple[Part, Path], ...]
    cutoff: str
    engine: str


def score(
    model: Model,
    out: Annotated[Path, typer.Option(help="The CSV to write.")],
    file: Annotated[Path | None, typer.Argument(help=FORMATS, readable=False)] = None,
    events: Events = None,
    customers: Customers = None,
    orders: Orders = None,
    lines: Lines = None,
    products: Products = None,
    reviews: Reviews = None,
    campaigns: Campaigns = None,
    cutoff: Annotated[
        str, typer.Option(help="Of a log: the day to ask at; its end if left out.")
    ] = "",
    engine: Engine = DUCKDB,
    as_json: AsJson = False,
) -> None:
    """Adds the model's predictions to a table's rows and writes them as CSV.

    With --events, --orders and so on in place of a table, the features that the model learned from
    are built of that log, and the customers are written with their predictions. Text that a
    spreadsheet would take for a formula (= + - @) gets an apostrophe in front, which is taken off
    when this app reads the file; all else is written as it came.
    """
    said = files(
        events=events, customers=customers, orders=orders, lines=lines, products=products,
        reviews=reviews, campaigns=campaigns,
    )  # fmt: skip
    if (file is None) is not bool(said):
        raise BadSetting("FILE", "" if file is None else str(file), say("cli.build.one_source"))
    saved = saved_model(model)
    may_score(model.resolve())
    read_from = [file] if file else [name for _, name in said]
    *_, place = (free_file(out, each, model) for each in read_from)
    if file is None:
        log = Log(said, checked_cutoff(cutoff) if cutoff else "", engine)
        with _built(saved, log) as dataset:
            scores = _by(engine, model, saved, dataset)
            only = (dataset.schema.names[0], CUTOFF)
            report = _written((model, saved), dataset, place, scores, only)
    else:
        with table(file) as dataset:
            scores = _by(engine, model, saved, dataset)
            report = _written((model, saved), dataset, place, scores)
    tell(report | {"out": str(out)}, as_json, _score_lines)


@contextmanager
def _built(saved: SavedModel, log: Log) -> Iterator[Dataset]:
    """The table of a new log by the model's recipe, without answers."""
    recipe = read(saved.recipe)
    if recipe is None:
        raise NoRecipe(saved.model.spec.target.name)
    with brought(log.files) as tables, scratch() as folder:
        alike = [Brought(read_alike(recipe, each.dataset), each.part) for each in tables]
        uses = uses_again(recipe, alike)
        found = recorded(alike, uses, recipe.choices, folder / "history")
        again = replace(recipe, question=question_again(recipe, found, log.cutoff), uses=uses)
        established = saved.model.spec.family == REFERENCE
        how = How(log.engine, answers=False, read_at=now(), reference=established)
        yield build(found, again, folder / "built", silent, how).dataset


@dataclass(frozen=True)
class Scores:
    """Predictions by column, and the cells of levels that the model never saw, where counted."""

    columns: Mapping[str, Any]
    unseen: dict[str, int]


def _by(engine: str, model: Path, saved: SavedModel, dataset: Dataset) -> Scores:
    """Spark scores where it is asked for; it does not count what the model never saw."""
    if engine == DUCKDB:
        found = predict(saved.model, asked(dataset, saved))
        return Scores(as_columns(found), dict(found.unseen))
    known = fitting.as_asked(dataset, saved.model.spec)
    with scratch() as folder:
        told = scores_by_spark(model.resolve(), known, engine, folder, silent)
    return Scores({str(name): told[name].to_numpy() for name in told}, {})


def _written(
    of: tuple[Path, SavedModel],
    dataset: Dataset,
    place: Path,
    found: Scores,
    only: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Writes the rows (all columns, or some) with their predictions."""
    model, saved = of
    text = pd.read_parquet(dataset.source, columns=list(only) or None)
    lost = unread(dataset, saved.model.spec.features)
    names = column_names([*text.columns, *found.columns])  # a table may be scored twice
    added = dict(zip(names[-len(found.columns) :], found.columns.values(), strict=True))
    scores = pd.DataFrame(added, index=text.index)
    with writing(place), written(place) as aside:
        write_csv(pd.concat([text, scores], axis=1), aside)
        export.left(model, What.SCORE, "table", aside, len(text))
    return {"rows": len(text), "unseen": found.unseen, "unread": lost}


def _score_lines(report: dict[str, Any]) -> list[str]:
    return [say("cli.scored", rows=report["rows"], out=report["out"])] + [
        say(f"cli.{kind}", column=column, count=count)
        for kind in ("unseen", "unread")
        for column, count in report[kind].items()
    ]
