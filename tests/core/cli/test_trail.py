"""``whybuy trail`` tells what was done and whether the record of it is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import app
from core.errors import NotThere
from core.store import projects, removal, trail
from core.store.trail import FILE, What
from core.store.who import Who, acting_as

MODEL = "0123456789abcdef"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of which three things were told."""
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    home = tmp_path / "home"
    place = projects.folder(home, projects.create(home, "shop", "2026-01-02T00:00:00+00:00").id)
    with acting_as(Who("Ada", signed_in=True)):
        facts = {"kind": "asked", "family": "tree"}
        trail.tell(place, What.TRAIN, MODEL, "ab" * 32, **facts, rows=1200)
        trail.tell(place, What.KEEP, place.name, kind="days", days=30)
    with acting_as(Who("Grace")):
        trail.tell(place, What.DELETE, MODEL, kind="model")
    return place


def told(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["trail", *arguments])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def test_it_is_whole(project: Path) -> None:
    code, words = told("verify", project.name)
    assert (code, words) == (
        0,
        "The trail is whole: 3 entries, each signed and chained to the one before.\n",
    )
    code, words = told("verify", project.name, "--json")
    report = json.loads(words)
    assert (code, report["whole"], report["entries"], report["flaw"]) == (0, True, 3, None)


def test_the_first_entry_that_is_not_as_written_is_named(project: Path) -> None:
    file = project / FILE
    file.write_bytes(file.read_bytes().replace(b'"days":30', b'"days":31'))
    code, words = told("verify", project.name)
    assert code == 2
    assert words.startswith("Entry 2 of the trail is not what was written")
    code, words = told("verify", project.name, "--json")
    report = json.loads(words)
    assert (code, report["whole"], report["flaw"], report["number"]) == (2, False, "changed", 2)
    file.unlink()
    code, words = told("verify", project.name)
    assert (code, words) == (
        2,
        "From entry 1 on the trail was cut off: 3 entries that were written are no longer there.\n",
    )


def test_what_was_done_in_words(project: Path) -> None:
    code, words = told("show", project.name)
    lines = [line.partition(" UTC, ")[2] for line in words.splitlines()]
    assert (code, lines) == (
        0,
        [
            f"Ada (signed in): trained model {MODEL} (Decision tree) on 1,200 rows.",
            "Ada (signed in): said that the customers' data are kept for 30 days.",
            f"Grace (not signed in): deleted model {MODEL}.",
        ],
    )
    assert [line.split(".")[0] for line in words.splitlines()] == ["1", "2", "3"]
    _, words = told("show", project.name, "--entries", "1", "--json")
    (line,) = json.loads(words)["entries"]
    assert (line["number"], line["who"], line["what"], line["of"]) == (3, "Grace", "delete", MODEL)


def test_the_workspace_has_one_of_its_own(project: Path) -> None:
    assert told("show") == (0, "Nothing has been told in this trail yet.\n")
    removal.remove_project(projects.home(), project.name)
    code, words = told("show")
    assert (code, words.partition("): ")[2]) == (0, f"deleted project “{project.name}”.\n")
    assert told("verify")[0] == 0
    found = CliRunner().invoke(app, ["trail", "verify", project.name])
    assert isinstance(found.exception, NotThere)
