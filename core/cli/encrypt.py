"""``whybuy encrypt``: the files of a project of the app, encrypted on disk or in clear."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core import jobs
from core.cli.shell import AsJson, Passphrase, Project, say, tell
from core.progress import silent
from core.store import projects, protection, rest, vault


def encrypt(
    project: Project,
    off: Annotated[bool, typer.Option("--off", help="Write the files in clear again.")] = False,
    passphrase: Passphrase = "",
    as_json: AsJson = False,
) -> None:
    """Encrypts what a project keeps on disk under its vault's key, or no longer."""
    folder = projects.folder(projects.home(), project)
    jobs.make_way(projects.home(), project)
    if passphrase:
        vault.unlock(folder, passphrase)
    protection.protect_project(projects.home(), silent, project, not off)
    tell({"project": project, "files": rest.state(folder).value}, as_json, _lines)


def _lines(report: dict[str, Any]) -> list[str]:
    return [say(f"privacy.cli.{report['files']}", project=report["project"])]
