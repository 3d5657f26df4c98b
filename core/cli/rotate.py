"""``whybuy rotate``: another key for what is encrypted in a project of the app."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core import jobs
from core.cli.shell import AsJson, Passphrase, Project, say, tell
from core.store import projects, rotation

NEW = "WHYBUY_NEW_PASSPHRASE"


def rotate(
    project: Project,
    passphrase: Passphrase = "",
    new_passphrase: Annotated[
        str, typer.Option(help="What opens the vault from now on, if another.", envvar=NEW)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Makes a new key for a project's vault, encrypts all anew with it and destroys the old one."""
    folder = projects.folder(projects.home(), project)
    jobs.make_way(projects.home(), project)
    done = rotation.rotate(folder, passphrase, new_passphrase)
    tell({"project": project, "files": done.files, "damaged": list(done.damaged)}, as_json, _lines)


def _lines(report: dict[str, Any]) -> list[str]:
    lines = [say("privacy.rotate.done", files=report["files"])]
    if report["damaged"]:
        lines.append(say("privacy.rotate.damaged", names=report["damaged"]))
    return lines
