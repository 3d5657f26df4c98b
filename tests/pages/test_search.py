"""The Train page looks for a good model: the board fills, a stop loses nothing, more goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core import jobs
from core.search.trial import ranked
from core.store import models, projects, searches
from core.store.searches import Kept
from pages.shared import search_part
from tests.pages.conftest import Open, button, until, words

LATEST = 120


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two minutes are ten seconds, and workers are this machine's first core."""
    monkeypatch.setattr(search_part, "MINUTE", 5)
    monkeypatch.setenv("WHYBUY_SEARCH_BACKEND", "sequential")


def kept(home: Path, project: str) -> Kept | None:
    folder, known = projects.folder(home, project), projects.load(home, project)
    found = searches.of_question(folder, known.table, known.target, known.outcome)
    return found[0] if found else None


def tried(home: Path, project: str) -> int:
    return len(getattr(kept(home, project), "trials", ()))


def test_a_search_fills_its_board_is_stopped_taken_from_and_gone_on_with(
    app: Open, project: str, home: Path
) -> None:
    at = app("train", project=project)
    button(at, "Find a good model").click().run()  # type: ignore[attr-defined]
    until(at, lambda: tried(home, project) >= 2)
    at.run()
    assert "Best so far is" in words(at)
    assert "attempts compared in" in words(at)
    other = app("train", project=project)  # a second tab sees it at work and stops it
    button(other, "Stop").click().run()  # type: ignore[attr-defined]
    until(at, "was stopped before its end")
    known = kept(home, project)
    assert known is not None
    best = ranked(known.trials, known.metric)[0]
    button(at, "Train the best found so far").click().run()  # type: ignore[attr-defined]
    end = time.monotonic() + LATEST
    while jobs.active(home) and time.monotonic() < end:
        time.sleep(0.2)
    at.run()
    assert not at.exception
    entries, _ = models.board(projects.folder(home, project))
    assert any((e.spec.family, e.spec.params) == (best.family, best.params) for e in entries)
    button(at, "Look on for 2 minutes").click().run()  # type: ignore[attr-defined]
    (job,) = jobs.active(home)
    assert jobs.wish(job).arguments["seconds"] == pytest.approx(known.spent + 10.0)
    end = time.monotonic() + LATEST
    while jobs.active(home) and time.monotonic() < end:
        time.sleep(0.2)
    at.run()
    at.run()
    after = kept(home, project)
    assert after is not None
    assert after.trials[: len(known.trials)] == known.trials
    assert after.model == at.query_params["model"]


def test_the_time_is_chosen(app: Open, project: str, home: Path) -> None:
    at = app("train", project=project)
    at.segmented_control(key="minutes").select(60).run()
    button(at, "Find a good model").click().run()  # type: ignore[attr-defined]
    (job,) = jobs.active(home)
    assert jobs.wish(job).arguments["seconds"] == 300.0
    jobs.stop(job)


def test_what_is_best_is_chosen_and_has_a_search_of_its_own(
    app: Open, project: str, home: Path
) -> None:
    at = app("train", project=project)
    by = at.selectbox(key="by-binary")
    assert (by.value, by.options[0]) == ("roc_auc", "ROC AUC")
    by.select("log_loss").run()
    button(at, "Find a good model").click().run()  # type: ignore[attr-defined]
    until(at, lambda: tried(home, project) >= 1)
    at.run()
    assert "Best so far is" in words(at)
    assert "Log loss" in words(at)
    known = kept(home, project)
    assert known is not None
    assert known.search.by == "log_loss"
    button(at, "Stop").click().run()  # type: ignore[attr-defined]
    until(at, "was stopped before its end")
    at.selectbox(key="by-binary").select("roc_auc").run()
    assert "Best so far is" not in words(at)


def test_how_customers_are_held_out_makes_another_search(
    app: Open, project: str, home: Path
) -> None:
    at = app("train", project=project)
    at.number_input(key="seed").set_value(5).run()
    button(at, "Find a good model").click().run()  # type: ignore[attr-defined]
    (job,) = jobs.active(home)
    assert jobs.wish(job).arguments["asked"]["spec"]["seed"] == 5
    jobs.stop(job)
