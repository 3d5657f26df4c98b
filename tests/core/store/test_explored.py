from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.load import load
from core.explore import ask, columns
from core.explore.columns import is_prepared
from core.explore.glance import lines
from core.progress import silent
from core.store import explored, projects, tables
from core.text.phrases import phrases

WHEN = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def project(tmp_path: Path) -> projects.Project:
    """A project with a table of a date, numbers and nearly nothing."""
    rows = "".join(
        f"{i},2024-0{1 + i % 9}-01,{i % 7},{'' if i % 3 else 'x'},{'yes' if i % 7 > 3 else 'no'}\n"
        for i in range(300)
    )
    file = tmp_path / "given.csv"
    file.write_text(f"key,day,visits,note,buys\n{rows}one,,,,\n", "utf-8")
    made = projects.create(tmp_path / "home", "shop", WHEN)
    folder = projects.folder(tmp_path / "home", made.id)
    read = load(file, "given.csv", folder / "tables" / ".new", WHEN, silent)
    kept = tables.keep(folder, read)
    return projects.save(tmp_path / "home", replace(made, table=kept.id))


def test_a_large_tables_overview_is_kept_as_it_was(
    project: projects.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    folder = projects.folder(home, project.id)
    monkeypatch.setattr(columns, "LARGE", 100)
    asked = {"target": "buys", "outcome": "yes", "key": explored.key("schema", "yes")}
    assert explored.kept(folder, project.table, asked["key"]) is None
    told: list[tuple[float, str]] = []
    explored.look_over(home, lambda *at: told.append(at), project.id, project.table, asked)
    assert explored.is_kept(folder, project.table, asked["key"])
    seen = explored.kept(folder, project.table, asked["key"])
    dataset = tables.load(folder, project.table)
    assert is_prepared(dataset)
    assert seen is not None
    found, ahead = seen.overview, seen.looks
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert found.rows == 301
    day = found.of("day").profile
    assert day.first is not None
    assert day.first.date().isoformat() == "2024-01-01"
    assert found.of("visits").sure
    table = lines(found, "buys", phrases("en"))
    assert table["column"].tolist() == ["key", "day", "visits", "note", "buys"]
    assert table.set_index("column").loc["buys", "sure"] == "the target"
    again = ask.associations_of(dataset, "buys")
    assert ahead.together.columns == again.columns
    np.testing.assert_array_equal(ahead.together.values, again.values)
    timed, of = ahead.courses["day"], ("day", "buys", "yes")
    assert timed.units == ask.units_of(dataset, "day")
    assert repr(timed.course) == repr(ask.course_of(dataset, of, timed.units[0]))  # nan and all
    assert repr(timed.weekdays) == repr(ask.weekdays_of(dataset, of))
    assert explored.kept(folder, project.table, explored.key("schema", "no")) is None


def test_a_damaged_overview_is_as_good_as_none(project: projects.Project, tmp_path: Path) -> None:
    folder = projects.folder(tmp_path / "home", project.id)
    place = folder / "tables" / project.table / "findings"
    place.mkdir(exist_ok=True)
    (place / "seen-abc.msgpack").write_bytes(b"\x81\xa4rows")
    assert explored.kept(folder, project.table, "abc") is None
