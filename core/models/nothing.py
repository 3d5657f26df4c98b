"""No model: everybody gets the share of each class, or the mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from core import wire
from core.models.family import Encoding, Family, Fitted, Floats, Matrix, Problem, Reasons, Task
from core.models.saving import damaged
from core.progress import Report

FILE = "baseline.json"


@dataclass(frozen=True)
class Params:
    """Nothing to set."""


@dataclass(frozen=True)
class Constant:
    """What everybody gets: the chance of each class (two or more), or one value."""

    task: Task
    values: tuple[float, ...]


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Real class shares (class weights are ignored) or the mean of the training rows."""
    report(0.0, "models.stage.fitting")
    if problem.task is Task.REGRESSION:
        values = (float(problem.y.mean()),)
    else:
        shares = np.bincount(problem.y, minlength=problem.classes) / len(problem.y)
        values = tuple(map(float, shares))
    report(1.0, "models.stage.fitting")
    return Fitted(Constant(problem.task, values))


def scores(estimator: Constant, x: Matrix) -> Floats:
    """The same for every row of x."""
    if estimator.task is Task.MULTICLASS:
        return np.tile(np.array(estimator.values), (len(x), 1))
    return np.full(len(x), estimator.values[-1])


def save(estimator: Constant, folder: Path) -> None:
    """Write the constant as JSON."""
    (folder / FILE).write_bytes(msgspec.json.encode(estimator))


def load(folder: Path) -> Constant:
    """Read it back. Raises ModelDamaged."""
    try:
        return wire.read((folder / FILE).read_bytes(), Constant)
    except (OSError, msgspec.DecodeError) as error:
        raise damaged(folder, error) from error


FAMILY = Family(
    key="baseline",
    order=10,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.CODES,
    reasons=Reasons.SAMPLED,
    fit=fit,
    scores=scores,
    save=save,
    load=load,
    beside=True,
)
