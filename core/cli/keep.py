"""``whybuy keep``: for how many days a project of the app keeps its customers' data."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.cli.shell import AsJson, Project, say, tell
from core.store import projects, retention
from core.store.clock import now
from core.store.who import acting


def keep(
    project: Project,
    days: Annotated[
        int,
        typer.Option(
            help="Counted from the day it was brought; 0: until somebody deletes it.",
            min=0,
            max=retention.DAYS_AT_MOST,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Says for how long the customers' data are kept; afterwards the app removes them."""
    home, told = projects.home(), (acting().name, now())
    folder = projects.folder(home, project)
    report: dict[str, Any] = {"project": project, "days": days, "date": "", "time": ""}
    if days:
        known = retention.keep(folder, days, told)
        report["date"], report["time"] = retention.moment(projects.load(home, project), known)
    else:
        retention.keep_on(folder)
    tell(report, as_json, _lines)


def _lines(report: dict[str, Any]) -> list[str]:
    way = "kept" if report["days"] else "forever"
    return [say(f"privacy.cli.{way}", **report)]
