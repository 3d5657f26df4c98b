"""How long customers' data are kept, another key, and what of them stays in the server's memory."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from core import jobs
from core.errors import NotThere
from core.progress import silent
from core.store import (
    forgetting,
    log,
    models,
    opened,
    projects,
    protection,
    retention,
    rotation,
    vault,
)
from core.tasks.doing import TASKS
from pages.shared import cached
from pages.shared.around import keeping
from tests.pages.conftest import Open, button, words

SAID = ("Ada", "2026-01-03T00:00:00+00:00")


def test_days_are_set_shown_and_taken_back(app: Open, project: str, home: Path) -> None:
    folder = projects.folder(home, project)
    at = app("data", "keep", project=project)
    assert not at.exception
    assert "are kept until you delete them" in words(at)
    button(at, "Keep it so long").click().run()  # type: ignore[attr-defined]
    assert retention.kept(folder) is None  # no number, nothing said
    at.number_input(key=f"keep-days-{project}-0").set_value(36500)
    button(at, "Keep it so long").click().run()  # type: ignore[attr-defined]
    known = retention.kept(folder)
    assert known is not None
    assert (known.days, known.who) == (36500, log.person())
    date, time = retention.moment(projects.load(home, project), known)
    assert f"On {date} after {time} UTC the customers' data" in words(at)
    assert "are kept for 36,500 days" in words(at)
    button(at, "Keep it until I delete it").click().run()  # type: ignore[attr-defined]
    assert retention.kept(folder) is None, words(at)
    assert "are kept until you delete them" in words(at)


def test_once_they_are_gone_home_and_data_say_so(app: Open, project: str, home: Path) -> None:
    retention.keep(projects.folder(home, project), 90, SAID)
    jobs.tidy(home, 9e9)
    at = app("home", project=project)
    assert not at.exception
    assert "were removed on 2255-03-14, after 90 days" in words(at)
    assert "What stays of its models: Random forest, predicting “will_buy_again”: " in words(at)
    assert not [each for each in at.button if each.key == f"open-{project}"]
    at = app("data", project=project)
    assert not at.exception
    assert "were removed on" in words(at)
    assert not at.error, words(at)


def test_a_new_key_is_made(
    app: Open, project: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = projects.folder(home, project)
    old = vault.opened(folder).key
    at = app("data", "rest", project=project)
    assert "a new key is made" in words(at)
    started: list[tuple[jobs.Job, jobs.Told]] = []
    monkeypatch.setattr(jobs, "_launch", lambda of, told: started.append((of, told)))
    button(at, "Make a new key").click().run()  # type: ignore[attr-defined]
    assert not at.error, words(at)
    assert jobs.wish(started[0][0]).task == "rotate"
    assert vault.opened(folder).key != old
    assert rotation.is_begun(folder)
    done = TASKS["rotate"].run(home=home, report=silent, project=project)
    assert done["damaged"] == []
    assert not rotation.is_begun(folder)
    at = app("data", "rest", project=project)
    assert "made a new key" in words(at)


def test_a_new_key_wants_the_passphrase(app: Open, project: str, home: Path) -> None:
    folder = projects.folder(home, project)
    vault.protect(folder, "open sesame")
    at = app("data", "rest", project=project)
    at.text_input(key="word-rotate").set_value("open sesam")
    button(at, "Make a new key").click().run()  # type: ignore[attr-defined]
    assert "does not open with this passphrase" in words(at)
    assert not rotation.is_begun(folder)


def memory_files() -> set[str]:
    """Files that this process holds in memory under no name."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        try:
            target = str(handle.readlink())
        except FileNotFoundError:
            continue
        if "memfd:" in target:
            found.add(target)
    return found


# attack K05: the memory of a server when another process deleted a customer, a project or its data
@pytest.mark.parametrize("way", ["project", "days"])
def test_k05_a_server_forgets_what_another_process_removed(
    project: str, home: Path, way: str
) -> None:
    folder, now = projects.folder(home, project), projects.load(home, project)
    protection.protect(folder, True)
    model = models.board(folder)[0][0].id
    look = keeping.Keeping(home, lambda: None, 0.0)
    held = weakref.ref(cached.saved(str(folder), model))
    rows = cached._preview(str(folder), now.table, "key")
    assert len(rows)
    assert memory_files()
    stamp = forgetting.stamp(home)
    look.look(1.0)
    assert held() is not None
    forget, opened_now = forgetting.forget_held, dict(opened._tables)
    forgetting.forget_held = lambda: None  # what another process does leaves this one as it is
    try:
        if way == "project":
            jobs.remove_project(home, project)
        else:
            retention.keep(folder, 1, SAID)
            jobs.tidy(home, 9e9)
    finally:
        forgetting.forget_held = forget
    assert opened_now.keys() == opened._tables.keys()
    del opened_now, rows
    assert forgetting.stamp(home) != stamp
    look.look(2.0)
    gc.collect()
    assert held() is None
    assert not opened._tables
    assert memory_files() == set()
    for ask in (
        lambda: cached.saved(str(folder), model),
        lambda: cached._preview(str(folder), now.table, "key"),
    ):
        with pytest.raises(NotThere):
            ask()


def test_a_server_tidies_about_hourly_and_outlives_a_fault(home: Path) -> None:
    told: list[int] = []

    def tidy() -> None:
        told.append(1)
        raise OSError

    look = keeping.Keeping(home, tidy, 100.0)
    for at in (105.0, 3600.0, 3705.0, 3710.0, 7200.0, 7305.0):
        look.look(at)
        if look.at_work is not None:
            look.at_work.join()
    assert len(told) == 2
