"""Models that do better together: weights found on what they said of rows set aside.

Greedy forward selection with replacement (Caruana, Niculescu-Mizil, Crew & Ksikes 2004): one model
is added after another, each time the one that helps most; how often a model was added is its
weight. A stack's weights are those with the least log loss or squared error, drawn a little
towards equal ones (Wolpert 1992).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.evaluate.metric import Metric
from core.models.ensemble import MEAN, STACK, logarithms, mean, stacked
from core.models.family import Floats, Task
from core.models.member import Member, as_text
from core.models.outputs import row_losses, shown, target_columns
from core.search.trial import Trial
from core.search.trying import Rows, judged, plain
from core.train.spec import ModelSpec

ROUNDS = 40
LEAST = 0.05  # that a member weighs
PULL = 10.0  # rows that equal weights are worth
ROWS_AT_MOST = 20_000

Said = tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, eq=False)
class Panel:
    """The trials that may answer together, what each said of rows set aside (rows, outputs), and
    the rows."""

    trials: tuple[Trial, ...]
    said: Said
    rows: Rows

    @property
    def task(self) -> Task:
        return self.rows.spec.task

    @property
    def metric(self) -> Metric:
        """What they are ranked by."""
        return self.rows.metric


@dataclass(frozen=True)
class Mix:
    """A way to answer together: a weight a trial, and for a stack what is added an output."""

    way: str
    weights: tuple[float, ...]
    shifts: tuple[float, ...] = ()


def greedy(panel: Panel) -> Mix:
    """The weights of a mean, found by what models are ranked by; they add up to 1."""
    counts, best = np.zeros(len(panel.said)), -np.inf
    few = _few(panel)
    total: Floats = np.zeros_like(few.said[0], "float64")
    for done in range(ROUNDS):
        found = [_gained(few, (total + each) / (done + 1)) for each in few.said]
        place = int(np.argmax(found))
        if found[place] < best:
            break
        best, total = found[place], total + few.said[place]
        counts[place] += 1
    counts[counts < LEAST * counts.sum()] = 0.0  # each member takes its time to answer
    return Mix(MEAN, tuple((counts / counts.sum()).tolist()))


def stack(panel: Panel, pull: float = PULL) -> Mix:
    """The weights and shifts with the least loss on rows set aside, none below zero; ``pull`` is
    how many rows equal weights are worth."""
    from scipy.optimize import minimize

    few = _few(panel)
    truth = target_columns(few.task, few.rows.y, len(few.rows.classes))
    logs = np.stack([logarithms(few.task, plain(few.task, each)) for each in few.said])
    known = np.flatnonzero(np.isfinite(logs).all(axis=(0, 2)))
    known = known[:: -(-len(known) // ROWS_AT_MOST)]
    logs, truth = logs[:, known], truth[known]
    scale = float(truth.std()) or 1.0 if few.task is Task.REGRESSION else 1.0
    many, even = len(logs), 1 / len(logs)

    def loss(values: Floats) -> tuple[float, Floats]:
        raw = np.tensordot(values[:many], logs, 1) + values[many:]
        pulled = values[:many] - even
        found = float(row_losses(few.task, raw, truth).mean()) / scale**2
        apart = shown(few.task, raw).reshape(raw.shape) - truth
        apart *= (2 / scale**2 if few.task is Task.REGRESSION else 1) / len(truth)
        slopes = np.tensordot(logs, apart, 2) + 2 * pull * pulled / len(truth)
        whole = found + pull * float((pulled**2).sum()) / len(truth)
        return whole, np.concatenate([slopes, apart.sum(axis=0)])

    start = np.concatenate([np.full(many, even), np.zeros(truth.shape[1])])
    bounds = [(0.0, None)] * many + [(None, None)] * truth.shape[1]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Mix(STACK, tuple(found[:many].tolist()), tuple(found[many:].tolist()))


def by_share(shares: tuple[float, ...]) -> Mix:
    """A mean by shares that need not add up to 1; one of them is above 0."""
    return Mix(MEAN, tuple(share / sum(shares) for share in shares))


def answers(panel: Panel, mix: Mix) -> Floats:
    """What they say together of rows set aside: (rows,) or (rows, classes), nan where nothing."""
    weights = np.array(mix.weights)
    each_said = [plain(panel.task, each) for each in panel.said]
    if mix.way == MEAN:
        return mean(weights, each_said)
    return stacked(panel.task, weights, np.array(mix.shifts), each_said)


def score(panel: Panel, mix: Mix) -> float:
    """What the mix reaches in what models are ranked by, the mean over the folds."""
    return _score(panel, answers(panel, mix))


def wish(panel: Panel, mix: Mix) -> ModelSpec:
    """The wish for the model that answers so; trials that weigh nothing are left out."""
    members = tuple(
        Member(trial.family, round(weight, 4), trial.params)
        for trial, weight in zip(panel.trials, mix.weights, strict=True)
        if round(weight, 4) > 0
    )
    shifts = " ".join(f"{shift:.6g}" for shift in mix.shifts)
    params = {"way": mix.way, "members": as_text(members), "shifts": shifts}
    return replace(panel.rows.spec, family="ensemble", params=dict(params))


def _few(panel: Panel) -> Panel:
    """At most so many rows, spread evenly over each fold."""
    if len(panel.rows.y) <= ROWS_AT_MOST:
        return panel
    step = -(-len(panel.rows.y) // ROWS_AT_MOST)
    folds = tuple(replace(fold, judge=fold.judge[::step]) for fold in panel.rows.folds)
    return replace(panel, rows=replace(panel.rows, folds=folds))


def _gained(panel: Panel, said: Floats) -> float:
    return panel.metric.better.sign * _score(panel, plain(panel.task, said))


def _score(panel: Panel, said: Floats) -> float:
    rows = panel.rows
    return float(np.mean([rows.metric.of(judged(rows, f, said[f.judge])) for f in rows.folds]))
