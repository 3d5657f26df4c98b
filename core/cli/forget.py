"""``whybuy forget``: a customer out of a project of the app."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core import jobs, tasks
from core.cli.shell import AsJson, say, tell
from core.store import deletion, log, projects
from core.store.keys import WORD

Project = Annotated[str, typer.Argument(help="A project of the app, by its id.")]


def forget(
    project: Project,
    customer: Annotated[str, typer.Argument(help="The id, as in the table that was brought.")],
    passphrase: Annotated[
        str, typer.Option(help="Of the project's vault, if it has one.", envvar=WORD)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Deletes a customer from every table of a project, and says which models knew them."""
    folder = projects.folder(projects.home(), project)
    jobs.make_way(projects.home(), project)
    done = deletion.forget(folder, customer, (log.person(), tasks.now()), passphrase)
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
