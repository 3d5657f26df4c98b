"""One trial, fold by fold, in whatever process it is asked of."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit
from threadpoolctl import threadpool_limits

from core.errors import MemoryRanOut, UserError
from core.evaluate.metric import ANY_THRESHOLD, Metric, chosen_metric
from core.intervals import Z
from core.models.family import Encoding, Floats, Matrix, Problem, Task, family
from core.models.member import Params
from core.models.outputs import target_columns
from core.predict import Predictions
from core.progress import Cancelled, Report
from core.search.folding import Fold
from core.search.trial import NOBODY, Ahead, Ended, Trial
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import prepared

LEAST_FOLDS = 2  # before one that is behind is given up
LOST = 0.05  # the chance that a trial truly better than all before is given up, at most
HARDLY = 0.002  # behind the best is never given up


@dataclass(frozen=True, eq=False)
class Rows:
    """The training rows of a search: a table (n, ...), the truth (n,), the folds, the key of what
    it ranks by (empty: as models of the task are), and the ``groups`` of ``Predictions``."""

    key: str
    spec: ModelSpec
    table: pd.DataFrame
    y: NDArray[Any]
    classes: tuple[str, ...]
    folds: tuple[Fold, ...]
    by: str = ""
    groups: NDArray[np.int64] | None = None

    @property
    def metric(self) -> Metric:
        """What is judged by."""
        return chosen_metric(self.spec.task, self.by)


@dataclass(frozen=True)
class Ask:
    """What is to be tried, until when (seconds since 1970), and the best so far.

    One that is to ``finish`` is not given up where it is behind.
    """

    number: int
    family: str
    params: Params
    until: float
    ahead: Ahead = NOBODY
    finish: bool = False


@dataclass(frozen=True, eq=False)
class Tried:
    """A trial, and what it said of rows set aside: (rows, outputs) chances or values, nan where
    nothing was said; None where it is not whole."""

    trial: Trial
    said: NDArray[np.float32] | None


class TooLate(Exception):
    """The time of the search is over."""


def tried(rows: Rows, ask: Ask) -> Tried:
    """Learns from each fold's rows and is judged on the others; never raises but Cancelled.

    Small problems are worked at by one thread: others work at other trials.
    """
    begun, errors = time.monotonic(), ()
    said = np.full(target_columns(rows.spec.task, rows.y, len(rows.classes)).shape, np.nan)
    scores: list[float] = []
    end, error, facts = Ended.WHOLE, "", {}
    try:
        with threadpool_limits(1):
            end = _folds(rows, ask, scores, said)
            if end is Ended.WHOLE:
                errors = tuple(_error(rows, fold, said) for fold in rows.folds)
    except TooLate:
        end = Ended.LATE
    except UserError as fault:
        end, error, facts = Ended.FAILED, fault.code, fault.facts
    except MemoryError:
        ran_out = MemoryRanOut(ask.family)
        end, error, facts = Ended.FAILED, ran_out.code, ran_out.facts
    except Cancelled:
        raise
    except Exception:  # one family's fault is not the end of a search
        logging.exception("trial %s of %s", ask.number, ask.family)
        end, error = Ended.FAILED, "fault"
    if not all(map(math.isfinite, scores)):
        end, error = Ended.FAILED, "undefined"
    scores = [score for score in scores if math.isfinite(score)]
    trial = Trial(
        ask.number,
        ask.family,
        ask.params,
        end,
        tuple(scores),
        errors,
        time.monotonic() - begun,
        error=error,
        facts=dict(facts),
    )
    return Tried(trial, said.astype("float32") if end is Ended.WHOLE else None)


def _folds(rows: Rows, ask: Ask, scores: list[float], said: Floats) -> Ended:
    """Fills scores and what is said as far as it goes."""
    kind = family(ask.family)
    params = kind.settings(ask.params)
    for place, fold in enumerate(rows.folds):
        problem, x = _part(rows, kind.encoding, place)
        found = kind.fit(params, problem, rows.spec.seed, _until(ask.until))
        scored = kind.scores(found.estimator, x)
        said[fold.judge] = scored.reshape(len(fold.judge), -1)
        scores.append(rows.metric.of(judged(rows, fold, scored)))
        if not ask.finish and is_behind(scores, ask.ahead, rows.metric):
            return Ended.BEHIND
    return Ended.WHOLE


def _until(end: float) -> Report:
    def report(share: float, stage: str) -> None:
        if time.time() > end:
            raise TooLate

    return report


def is_behind(scores: list[float], ahead: Ahead, metric: Metric) -> bool:
    """Whether the folds so far are surely behind the same folds of the best.

    Student's t on their differences, beyond what nobody would mind. A spread from two numbers is
    hardly known, so it is taken to be no less than that of the trials before, with their degrees
    of freedom. Folds share the rows they learn from, which makes their mean less sure than it
    looks (Nadeau & Bengio 2003). The chance to be wrong is shared out over all times that this is
    asked of a trial, and over all trials that the best may be the best of by luck (Bonferroni).
    """
    so_far, parts = len(scores), len(ahead.scores)
    if so_far < LEAST_FOLDS or parts <= so_far:
        return False
    best = np.array(ahead.scores[:so_far])
    gaps = metric.better.sign * (best - np.array(scores))
    spread = max(float(gaps.std(ddof=1)), ahead.spread)
    freedom = so_far - 1 + (parts - 1) * (ahead.rivals - 1)
    wrong = LOST / ((parts - LEAST_FOLDS) * ahead.rivals)
    unsure = math.sqrt(1 / so_far + 1 / (parts - 1))
    hardly = metric.part(HARDLY, float(best.mean()))
    return bool(gaps.mean() > hardly + stdtrit(freedom, 1 - wrong) * spread * unsure)


def judged(rows: Rows, fold: Fold, scores: Floats) -> Predictions:
    """What was said of a fold's rows to judge (as families give it), with their truth."""
    spec, places = rows.spec, fold.judge
    return Predictions(
        spec.task,
        spec.target.name,
        rows.classes,
        places,
        scores,
        rows.y[places],
        groups=None if rows.groups is None else rows.groups[places],
    )


def plain(task: Task, said: NDArray[np.floating[Any]]) -> Floats:
    """Of (n, outputs) what families give: (n,), or (n, classes) for several classes."""
    wide = np.asarray(said, "float64")
    return wide if task is Task.MULTICLASS else wide[:, 0]


def _error(rows: Rows, fold: Fold, said: Floats) -> float:
    """The standard error of a fold's score, by its 95 % interval."""
    of_fold = judged(rows, fold, plain(rows.spec.task, said)[fold.judge])
    low, high = rows.metric.statistic.interval(of_fold, ANY_THRESHOLD, rows.spec.seed)
    return (high - low) / (2 * Z)


_parts: dict[tuple[str, Encoding, int], tuple[Problem, Matrix]] = {}


def _part(rows: Rows, encoding: Encoding, place: int) -> tuple[Problem, Matrix]:
    """What to learn from and what to judge of a fold; kept for the next trial of this process."""
    for key in [key for key in _parts if key[0] != rows.key]:  # of another search
        del _parts[key]
    wanted = (rows.key, encoding, place)
    if wanted not in _parts:
        _parts[wanted] = _prepared(rows, encoding, rows.folds[place])
    return _parts[wanted]


def _prepared(rows: Rows, encoding: Encoding, fold: Fold) -> tuple[Problem, Matrix]:
    """The preparation is learned from the fold's own training rows."""
    learn, y = rows.table.iloc[fold.learn], rows.y[fold.learn]
    ready, problem = prepared(learn, y, rows.spec, len(rows.classes), encoding)
    return problem, encode(ready, rows.table.iloc[fold.judge])
