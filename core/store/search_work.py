"""The work of a search in a project: trials one by one, then the best becomes a model."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core import wire
from core.data.dataset import Dataset
from core.data.machine import free_memory
from core.errors import NothingFound, TrainingTooLarge, UserError
from core.progress import Cancelled, Report, part
from core.search.calibrating import calibrated
from core.search.pool import Pool, pool
from core.search.searching import STAGE, Time, rows_of, search
from core.search.trial import Ended, Trial, ranked
from core.search.trying import Rows, Tried
from core.search.verdict import Verdict, verdict
from core.search.weights import wish
from core.search.wish import Search, wish_of
from core.search.wish import search as search_of
from core.store import mixing, models, projects, searches, tables
from core.store.fitting import asked_rows, trained
from core.store.searches import Kept
from core.train.memory import refuse_too_large
from core.train.spec import ModelSpec

LAST = 0.99  # of the bar, before the best is trained
STARTING = 4.0  # seconds until a worker has what it works with
TOLD_EVERY = 1.0  # seconds


@dataclass(frozen=True, eq=False)
class Site:
    """Where a search is kept, what it may try, on which rows, and by whom."""

    where: Path
    within: Search
    rows: Rows
    workers: Pool


def find_model(
    home: Path, report: Report, project: str, asked: dict[str, Any], seconds: float
) -> dict[str, Any]:
    """Works at a search until it has taken ``seconds`` in all, and trains the best.

    ``asked`` is a ``Search`` in plain values. Every trial is kept as it ends: stopped or killed,
    the same call goes on with what is there. Raises NothingFound where not one trial is whole, and
    what ``search_of``, ``rows_of`` and ``trained`` raise.
    """
    folder = projects.folder(home, project)
    plain = wire.converted(asked, Search)
    wanted = search_of(plain.spec, plain.families, plain.by)
    dataset = tables.load(folder, wanted.spec.dataset)
    where = searches.place(folder, dataset.id, wanted.id)
    known = searches.begin(where, wanted, seconds)
    begun, before, workers = time.time(), known.spent, pool(os.environ)
    report(0.0, "search.stage.preparing")
    known, within = _within_memory(where, known, dataset, workers)
    rows = rows_of(asked_rows(dataset, wanted.spec), wanted)
    prepared = time.time() - begun
    given = Time(seconds, before + prepared)
    known = searched(Site(where, within, rows, workers), known, given, report)
    if not ranked(known.trials, known.metric):
        raise NothingFound(len(known.trials))
    over = (time.time() - begun) / max(seconds - before, 1.0)
    model, told = _best(folder, where, known, rows, part(report, min(over, LAST), 1.0))
    searches.end(where, known, before + time.time() - begun, model, told)
    return {"model": model, "search": wanted.id}


def _best(
    folder: Path, where: Path, known: Kept, rows: Rows, report: Report
) -> tuple[str, Verdict | None]:
    """The best trial becomes a model, and the best ensemble where there is one to speak of."""
    report(0.0, "search.stage.fitting")
    best = ranked(known.trials, known.metric)[0]
    given = mixing.panel(where, known, rows)
    mix = mixing.worth_training(given)
    alone = part(report, 0.0, 0.3 if mix else 1.0)
    single = trained(folder, wish_of(known.search, best), alone, "found")
    if mix is None:
        return single, None
    report(0.3, "search.stage.together")
    together = trained(folder, wish(given, mix), part(report, 0.3, 1.0), "found")
    one, several = (models.load(models.place(folder, each)).model for each in (single, together))
    told = verdict(one, several, known.search.by)
    return told.model, told


def searched(site: Site, known: Kept, given: Time, report: Report) -> Kept:
    """The search with all trials that its time allows, each kept at once."""
    before = tuple(trial for trial in known.trials if trial.number >= 0)
    with ticking(report, given) as told:
        for found in search(site.rows, site.within, before, given, site.workers, told):
            known = searches.add(site.where, known, found)
    return known


def calibrate_model(
    home: Path, report: Report, project: str, spec: dict[str, Any]
) -> dict[str, Any]:
    """Trains the same model with its chances put right by rows set aside.

    Raises what ``rows_of``, ``calibrated`` and ``trained`` raise.
    """
    folder, asked = projects.folder(home, project), wire.converted(spec, ModelSpec)
    report(0.0, "search.stage.preparing")
    dataset = tables.load(folder, asked.dataset)
    refuse_too_large(asked, dataset.rows, dataset.name)
    rows = rows_of(asked_rows(dataset, asked), Search(asked, (asked.family,)))
    report(0.1, "search.stage.calibrating")
    made = trained(folder, calibrated(rows, asked), part(report, 0.7, 1.0), "calibrated")
    return {"model": made, "before": asked.id}


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


def _within_memory(
    where: Path, known: Kept, dataset: Dataset, workers: Pool
) -> tuple[Kept, Search]:
    """The search among the families that there is memory for; why others are left out is kept.

    Raises NothingFound where there is none.
    """
    able, told = list[str](), {trial.family for trial in known.trials if trial.number < 0}
    at_once = max(1, workers.workers)
    for key in known.search.families:
        try:
            asked = replace(known.search.spec, family=key)
            refuse_too_large(asked, dataset.rows, dataset.name, lambda: free_memory() // at_once)
            able.append(key)
        except TrainingTooLarge as fault:
            if key not in told:
                facts = dict(fault.facts)
                left_out = Trial(-1, key, {}, Ended.FAILED, error=fault.code, facts=facts)
                known = searches.add(where, known, Tried(left_out, None))
    if not able:
        raise NothingFound(len(known.trials))
    return known, replace(known.search, families=tuple(able))
