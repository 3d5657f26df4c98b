"""``whybuy forget``: a customer out of a project of the app."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core import jobs
from core.cli.shell import AsJson, Passphrase, Project, say, tell
from core.store import deletion, projects


def forget(
    project: Project,
    customer: Annotated[str, typer.Argument(help="The id, as in the table that was brought.")],
    passphrase: Passphrase = "",
    as_json: AsJson = False,
) -> None:
    """Deletes a customer from every table of a project, and says which models knew them."""
    folder = projects.folder(projects.home(), project)
    jobs.make_way(projects.home(), project)
    done = deletion.forget(folder, customer, passphrase)
    report = {
        "rows": done.rows,
        "learned": list(done.learned),
        "changed": list(done.changed),
        "removed": list(done.removed),
    }
    tell(report, as_json, _lines)


def _lines(report: dict[str, Any]) -> list[str]:
    rows = report["rows"]
    lines = [say("privacy.deletion.done", rows=sum(rows.values()), tables=len(rows))]
    return lines + [
        say(f"privacy.deletion.{end}", models=report[end])
        for end in ("learned", "changed", "removed")
        if report[end]
    ]
