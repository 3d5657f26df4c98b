"""The commands of the shell: all are there, and each brings no more than it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import COMMANDS, app

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {"pandas", "sklearn", "scipy", "pyarrow", "duckdb", "plotly", "tensorflow"}


def test_every_file_of_a_command_is_listed() -> None:
    files = (ROOT / "core" / "cli").glob("[!_]*.py")
    named = {re.match(r'"""``whybuy ([a-z-]+)', file.read_text("utf-8")) for file in files} - {None}
    assert {found[1] for found in named if found} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_tells_what_it_is_for(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"])
    assert told.exit_code == 0
    assert f" {name} " in told.stdout.splitlines()[0]


def test_what_is_no_command_is_told_with_what_is_near() -> None:
    told = CliRunner().invoke(app, ["trian"])
    assert told.exit_code == 2
    assert "'train'" in told.output


def test_the_app_is_started_without_what_takes_seconds_to_import() -> None:
    code = (
        "import sys; from typer.main import get_command; from core.cli import app;"
        f"get_command(app).commands['run']; print(sorted({HEAVY} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
