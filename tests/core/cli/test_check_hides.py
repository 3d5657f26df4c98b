"""``whybuy check`` tells what is wrong with a column of people, not who they are."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from core.cli import app
from tests.core.data.privacy.people_table import TOLD, people_file


def test_no_cell_of_a_person_is_told(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["check", str(people_file(tmp_path, 80)), "--target", "bought"])
    assert found.exit_code == 0, found.output
    assert "orders" in found.output
    assert [text for text in TOLD if text in found.output] == []
