"""A report leaves as a file, whole or not at all, and the trail tells so."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import app
from core.errors import BadSetting, ModelDamaged, NotThere, PlaceTaken
from core.models.family import Task
from core.report.export import Form, exported
from core.report.gathering import known
from core.report.report import report
from core.review.review import Told
from core.store import heads, people, reviews, trail
from core.store.roles import Role
from core.store.who import Who, acting_as
from core.text.phrases import phrases
from tests.core.report.conftest import AT
from tests.core.report.made import Made
from tests.core.report.reader import Read

SAY = phrases("en")
SPACES = re.compile(r"\s+")


@pytest.mark.parametrize("form", Form)
def test_the_trail_tells_what_left(made: Made, form: Form) -> None:
    model = made.models[Task.BINARY]
    people.give(made.folder, "reviewer", Role.REVIEWER)
    with acting_as(Who("reviewer", signed_in=True)):
        content = exported(made.folder, model, form)
    line = trail.lines(made.folder)[-1]
    assert (line.what, line.of, line.who) == (trail.What.EXPORT, model, "reviewer")
    assert line.hash == hashlib.sha256(content).hexdigest()
    assert line.facts == {"form": form.value, "size": len(content)}
    again = exported(made.folder, model, form).decode("utf-8")
    assert "reviewer (signed in)" in again
    assert SAY("report.trail.what.export") in again
    assert SAY("report.trail.what.share") in again


def test_a_trail_names_no_customer_it_was_told_of(made: Made) -> None:
    trail.tell(made.folder, trail.What.DELETE, "고객90001", "", note="고객90001")
    found = report(made.folder, made.models[Task.BINARY], "en", AT)
    page = json.dumps([str(c) for c in found.chapters if c.key == "trail"], ensure_ascii=False)
    assert SAY("report.trail.what.delete") in page
    assert "고객90001" not in page


def test_a_trail_that_cannot_be_read_is_said(made: Made) -> None:
    (made.folder / trail.FILE).write_bytes(b"{no line\n")
    content = exported_text(made)
    assert SAY("report.trail.unread") in content
    assert SAY("trail.verdict.changed", number=1) in content
    assert SAY("report.trail.none") not in content


def test_a_trail_that_was_taken_away_is_not_said_to_be_empty(made: Made) -> None:
    told = len(trail.lines(made.folder))
    (made.folder / trail.FILE).unlink()
    content = exported_text(made)
    assert SAY("trail.verdict.cut", number=1, missing=told) in content
    assert SAY("report.trail.none") not in content


def test_a_project_from_before_there_was_a_trail_has_an_empty_one(made: Made) -> None:
    (made.folder / trail.FILE).unlink()
    heads.forget(made.home, made.project)
    assert SAY("report.trail.none") in exported_text(made)


def test_what_a_newer_version_or_the_app_itself_did_is_said(made: Made) -> None:
    with acting_as(Who("")):
        trail.tell(made.folder, "고객90001 melted", "")  # type: ignore[arg-type]
    content = exported_text(made)
    assert f"{SAY('trail.who.nobody')} {SAY('report.trail.unknown')}" in SPACES.sub(" ", content)
    assert "melted" not in content


def exported_text(made: Made) -> str:
    from core.report import html

    return Read(html.page(report(made.folder, made.models[Task.BINARY], "en", AT))).words


def test_what_people_wrote_is_in_it(made: Made) -> None:
    model = made.models[Task.BINARY]
    said = Told("For the <b>spring</b> mailing.\n\nNot for prices.", "Only shops in Korea.")
    reviews.told(made.folder, model, said)
    words = exported_text(made)
    assert "For the <b>spring</b> mailing." in words
    assert "Not for prices." in words
    assert "Only shops in Korea." in words
    assert SAY("report.use.no_limits") not in words


def test_a_model_that_is_not_there_or_was_changed_is_an_error(made: Made) -> None:
    with pytest.raises(NotThere):
        known(made.folder, "0" * 12)
    with pytest.raises(NotThere):
        known(made.folder, "../../etc")
    model, told = made.models[Task.BINARY], trail.lines(made.folder)
    (made.folder / "models" / model / "held_out.parquet").write_bytes(b"changed")
    with pytest.raises(ModelDamaged):
        exported(made.folder, model, Form.HTML)
    assert trail.lines(made.folder) == told


def run(made: Made, *words: object) -> tuple[int, str]:
    """The exit code and what was said."""
    found = CliRunner().invoke(
        app, ["report", *map(str, words)], env={"WHYBUY_HOME": str(made.home)}
    )
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.output


def test_the_shell_writes_it(made: Made, tmp_path: Path) -> None:
    model, out = made.models[Task.REGRESSION], tmp_path / "card.html"
    code, said = run(made, f"{made.project}/{model}", "--out", out)
    assert code == 0
    assert str(out) in said.replace("\n", "")
    assert Read(out.read_bytes()).named("main")
    assert trail.lines(made.folder)[-1].hash == hashlib.sha256(out.read_bytes()).hexdigest()
    out = tmp_path / "card.json"
    place = made.folder / "models" / model
    assert run(made, place, "--out", out)[0] == 0
    assert json.loads(out.read_text("utf-8"))["model"]["id"] == model
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_the_shell_prints_it(made: Made) -> None:
    code, said = run(made, f"{made.project}/{made.models[Task.BINARY]}", "--json")
    assert code == 0
    assert json.loads(said)["format"] == "whybuy.report"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("MODEL",), BadSetting),
        (("MODEL", "--out", "card.pdf"), BadSetting),
        (("MODEL", "--out", "MODELFOLDER/card.html"), PlaceTaken),
        (("nobody/000000000000", "--json"), NotThere),
        (("PROJECT/000000000000", "--json"), NotThere),
        (("a/b/c", "--json"), NotThere),
    ],
)
def test_the_shell_says_what_to_do(
    made: Made, words: tuple[str, ...], error: type[Exception]
) -> None:
    model = made.models[Task.BINARY]
    given = [
        word.replace("MODELFOLDER", str(made.folder / "models" / model))
        .replace("MODEL", f"{made.project}/{model}")
        .replace("PROJECT", made.project)
        for word in words
    ]
    with pytest.raises(error):
        run(made, *given)
