"""A search on disk: trial by trial, going on where it was, and going with its table."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from core import jobs
from core.charts.chart import Look
from core.charts.found import CHART, Found
from core.errors import NothingFound
from core.progress import Cancelled, silent
from core.search.choosing import Chooser
from core.search.trial import Ended, Trial, ranked
from core.search.trying import Tried
from core.search.wish import search, wish_of
from core.status import State
from core.store import models, process, search_work, searches, tables
from core.tasks.doing import TASKS
from core.text.phrases import phrases
from core.train.wish import Choices, wish
from tests.core.search.made import asked, trial
from tests.core.test_tasks import brought

LATEST = 120.0
FAMILIES = ("linear", "tree")


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_SEARCH_BACKEND", "sequential")


def test_the_answers_of_the_best_few_of_each_family_stay(tmp_path: Path) -> None:
    known = searches.begin(tmp_path, asked(), 60.0)
    for number in range(8):
        said = np.full((5, 1), number, "float32")
        known = searches.add(tmp_path, known, Tried(trial(number, "tree", number / 10), said))
    known = searches.add(tmp_path, known, Tried(trial(8, "linear", 0.1), np.ones((5, 1), "f4")))
    kept = {number for number in range(9) if searches.said(tmp_path, number) is not None}
    assert kept == {4, 5, 6, 7, 8}
    found = searches.said(tmp_path, 5)
    assert found is not None
    assert (found == 5).all()
    again = searches.load(tmp_path)
    assert again == known
    assert known.spent == 8.0


def test_what_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert searches.load(tmp_path) is None
    (tmp_path / searches.RECORD).write_text("{")
    assert searches.load(tmp_path) is None
    (tmp_path / "said-1.npy").write_text("no")
    assert searches.said(tmp_path, 1) is None


def test_trials_of_another_version_stay_and_say_why_they_are_left_out(tmp_path: Path) -> None:
    known = searches.begin(tmp_path, asked(), 60.0)
    good, gone = trial(0, "tree", 0.8), replace(trial(1, "tree", 0.99), family="oracle")
    odd = replace(trial(2, "tree", 0.98), params={"max_depth": 4, "colour": "red"})
    older = replace(trial(3, "linear", 0.7), params={})
    for each in (good, gone, odd, older):
        known = searches.add(tmp_path, known, Tried(each, None))
    again = searches.begin(tmp_path, asked(), 90.0)
    assert again.trials[0] == good
    assert again.trials[3] == older  # what it left out is as it comes
    assert [t.ended for t in again.trials[1:3]] == [Ended.FAILED] * 2
    assert [t.error for t in again.trials[1:3]] == ["unknown_family", "bad_setting"]
    assert again.trials[2].facts["setting"] == "colour"
    assert [t.number for t in ranked(again.trials, again.metric)] == [0, 3]
    drawing = CHART.draw(Found(again.metric.key, again.trials, 9.0, 5), Look(phrases("en")))
    assert "oracle is left out: There is no model called “oracle”." in drawing.sentence
    following = Chooser(asked(), again.trials, lambda: 0.0, lambda trials: 1e6).next()
    assert following is not None
    assert following.number == 4


def test_a_record_that_cannot_be_read_is_set_aside_and_not_written_over(tmp_path: Path) -> None:
    (tmp_path / searches.RECORD).write_text('{"search": "of another version"}')
    assert searches.begin(tmp_path, asked(), 60.0).trials == ()
    (aside,) = tmp_path.glob(f"{searches.RECORD}.*")
    assert "of another version" in aside.read_text()


def of(dataset: tables.Dataset, by: str = "") -> dict[str, Any]:
    """The search for who buys, as a job is told of it."""
    return msgspec.to_builtins(search(wish(dataset, "buys", "yes", Choices()), FAMILIES, by))


def found(
    home: Path, folder: Path, dataset: tables.Dataset, seconds: float, by: str = ""
) -> dict[str, str]:
    return TASKS["find"].run(
        home=home, report=silent, project=folder.name, asked=of(dataset, by), seconds=seconds
    )


def test_what_is_best_is_by_what_was_asked_for_and_kept_apart(tmp_path: Path) -> None:
    folder, dataset = brought(tmp_path)
    done = found(tmp_path, folder, dataset, 6.0, "log_loss")
    known = searches.load(searches.place(folder, dataset.id, done["search"]))
    assert known is not None
    assert known.metric.key == "log_loss"
    whole = [t for t in known.trials if t.ended is Ended.WHOLE]
    best = min(whole, key=lambda t: np.mean(t.scores))
    wanted = wish_of(known.search, best).id
    assert wanted in (done["model"], getattr(known.verdict, "single", ""))
    assert known.verdict is None or known.verdict.metric == "log_loss"
    usual = search(wish(dataset, "buys", "yes", Choices()), FAMILIES).id
    assert searches.load(searches.place(folder, dataset.id, usual)) is None


def test_what_is_ranked_by_a_figure_of_another_version_is_not_shown(tmp_path: Path) -> None:
    searches.begin(tmp_path, replace(asked(), by="regret"), 60.0)
    assert searches.load(tmp_path) is None


def test_a_search_ends_with_the_best_on_the_board_and_goes_on_from_there(tmp_path: Path) -> None:
    folder, dataset = brought(tmp_path)
    done = found(tmp_path, folder, dataset, 6.0)
    where = searches.place(folder, dataset.id, done["search"])
    known = searches.load(where)
    assert known is not None
    best = ranked(known.trials, known.metric)[0]
    made = models.load(models.place(folder, done["model"])).model.spec
    assert (made.family, made.params) == (best.family, best.params)
    assert known.model == done["model"]
    assert {"baseline", made.family} <= {each.spec.family for each in models.board(folder)[0]}
    assert known.spent >= max(t.at for t in known.trials)
    (listed,) = searches.of_question(folder, dataset.id, "buys", "yes")
    assert listed == known
    assert searches.of_question(folder, dataset.id, "city", "Wien") == ()
    more = found(tmp_path, folder, dataset, known.spent + 4.0)
    after = searches.load(where)
    assert after is not None
    assert more["search"] == done["search"]
    assert after.trials[: len(known.trials)] == known.trials
    assert len(after.trials) > len(known.trials)


def test_a_search_that_is_stopped_keeps_what_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, dataset = brought(tmp_path)
    monkeypatch.setattr(search_work, "TOLD_EVERY", 0.01)
    spec = wish(dataset, "buys", "yes", Choices())
    where = searches.place(folder, dataset.id, search(spec, FAMILIES).id)

    def stops(share: float, stage: str) -> None:
        known = searches.load(where)
        if known is not None and len(known.trials) >= 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        search_work.find_model(tmp_path, stops, folder.name, of(dataset), 120.0)
    known = searches.load(where)
    assert known is not None
    assert len(known.trials) >= 2
    assert known.model == ""
    assert found(tmp_path, folder, dataset, known.spent + 4.0)["model"]


def test_what_there_is_no_memory_for_is_left_out_with_its_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, dataset = brought(tmp_path)
    monkeypatch.setattr(search_work, "free_memory", lambda: 1)
    with pytest.raises(NothingFound):
        found(tmp_path, folder, dataset, 4.0)
    (known,) = searches.of_question(folder, dataset.id, "buys", "yes")
    assert [t.ended for t in known.trials] == [Ended.FAILED] * 2
    assert known.trials[0].error == "training_too_large"
    assert set(known.trials[0].facts) == {"table", "needed", "free"}
    with pytest.raises(NothingFound):
        found(tmp_path, folder, dataset, 4.0)
    (again,) = searches.of_question(folder, dataset.id, "buys", "yes")
    assert len(again.trials) == 2  # said once
    monkeypatch.undo()
    monkeypatch.setenv("WHYBUY_SEARCH_BACKEND", "sequential")
    assert found(tmp_path, folder, dataset, 5.0)["model"]  # there is room now


def test_a_killed_search_goes_on_with_what_had_ended(tmp_path: Path) -> None:
    folder, dataset = brought(tmp_path)
    job = jobs.start(tmp_path, "find", project=folder.name, asked=of(dataset), seconds=600.0)
    end = time.monotonic() + LATEST
    while not searches.of_question(folder, dataset.id, "buys", "yes") or not trials(
        folder, dataset
    ):
        assert time.monotonic() < end
        time.sleep(0.1)
    number = process.number_of(job.folder)
    assert number is not None
    os.killpg(number, signal.SIGKILL)
    while process.is_alive(job.folder):
        time.sleep(0.05)
    now = jobs.status(job)
    assert (now.state, now.error) == (State.FAILED, "work_killed")
    before = trials(folder, dataset)
    again = found(tmp_path, folder, dataset, before[-1].at + 5.0)
    after = trials(folder, dataset)
    assert after[: len(before)] == before
    assert models.is_sound(folder / "models" / again["model"])


def trials(folder: Path, dataset: tables.Dataset) -> tuple[Trial, ...]:
    known = searches.of_question(folder, dataset.id, "buys", "yes")
    return known[0].trials if known else ()
