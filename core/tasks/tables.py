"""A table is brought, looked over and mended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from core import wire
from core.data.check import findings
from core.data.dataset import Dataset
from core.data.finding import Finding, Remedy
from core.data.quality import quality
from core.progress import Report, silent
from core.store import bringing, history, projects, tables
from core.store import checked as checks
from core.store.checked import findings_key
from core.store.clock import now


def bring(home: Path, report: Report, file: str, name: str, title: str = "") -> dict[str, Any]:
    """Reads a file into a new project and looks it over; an upload of ours is removed.

    ``name`` is the user's name of the file, ``title`` the project's where it is another.
    """
    return bringing.bring_file(home, report, file, name, title, look=checked)


def bring_folder(home: Path, report: Report, **arguments: Any) -> dict[str, Any]:
    """Reads a folder of files of one shape into a new project and looks it over."""
    return bringing.bring_folder(home, report, **arguments, look=checked)


def bring_query(home: Path, report: Report, **arguments: Any) -> dict[str, Any]:
    """Reads what a database answers into a new project and looks it over."""
    return bringing.bring_query(home, report, **arguments, look=checked)


def check(home: Path, report: Report, project: str, table: str, target: str) -> dict[str, Any]:
    """Looks a table over with a target in mind and keeps what is found."""
    folder = projects.folder(home, project)
    checked(folder, tables.load(folder, table), target, report)
    return {"table": table}


def checked(
    folder: Path, dataset: Dataset, target: str, report: Report = silent
) -> tuple[Finding, ...]:
    """The findings of a table, kept on disk by schema and target, and its scores beside them."""
    key = findings_key(dataset.schema, target)
    kept = tables.kept_findings(folder, dataset.id, key)
    if kept is None:
        kept = findings(dataset, target or None, report)
        checks.keep_quality(folder, dataset.id, key, quality(dataset, kept))
        tables.keep_findings(folder, dataset.id, key, kept)
    return kept


def mend(
    home: Path, report: Report, project: str, table: str, remedy: dict[str, Any], code: str
) -> dict[str, Any]:
    """Applies a remedy of cells or rows; the table it makes is the one in use."""
    folder = projects.folder(home, project)
    report(0.0, "check.stage.mending")
    made = history.apply(folder, table, wire.converted(remedy, Remedy), code, now())
    known = projects.load(home, project)
    if known.table == table:
        projects.save(home, replace(known, table=made.id))
    return {"table": made.id}
