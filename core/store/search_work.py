"""The work of a search in a project: trials one by one, then the best becomes a model."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import wire
from core.data.dataset import Dataset
from core.data.machine import free_memory
from core.errors import NothingFound, TrainingTooLarge, UserError
from core.progress import Cancelled, Report, part
from core.search.pool import Pool, pool
from core.search.searching import STAGE, Time, rows_of, search
from core.search.trial import Ended, Trial, ranked
from core.search.trying import Tried
from core.search.wish import Search, wish_of
from core.search.wish import search as search_of
from core.store import projects, searches, tables
from core.store.fitting import asked_rows, trained
from core.store.searches import Kept
from core.train.memory import refuse_too_large
from core.train.spec import ModelSpec

LAST = 0.99  # of the bar, before the best is trained
STARTING = 4.0  # seconds until a worker has what it works with
TOLD_EVERY = 1.0  # seconds


def find_model(
    home: Path, report: Report, project: str, spec: dict[str, Any], families: list[str],
    seconds: float,
) -> dict[str, Any]:  # fmt: skip
    """Searches for a good model until it has taken ``seconds`` in all, and trains the best.

    Every trial is kept as it ends: stopped or killed, the same call goes on with what is there.
    Raises NothingFound where not one trial is whole, and what ``rows_of`` and ``trained`` raise.
    """
    folder = projects.folder(home, project)
    asked = search_of(wire.converted(spec, ModelSpec), tuple(families))
    dataset = tables.load(folder, asked.spec.dataset)
    where = searches.place(folder, dataset.id, asked.id)
    known = searches.begin(where, asked, seconds)
    begun, before = time.time(), known.spent
    known = searched(where, known, dataset, pool(os.environ), report)
    best = ranked(known.trials, known.task)
    if not best:
        raise NothingFound(len(known.trials))
    over = (time.time() - begun) / max(seconds - before, 1.0)
    fitting = part(report, min(over, LAST), 1.0)
    fitting(0.0, "search.stage.fitting")
    model = trained(folder, wish_of(asked, best[0]), fitting)
    searches.end(where, known, before + time.time() - begun, model)
    return {"model": model, "search": asked.id}


def searched(where: Path, known: Kept, dataset: Dataset, workers: Pool, report: Report) -> Kept:
    """The search with all trials that its time allows, each kept at once."""
    begun = time.time()
    report(0.0, "search.stage.preparing")
    able = _able(known.search, dataset, max(1, workers.workers), free_memory)
    out = {trial.family for trial in known.trials if trial.number < 0}
    for trial in able[1]:
        if trial.family not in out:
            known = searches.add(where, known, Tried(trial, None))
    if not able[0]:
        return known
    rows = rows_of(asked_rows(dataset, known.search.spec), known.search)
    given = Time(known.seconds, known.spent + time.time() - begun)
    within = replace(known.search, families=able[0])
    before = tuple(trial for trial in known.trials if trial.number >= 0)
    with ticking(report, given) as told:
        for found in search(rows, within, before, given, workers, told):
            known = searches.add(where, known, found)
    return known


@contextmanager
def ticking(report: Report, given: Time) -> Iterator[Report]:
    """A report for a search; every second the other is told how much of its time is over, though
    no trial has ended. What it raises is raised where this one is called next."""
    begun, over, raised = given.clock(), threading.Event(), list[BaseException]()

    def tick() -> None:
        while not over.wait(TOLD_EVERY):
            try:
                tell()
            except (Cancelled, UserError) as asked:
                raised.append(asked)
                return

    def tell() -> None:
        run = given.clock() - begun + STARTING
        whole = max(given.seconds - given.before, 0.0) + STARTING
        report(min(LAST, run / whole), STAGE)

    def told(share: float, stage: str) -> None:
        if raised:
            raise raised[0]

    thread = threading.Thread(target=tick, name="ticking", daemon=True)
    thread.start()
    try:
        yield told
    finally:
        over.set()
        thread.join()


def _able(
    asked: Search, dataset: Dataset, at_once: int, free: Callable[[], int]
) -> tuple[tuple[str, ...], tuple[Trial, ...]]:
    """The families that there is memory for, and why the others are left out."""
    able, left_out = [], []
    for key in asked.families:
        try:
            wish = replace(asked.spec, family=key)
            refuse_too_large(wish, dataset.rows, dataset.name, lambda: free() // at_once)
            able.append(key)
        except TrainingTooLarge as fault:
            left_out.append(_left_out(key, fault))
    return tuple(able), tuple(left_out)


def _left_out(key: str, fault: UserError) -> Trial:
    return Trial(-1, key, {}, Ended.FAILED, error=fault.code, facts=dict(fault.facts))
