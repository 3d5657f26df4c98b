"""``whybuy build``: the tables of a log and a question become a table to learn from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core.behaviour.building import features_of, plan_of
from core.behaviour.built import How
from core.behaviour.built import build as build_table
from core.behaviour.cleaning import Choices
from core.behaviour.engines import DUCKDB
from core.behaviour.proof import prove
from core.behaviour.question import Question
from core.behaviour.question_file import asked
from core.behaviour.recipe import Recipe
from core.behaviour.recipe import written as recipe_text
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
    uses_of,
)
from core.cli.recipes import recipe_beside
from core.cli.shell import AsJson, say, tell
from core.data.dataset import Dataset
from core.data.engine import engine as duckdb_engine
from core.data.engine import identifier, literal
from core.data.spreadsheet import write_csv
from core.data.table import typed_sql
from core.errors import BadSetting, FileNotFound, PlaceTaken
from core.progress import silent
from core.schema import Kind
from core.store.clock import now
from core.store.folder import written
from core.store.log_work import recipe_of
from core.store.logs import Log
from core.store.places import shown, writing

PARQUET, CSV = ".parquet", ".csv"
LEAKS = 1  # exit code


def build(
    question: Annotated[Path, typer.Option(help="A TOML file: asks, cutoff, lookback, ...")],
    out: Annotated[Path, typer.Option(help="The table to write: .parquet or .csv.")],
    events: Events = None,
    customers: Customers = None,
    orders: Orders = None,
    lines: Lines = None,
    products: Products = None,
    reviews: Reviews = None,
    campaigns: Campaigns = None,
    check_leakage: Annotated[
        bool, typer.Option("--check-leakage", help="Build again from logs that end at the cutoff.")
    ] = False,
    engine: Engine = DUCKDB,
    as_json: AsJson = False,
) -> None:
    """Builds features of before a cutoff and the answer of after it, one row a customer.

    Beside the table lies its recipe: `whybuy train` remembers it, and `whybuy score` builds the
    same features of a new log. With --check-leakage, exit code 1 says that something leaks.
    """
    wanted, place = _question(question), _place(out)
    said = files(
        events=events, customers=customers, orders=orders, lines=lines, products=products,
        reviews=reviews, campaigns=campaigns,
    )  # fmt: skip
    with brought(said) as tables, scratch() as folder:
        uses = uses_of(tables)
        log = recorded(tables, uses, Choices(), folder / "history")
        known = Log(tuple(use.table for use in uses), uses)
        recipe = recipe_of(known, wanted, plan_of(log.story, wanted))
        how = How(engine, read_at=now())
        made = build_table(log, recipe, folder / "built", silent, how)
        with writing(place):
            _write(made.dataset, made.recipe, place)
        report = _report(made.dataset, made.recipe, out)
        if check_leakage:
            proof = prove(log, (wanted, made.recipe.plan), folder, silent, engine)
            report["proof"] = {
                "cells": proof.cells, "equal": proof.equal, "holds": proof.holds,
                "differ": dict(proof.differ), "future": [list(each) for each in proof.future],
            }  # fmt: skip
    tell(report, as_json, _lines)
    if not report.get("proof", {"holds": True})["holds"]:
        raise typer.Exit(LEAKS)


def _question(file: Path) -> Question:
    if not file.is_file():
        raise FileNotFound(shown(file))
    return asked(file.read_text("utf-8", errors="replace"))


def _place(out: Path) -> Path:
    if out.suffix.lower() not in (PARQUET, CSV):
        raise BadSetting("--out", shown(out), say("cli.build.ending"))
    if out.is_dir():
        raise PlaceTaken(shown(out))
    return out.resolve()


def _write(dataset: Dataset, recipe: Recipe, place: Path) -> None:
    with written(place) as aside:
        if place.suffix.lower() == CSV:
            write_csv(pd.read_parquet(dataset.source), aside)
        else:
            _as_parquet(dataset, aside)
    with written(recipe_beside(place)) as aside:
        aside.write_text(recipe_text(recipe), "utf-8")


def _as_parquet(dataset: Dataset, into: Path) -> None:
    """Numbers as numbers, all else as text."""
    cells = ", ".join(
        f"{typed_sql(c) if c.kind is Kind.NUMBER else identifier(c.name)} AS {identifier(c.name)}"
        for c in dataset.schema.columns
    )
    source, target = literal(str(dataset.source)), literal(str(into))
    with duckdb_engine(into.parent) as connection:
        connection.execute(
            f"COPY (SELECT {cells} FROM read_parquet({source}))"  # noqa: S608
            f" TO {target} (FORMAT parquet, COMPRESSION zstd)"
        )


def _report(dataset: Dataset, recipe: Recipe, out: Path) -> dict[str, Any]:
    names = [f.name for f in features_of(recipe.plan) if f.name in dataset.schema]
    return {
        "rows": dataset.rows, "features": names, "customer": recipe.customer,
        "target": recipe.target, "out": str(out),
    }  # fmt: skip


def _lines(report: dict[str, Any]) -> list[str]:
    head = say("cli.build.table", **report | {"features": len(report["features"])})
    proof = report.get("proof")
    if proof is None:
        return [head]
    return [
        head,
        say("cli.build.equal", equal=proof["equal"], cells=proof["cells"]),
        *(say("cli.build.differ", column=n, count=c) for n, c in proof["differ"].items()),
        *(say("cli.build.future", column=n, figure=f) for n, f, _ in proof["future"]),
    ]
