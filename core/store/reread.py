"""A table of a project read again from the file it came in, otherwise than before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from core import wire
from core.data.correct import Edit
from core.data.dataset import Dataset
from core.data.infer import propose_outcome, propose_target
from core.data.load import load
from core.data.source import Options
from core.progress import Report, part
from core.schema import Kind, Schema
from core.store import corrections, originals, projects, rest, tables
from core.store.bringing import facts_of
from core.store.clock import now
from core.store.fingerprint import of_table
from core.store.folder import room_on_disk
from core.store.projects import Project
from core.store.trail import What
from core.store.untold import telling


def reread(
    home: Path, report: Report, project: str, table: str, options: dict[str, Any]
) -> dict[str, Any]:
    """Reads the kept file as ``options`` (fields of Options) say; the result is the table in use.

    What a person corrected of columns that are still there is corrected again. The table as it was
    read before stays, and so do its models. Raises NotThere where the file was not kept, and what
    ``load`` raises.
    """
    asked = wire.converted(options, Options)
    folder = projects.folder(home, project)
    old = tables.load(folder, table)
    with (
        room_on_disk(old.name),
        originals.taken(folder, table) as file,
        rest.scratch(folder) as aside,
    ):
        when = now()
        found = load(file, old.name, aside / "table", when, part(report, 0.0, 0.8), asked)
        with telling(folder, What.IMPORT, kind="reread", before=table) as told:
            kept = tables.keep(folder, found)
            if kept.id != table:
                _carry(folder, old, kept)
                if not originals.holds(folder, kept.id):
                    originals.keep(folder, kept.id, file, part(report, 0.8, 1.0))
            elif kept.provenance != found.provenance:
                tables.tell(folder, kept.id, found.provenance)
            told.of, told.hash = kept.id, of_table(kept)
            told.facts |= facts_of(kept, "reread")
    schema = tables.load(folder, kept.id).schema
    projects.save(home, _aimed(projects.load(home, project), kept.id, schema))
    return {"project": project, "table": kept.id}


def _carry(folder: Path, old: Dataset, kept: Dataset) -> None:
    """Corrects the columns again that are still there under their names."""
    if corrections.kept(folder, kept.id).steps:
        return
    made = corrections.kept(folder, old.id).edits(old.schema)
    edits = {n: edit for n, e in made.items() if n in kept.schema and (edit := _still_right(e))}
    if edits:
        corrections.put(folder, kept, edits)


def _still_right(edit: Edit) -> Edit:
    """The part of a correction that another reading leaves as right as it was."""
    right = Edit()
    if "kind" in edit:
        right["kind"] = edit["kind"]
    if "role" in edit:
        right["role"] = edit["role"]
    return right


def _aimed(project: Project, table: str, schema: Schema) -> Project:
    """The project with the table in use and its question, where the table still has an answer."""
    target, outcome = project.target, project.outcome
    if target not in schema or schema[target].kind in (Kind.DATE, Kind.TEXT):
        target = propose_target(schema) or ""
        outcome = ""
    levels = schema[target].levels if target else ()
    if len(levels) != 2:
        outcome = ""
    elif outcome not in levels:
        outcome = propose_outcome(schema[target])
    return replace(project, table=table, target=target, outcome=outcome)
