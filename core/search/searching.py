"""A search runs until its time is over, is stopped, or has nothing left to try."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256

import pandas as pd

from core.progress import Report
from core.search.choosing import Chooser
from core.search.folding import folds
from core.search.pool import Pool, spread
from core.search.trial import Trial, leaders
from core.search.trying import Ask, Rows, Tried, tried
from core.search.wish import Search
from core.train.copies import alike, kept_for
from core.train.target import Truth
from core.train.training import check_columns, parted

STAGE = "search.stage.trying"
OVERHEAD = 3.0  # seconds for judging and saving
MEMBERS = 5  # of an ensemble, usually
SLOWER = 1.5  # a fit of all rows to one of a fold's, at most


@dataclass(frozen=True)
class Time:
    """Seconds that a search may take in all, those it has had before this run, and the clock."""

    seconds: float
    before: float = 0.0
    clock: Callable[[], float] = time.time


def rows_of(table: pd.DataFrame, asked: Search) -> Rows:
    """The rows that are not held out, and their folds.

    Exactly the rows that a model of the same wish is fitted on: those held out stay unseen by the
    search too. Raises what ``check_columns``, ``parted`` and ``folds`` raise.
    """
    spec = asked.spec
    check_columns(table, spec)
    given = parted(table, spec)
    learn = Truth(given.y[~given.aside], given.classes)
    return rows_among(given.table[~given.aside], learn, asked)


def rows_among(table: pd.DataFrame, known: Truth, asked: Search) -> Rows:
    """All rows of a typed table (n, ...) with their truth (n,), and their folds.

    Raises CannotSetAside.
    """
    spec = asked.spec
    made = folds(table, known.y, spec.split, asked.parts, spec.seed)
    kept = {*(column.name for column in spec.features), *kept_for(spec.split)}
    key = sha256(asked.id.encode() + known.y.tobytes()).hexdigest()
    columns = table[[name for name in table if name in kept]]
    groups = alike(table, spec.split)
    return Rows(key, spec, columns, known.y, known.classes, made, asked.by, groups)


def search(
    rows: Rows,
    asked: Search,
    known: tuple[Trial, ...],
    given: Time,
    workers: Pool,
    report: Report,
) -> Generator[Tried]:
    """Each trial as it ends, until the time is over; time to fit the best is kept free.

    ``known`` are trials of the same search that ended before: it goes on from there. Raises what
    ``report`` raises; what is at work then is ended.
    """
    begun = given.clock()
    end = begun + given.seconds - given.before

    def until(trials: tuple[Trial, ...]) -> float:
        return end - to_finish(trials, rows)

    chooser = Chooser(asked, known, given.clock, until)
    with closing(spread(workers, tried, _calls(rows, chooser))) as ended:
        for found in ended:
            at = given.before + given.clock() - begun
            trial = replace(found.trial, at=at)
            chooser.learn(trial)
            yield replace(found, trial=trial)
            report(min(1.0, at / given.seconds), STAGE)


def _calls(rows: Rows, chooser: Chooser) -> Iterator[tuple[Rows, Ask]]:
    while (ask := chooser.next()) is not None:
        yield rows, ask


def to_finish(trials: tuple[Trial, ...], rows: Rows) -> float:
    """Seconds that fitting the best will take, and an ensemble of the best of each family.

    By their folds, on all rows; and judging and saving the two.
    """
    best = leaders(trials, rows.metric)[:MEMBERS]
    fits = [trial.seconds / len(trial.scores) for trial in (*best[:1], *best)]
    return OVERHEAD + SLOWER * sum(fits)
