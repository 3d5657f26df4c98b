"""``whybuy forget`` takes a customer out of a project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import app
from core.errors import NoSuchCustomer, NotThere
from core.progress import silent
from core.store import projects, tables
from core.tasks.tables import bring
from tests.core.data.privacy.people_table import people_file


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a project with the made-up people."""
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path / "home"))
    made = bring(tmp_path / "home", silent, str(people_file(tmp_path, 60)), "people.csv")
    return str(made["project"])


def test_a_customer_is_taken_out(project: str) -> None:
    found = CliRunner().invoke(app, ["forget", project, "KX-990017", "--json"])
    assert found.exit_code == 0, found.output
    table = projects.load(projects.home(), project).table
    told = {"rows": {table: 1}, "learned": [], "changed": [], "removed": []}
    assert json.loads(found.output) == told
    assert tables.load(projects.folder(projects.home(), project), table).rows == 59
    again = CliRunner().invoke(app, ["forget", project, "KX-990017"])
    assert isinstance(again.exception, NoSuchCustomer)


def test_words_and_a_project_that_is_not_there(project: str) -> None:
    found = CliRunner().invoke(app, ["forget", project, "KX-100007"])
    assert found.output == "The customer is deleted: 1 row in 1 table.\n"
    missing = CliRunner().invoke(app, ["forget", "gone-123456", "KX-100007"])
    assert isinstance(missing.exception, NotThere)
