"""``whybuy trail``: what was done in a project of the app, and whether that record is whole."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from core.cli.shell import AsJson, say, tell
from core.store import chain, projects, trail
from core.store.trail_words import judged, sentence

NOT_WHOLE = 2
commands = typer.Typer(no_args_is_help=True, help="What was done, by whom and when.")
Project = Annotated[
    str, typer.Argument(help="A project of the app; left out: the workspace, with its deletions.")
]


@commands.command()
def verify(project: Project = "", as_json: AsJson = False) -> None:
    """Says whether the trail is whole, or which entry is the first that is not (exit code 2)."""
    found = chain.verify(_place(project))
    words = judged(found, say)
    report = asdict(found) | {"whole": found.is_whole, "sentence": words}
    if as_json or found.is_whole:
        tell(report, as_json, lambda told: [told["sentence"]])
    else:
        typer.echo(words, err=True)
    if not found.is_whole:
        raise typer.Exit(NOT_WHOLE)


@commands.command()
def show(
    project: Project = "",
    entries: Annotated[int, typer.Option(help="How many, the latest last.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Tells the latest entries of the trail."""
    found = trail.latest(_place(project), entries)[::-1]
    report = {"entries": [msgspec.to_builtins(line) for line in found]}
    tell(report, as_json, partial(_lines, found))


def _lines(found: tuple[trail.Line, ...], _: dict[str, Any]) -> list[str]:
    told = [f"{line.number}. {sentence(line, say)}" for line in found]
    return told or [say("trail.verdict.none")]


def _place(project: str) -> Path:
    home = projects.home()
    return projects.folder(home, project) if project else home
