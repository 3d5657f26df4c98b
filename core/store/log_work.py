"""Work on a project's log: bring more tables, record their history, build a table, prove it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from core import wire
from core.behaviour.building import plan_of, without
from core.behaviour.built import How, build, target_of
from core.behaviour.engines import DUCKDB
from core.behaviour.meaning import Meaning, Use
from core.behaviour.proof import Proof, prove
from core.behaviour.propose import propose
from core.behaviour.question import YES, YES_OR_NO, Question
from core.behaviour.recipe import Recipe
from core.behaviour.recipe import read as read_recipe
from core.behaviour.recording import record
from core.data.dataset import Dataset
from core.data.load import load
from core.errors import NotThere
from core.progress import Report, part, parts
from core.store import logs, originals, projects, rest, tables
from core.store.bringing import facts_of
from core.store.clock import now
from core.store.fingerprint import of_table
from core.store.folder import readable, room_on_disk, staged, write
from core.store.logs import HISTORY, Log
from core.store.trail import What
from core.store.untold import telling

PROOFS = "proofs"
CUSTOMER = "customer"
Look = Callable[[Path, Dataset, str, Report], object]


def bring_more(
    home: Path, report: Report, project: str, files: list[str], names: list[str]
) -> dict[str, Any]:
    """Reads files into a project as tables of its log; uploads of ours are removed.

    What each is and how they join is proposed anew; what a person said of the others stays.
    """
    folder = projects.folder(home, project)
    known = logs.log(folder, projects.load(home, project).table)
    try:
        each = zip(files, names, parts(report, len(files)), strict=True)
        for file, name, within in each:
            brought = _brought(home, folder, Path(file), name, within)
            if brought not in known.tables:
                known = replace(known, tables=(*known.tables, brought))
        logs.keep(folder, proposed(folder, known))
    finally:
        for file in files:
            if Path(file).is_relative_to(home / "uploads"):
                shutil.rmtree(Path(file).parent, ignore_errors=True)
    return {"tables": len(known.tables)}


def bring_log(
    home: Path, report: Report, files: list[str], title: str, names: list[str] | None = None
) -> dict[str, Any]:
    """A new project of a log's files, the first of its tables in use until one is built.

    Files of ours, with their own names, are recorded at once; those of a person (``names``) wait
    until somebody has seen what they were taken for.
    """
    project = projects.create(home, title, now(), coming=True)
    try:
        known = names or [Path(file).name for file in files]
        bring_more(home, part(report, 0.0, 1.0 if names else 0.7), project.id, files, known)
        if not names:
            record_log(home, part(report, 0.7, 1.0), project.id)
        first = logs.log(projects.folder(home, project.id)).tables[0]
        projects.come(home, replace(project, table=first))
    except BaseException:
        projects.remove(home, project.id)
        raise
    return {"project": project.id}


def proposed(folder: Path, known: Log) -> Log:
    """The log with a proposal for every table nothing was said of."""
    found = logs.datasets(folder, known)
    said = {use.table: use for use in known.uses}
    uses = tuple(said.get(use.table, use) for use in propose(list(found.values())))
    return replace(known, uses=uses)


def _brought(home: Path, folder: Path, file: Path, name: str, report: Report) -> str:
    """The id of the table that a file became."""
    aside = home / "reading" / uuid.uuid4().hex
    with room_on_disk(name):
        try:
            aside.mkdir(parents=True)
            dataset = load(file, name, aside, now(), part(report, 0.0, 0.9))
            with telling(folder, What.IMPORT, kind="more", name=name) as told:
                kept = tables.keep(folder, dataset)
                originals.keep(folder, kept.id, file, part(report, 0.9, 1.0))
                told.of, told.hash = kept.id, of_table(kept)
                told.facts |= facts_of(kept, "more")
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return kept.id


def record_log(home: Path, report: Report, project: str) -> dict[str, Any]:
    """Makes the history that the project's log tells. Raises what ``recording.record`` raises."""
    folder = projects.folder(home, project)
    known = logs.log(folder, projects.load(home, project).table)
    if not known.uses:
        known = logs.keep(folder, proposed(folder, known))
    if not logs.has_history(folder, known):
        found = logs.datasets(folder, known)
        with staged(folder / HISTORY / known.key) as place:
            record(found, known.uses, known.choices, place, report)
        logs.forget_history(folder, but=known.key)
    return {"history": known.key}


def build_table(
    home: Path, report: Report, project: str, question: dict[str, Any], left_out: list[str],
    engine: str = DUCKDB,
) -> dict[str, Any]:  # fmt: skip
    """Builds the table of a question into the project; it is the one in use."""
    folder = projects.folder(home, project)
    known = logs.log(folder, projects.load(home, project).table)
    asked = wire.converted(question, Question)
    with logs.history(folder, known) as recorded, room_on_disk(project):
        recipe = recipe_of(known, asked, without(plan_of(recorded.story, asked), tuple(left_out)))
        with rest.scratch(folder) as place:
            made = build(recorded, recipe, place, report, How(engine, read_at=now()))
            with telling(folder, What.IMPORT, kind="built") as told:
                kept = tables.keep(folder, made.dataset)
                told.of, told.hash = kept.id, of_table(kept)
                told.facts |= facts_of(kept, "built")
    outcome = YES if asked.asks in YES_OR_NO else ""
    found = projects.load(home, project)
    projects.save(home, replace(found, table=kept.id, target=recipe.target, outcome=outcome))
    return {"table": kept.id, "lack": made.lack or ""}


def recipe_of(known: Log, question: Question, plan: Any) -> Recipe:
    """How a table of a question is made of a log."""
    return Recipe(
        known.uses, known.choices, question, plan, customer_column(known.uses), target_of(question)
    )


def customer_column(uses: tuple[Use, ...]) -> str:
    """What the tables call customers."""
    for meaning in (Meaning.PERSON, Meaning.CUSTOMER, Meaning.SESSION):
        for use in uses:
            if use.column(meaning):
                return use.column(meaning)
    return CUSTOMER


def prove_table(home: Path, report: Report, project: str, table: str) -> dict[str, Any]:
    """Proves a built table's features and keeps the proof. Raises NotThere for another table."""
    folder = projects.folder(home, project)
    recipe = read_recipe(tables.load(folder, table).provenance.recipe)
    if recipe is None:
        raise NotThere("recipe", table)
    known = replace(logs.log(folder), uses=recipe.uses, choices=recipe.choices)
    with logs.history(folder, known) as recorded, rest.scratch(folder) as place:
        found = prove(recorded, (recipe.question, recipe.plan), place, report)
    write(folder / PROOFS / f"{table}.json", msgspec.json.encode(found))
    return {"cells": found.cells, "equal": found.equal}


def proof(project: Path, table: str) -> Proof | None:
    """The proof that was kept of a table."""
    return readable(project / PROOFS / f"{table}.json", Proof)
