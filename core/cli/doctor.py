"""``whybuy doctor``: how safe the app is as it stands on this machine."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.doctor_machine import machine
from core.cli.doctor_people import people
from core.cli.doctor_settings import settings
from core.cli.seen import Seen, State
from core.cli.shell import AsJson, say, tell
from core.store import projects
from core.store.listening import read_secrets
from core.store.options import options

ROOT = Path(__file__).resolve().parents[2]
TO_MEND = 1  # exit code


def doctor(
    port: Annotated[int, typer.Option(help="Where the app listens, if it runs.")] = 8501,
    as_json: AsJson = False,
) -> None:
    """Looks at the settings and rights that keep customers' data safe, and says what to mend."""
    found = looked_at(ROOT, port)
    tell({"settings": [asdict(each) for each in found]}, as_json, _lines)
    if any(each.state is State.STOP for each in found):
        raise typer.Exit(TO_MEND)


def looked_at(root: Path, port: int) -> list[Seen]:
    """Everything, in order; the app's folder is ``root``."""
    folders = (Path.home(), root)
    secrets = read_secrets(folders)
    return [
        *settings(options(folders, os.environ), secrets),
        *people(secrets.auth, projects.home()),
        *machine(projects.home(), root / "requirements.lock", port),
    ]


def _lines(report: dict[str, Any]) -> list[str]:
    found = [Seen(**each) for each in report["settings"]]
    states = Counter(each.state for each in found)
    fine, concerns, stops = (states[state] for state in State)
    head = say("doctor.head", count=len(found), fine=fine, concerns=concerns, stops=stops)
    return [line for each in found for line in _line(each)] + [head]


def _line(each: Seen) -> list[str]:
    what = say(f"doctor.what.{each.code}", value=each.value)
    lines = [say("doctor.line", state=say(f"doctor.state.{each.state}"), what=what)]
    if each.state is not State.OK:
        lines.append(say("doctor.mend", how=say(f"doctor.how.{each.code}", value=each.value)))
    return lines
