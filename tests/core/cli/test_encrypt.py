"""``whybuy encrypt`` seals what a project keeps, and writes it in clear again."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import app
from core.data.correct import Edit
from core.errors import NotThere, VaultLocked
from core.progress import silent
from core.store import corrections, keys, projects, rest, shapes, tables, vault
from core.store.rest import State
from core.tasks.tables import bring

CITIES = ("Quackville", "Kolumbusheim")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    monkeypatch.setattr(keys, "COST", 16)  # nobody guesses at this passphrase
    lines = ["orders,city", *(f"{i % 7},{CITIES[i % 2]}" for i in range(80))]
    (tmp_path / "shop.csv").write_text("\n".join(lines))
    made = bring(tmp_path / "home", silent, str(tmp_path / "shop.csv"), "shop.csv")
    return projects.folder(tmp_path / "home", str(made["project"]))


def on_disk(home: Path) -> list[str]:
    files = (file for file in home.rglob("*") if file.is_file())
    return [file.name for file in files if b"Quackville" in file.read_bytes()]


def test_on_and_off(project: Path) -> None:
    home, table = project.parent.parent, next((project / "tables").iterdir()).name
    dataset = tables.load(project, table)
    corrections.correct(project, dataset, {"city": Edit(levels=CITIES[::-1], ordered=True)})
    shapes.remember(home, tables.load(project, table), corrections.kept(project, table), "2026")
    assert len(on_disk(home)) > 2
    said = CliRunner().invoke(app, ["encrypt", project.name])
    assert said.output == f"The files of project “{project.name}” are encrypted.\n"
    assert on_disk(home) == []
    assert rest.state(project) is State.SEALED
    sealed = tables.load(project, table)
    assert sealed.schema["city"].levels == CITIES[::-1]
    shapes.remember(home, sealed, corrections.kept(project, table), "2026")
    assert on_disk(home) == []
    said = CliRunner().invoke(app, ["encrypt", project.name, "--off", "--json"])
    assert said.output == f'{{"project": "{project.name}", "files": "clear"}}\n'
    assert on_disk(home) != []


def test_a_passphrase_is_asked_and_a_project_must_be_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.protect(project, "open sesame")
    locked = CliRunner().invoke(app, ["encrypt", project.name])
    assert isinstance(locked.exception, VaultLocked)
    assert rest.state(project) is State.CLEAR
    monkeypatch.setenv("WHYBUY_PASSPHRASE", "open sesame")
    assert CliRunner().invoke(app, ["encrypt", project.name]).exit_code == 0
    assert rest.state(project) is State.SEALED
    missing = CliRunner().invoke(app, ["encrypt", "gone-123456"])
    assert isinstance(missing.exception, NotThere)
