"""Customers' data go when their time is over, never before, and nothing of them stays."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from core import jobs
from core.cli import app
from core.status import State, Status
from core.store import (
    folder,
    forgetting,
    keys,
    log,
    logged,
    models,
    projects,
    protection,
    retention,
    shapes,
    vault,
)
from core.store.projects import Project
from core.store.retention import Kept
from core.tasks.tidying import tidy
from tests.core.store.made import saved

BROUGHT = "2026-01-02T03:04:05+00:00"
SAID = ("Ada", "2026-01-03T00:00:00+00:00")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    monkeypatch.setattr(keys, "COST", 16)  # nobody guesses at these


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a project that holds something of every sort."""
    home = tmp_path / "home"
    project = projects.create(home, "shop", BROUGHT)
    place = projects.folder(home, project.id)
    for name in (
        "tables/0123abcd/table.json", "reasons/0123abcd/1/about.json", "scenarios/a.json",
        "cohorts.json", "history.json", "faults/a.json", "set-aside/0123abcd-1/model.json",
        "tables/.0123abcd.00000000000000000000000000000000/source.parquet",
    ):  # fmt: skip
        folder.write(place / name, b'"Anna"')
    (tmp_path / "plain").write_bytes(b"Anna")
    vault.put(vault.opened(place), "0123abcd", tmp_path / "plain")
    (tmp_path / "plain").unlink()
    models.save(place / "models" / saved("linear").model.spec.id, saved("linear"))
    projects.save(home, replace(project, table="0123abcd", target="bought", outcome="Anna"))
    shape = shapes.Shape(("name",), "0123abcd", BROUGHT, {"name": {"levels": ("Anna",)}})
    other = shapes.Shape(("nom",), "beef0123", BROUGHT, {"nom": {"levels": ("Otto",)}})
    for each in (shape, other):
        folder.write(shapes.place(home, each.headers), msgspec.json.encode(each))
    copy = place.with_name(f".{place.name}.{'0' * 32}.change")
    folder.write(copy / "tables" / "x", b"Anna")
    return home


def place(home: Path) -> Path:
    return projects.folder(home, projects.recent(home)[0].id)


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def annas(home: Path) -> list[str]:
    files = (file for file in home.rglob("*") if file.is_file())
    return [f.relative_to(home).as_posix() for f in files if b"Anna" in f.read_bytes()]


def test_when_it_is_over_the_customers_go_and_what_was_measured_stays(home: Path) -> None:
    retention.keep(place(home), 30, SAID)
    assert retention.moment(projects.recent(home)[0], Kept(30, *SAID)) == ("2026-02-01", "03:04")
    before = forgetting.stamp(home)
    jobs.tidy(home, at(BROUGHT) + 30 * 86400 - 1)
    assert len(annas(home)) > 8
    jobs.tidy(home, at(BROUGHT) + 30 * 86400)
    assert annas(home) == []
    assert forgetting.stamp(home) != before
    left = {each.relative_to(home).as_posix() for each in (home / "projects").rglob("*")}
    name = place(home).name
    assert left == {f"projects/{name}"} | {
        f"projects/{name}/{each}"
        for each in ("project.json", "privacy", "privacy/retention.json", "trail.jsonl", "untold")
    }
    known = retention.kept(place(home))
    assert known is not None
    assert (known.days, known.removed) == (30, "2026-02-01T03:04:05+00:00")
    assert [each.family for each in known.measured] == ["linear"]
    assert known.measured[0].headline.metric == saved("linear").evaluation.scores[0].metric
    kept = projects.recent(home)[0]
    assert (kept.name, kept.table, kept.outcome) == ("shop", "", "")
    assert [e.what for e in logged.entries(place(home), log.KEEPING)] == ["removed", "days"]
    assert shapes.remembered(home, ("nom",)) is not None
    jobs.tidy(home, at(BROUGHT) + 90 * 86400)
    assert retention.kept(place(home)) == known


# attack J12
def test_j12_summer_time_leap_days_and_clocks_put_back(home: Path) -> None:
    for brought, days, goes in (
        ("2024-02-28T12:00:00+00:00", 2, "2024-03-01T12:00:00+00:00"),  # with a 29th between
        ("2023-02-28T12:00:00+00:00", 2, "2023-03-02T12:00:00+00:00"),
        ("2026-03-28T12:00:00+00:00", 2, "2026-03-30T12:00:00+00:00"),  # a day of 23 hours
        ("2026-10-24T14:00:00+02:00", 2, "2026-10-26T12:00:00+00:00"),  # a day of 25 hours
        ("2026-03-28T12:00:00", 365, "2027-03-28T12:00:00+00:00"),  # no zone is UTC
    ):
        project = Project("a", "a", brought)
        known = Kept(days, "Ada", "2020-01-01T00:00:00+00:00")
        assert retention.ends(project, known) == datetime.fromisoformat(goes)
    retention.keep(place(home), 30, SAID)
    for later in (0.0, -3600.0, -40 * 86400.0, -10 * 365 * 86400.0):
        assert retention.due(home, at(BROUGHT) + 30 * 86400 - 60 + later) == ()
    assert len(retention.due(home, at(BROUGHT) + 30 * 86400)) == 1


@given(st.integers(1, 3000), st.integers(0, 10**9), st.integers(-(10**6), 10**6))
@settings(max_examples=60)
def test_it_is_never_removed_before_its_days_nor_on_the_day_it_was_said(
    days: int, brought: int, after: int
) -> None:
    def text(seconds: int) -> str:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")

    project = Project("a", "a", text(brought))
    end = retention.ends(project, Kept(days, "Ada", text(max(0, brought + after))))
    assert end.timestamp() >= brought + days * 86400
    assert end.timestamp() >= brought + after + timedelta(days=1).total_seconds()


def test_a_date_that_cannot_be_read_makes_it_later(home: Path) -> None:
    known = Kept(5, *SAID)
    assert retention.ends(Project("a", "a", "?"), known) == datetime(2026, 1, 8, tzinfo=UTC)
    (place(home) / "privacy").mkdir(exist_ok=True)
    (place(home) / "privacy" / retention.FILE).write_bytes(b'{"days":')
    assert retention.due(home, at(BROUGHT) + 9e9) == ()


def test_it_may_be_taken_back(home: Path) -> None:
    retention.keep(place(home), 1, SAID)
    retention.keep_on(place(home))
    assert retention.due(home, 9e9) == ()
    assert [e.what for e in logged.entries(place(home), log.KEEPING)] == ["forever", "days"]


@pytest.mark.parametrize("step", [1, 3, 5, 8, 12, 16])
def test_broken_off_it_is_ended_the_next_time(
    home: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    retention.keep(place(home), 1, SAID)
    told: list[object] = []

    def stopped(real):  # type: ignore[no-untyped-def]
        def called(*arguments: object, **more: object) -> object:
            told.append(real)
            if len(told) == step:
                raise KeyboardInterrupt
            return real(*arguments, **more)

        return called

    with monkeypatch.context() as patch:
        for room, name in ((retention, "_gone"), (retention, "write"), (shutil, "rmtree")):
            patch.setattr(room, name, stopped(getattr(room, name)))
        with pytest.raises(KeyboardInterrupt):
            jobs.tidy(home, 9e9)
    jobs.tidy(home, 9e9)
    assert annas(home) == []
    known = retention.kept(place(home))
    assert known is not None
    assert known.removed
    assert len(known.measured) == 1


def test_an_encrypted_project_needs_no_key(home: Path) -> None:
    vault.protect(place(home), "correct horse")
    vault.unlock(place(home), "correct horse")
    protection.protect(place(home), True)
    vault.lock(place(home))
    retention.keep(place(home), 1, SAID)
    jobs.tidy(home, 9e9)
    left = {each.name for each in place(home).iterdir()}
    assert left == {"project.json", "privacy", "trail.jsonl", "untold"}
    known = retention.kept(place(home))
    assert known is not None
    assert known.measured == ()
    tidy(home, 9e9)
    assert projects.load(home, place(home).name).table == ""


def test_work_on_the_data_is_ended_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = place(home).name
    monkeypatch.setattr(jobs, "_launch", lambda of, told: None)
    monkeypatch.setattr("core.store.process.STARTED_WITHIN", 0.3)
    jobs.start(home, "train", project=name, spec={"levels": ["Anna"]})
    brought = jobs.start(home, "bring", file="Anna.csv", name="Anna.csv")
    done = Status(State.DONE, result={"project": name})
    folder.write(brought.folder / "status.json", msgspec.json.encode(done))
    other = jobs.start(home, "train", project="other-123456")
    retention.keep(place(home), 1, SAID)
    jobs.tidy(home, 9e9)
    assert [each.name for each in (home / "jobs").glob("[0-9a-f]*")] == [other.id]
    assert annas(home) == []


def test_the_shell_says_when(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_HOME", str(home))
    name = place(home).name
    said = CliRunner().invoke(app, ["keep", name, "--days", "36500", "--json"])
    told = {"project": name, "days": 36500, "date": "2125-12-09", "time": "03:04"}
    assert json.loads(said.output) == told
    said = CliRunner().invoke(app, ["keep", name, "--days", "36500"])
    assert said.output.endswith("are removed on 2125-12-09 after 03:04 UTC.\n")
    said = CliRunner().invoke(app, ["keep", name, "--days", "0"])
    assert "are kept until somebody deletes them" in said.output
    assert CliRunner().invoke(app, ["keep", name, "--days", "-1"]).exit_code == 2


def test_a_deleted_project_leaves_nothing(home: Path) -> None:
    jobs.remove_project(home, place(home).name)
    assert annas(home) == []
    assert list((home / "projects").iterdir()) == []
