"""Another model's answer, given as a column: it stands as it is, so that it can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.models.family import (
    Encoding,
    Family,
    Fitted,
    Floats,
    Matrix,
    Problem,
    Reasons,
    Task,
    setting,
)
from core.models.saving import damaged, load_arrays, save_arrays
from core.progress import Report

ASKED, OTHER = "asked", "other"
SURELY = 1e-6  # no chance is nearer to 0 or 1: a logarithm follows


@dataclass(frozen=True)
class Params:
    """``of``: whether the column is the chance of the outcome of interest or of the other one."""

    of: str = setting(ASKED, choices=(ASKED, OTHER))


@dataclass(frozen=True)
class Given:
    """Nothing but what the column means."""

    task: Task
    of: str


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Nothing is learned."""
    report(0.0, "models.stage.fitting")
    report(1.0, "models.stage.fitting")
    return Fitted(Given(problem.task, params.of))


def scores(estimator: Given, x: Matrix) -> Floats:
    """The column, of a chance between a millionth and one less it."""
    said = x[:, 0].astype("float64")
    if estimator.task is Task.REGRESSION:
        return said
    return np.clip(1.0 - said if estimator.of == OTHER else said, SURELY, 1.0 - SURELY)


def save(estimator: Given, folder: Path) -> None:
    """Write what the column means."""
    save_arrays(folder, task=estimator.task, of=estimator.of)


def load(folder: Path) -> Given:
    """Read it back. Raises ModelDamaged."""
    arrays = load_arrays(folder)
    try:
        made = Given(Task(str(arrays["task"])), str(arrays["of"]))
    except (KeyError, ValueError) as error:
        raise damaged(folder, error) from error
    if made.task not in FAMILY.tasks or made.of not in (ASKED, OTHER):
        raise damaged(folder, ValueError(made.of))
    return made


FAMILY = Family(
    key="reference",
    order=11,
    tasks=frozenset((Task.BINARY, Task.REGRESSION)),
    params=Params,
    encoding=Encoding.CODES,
    reasons=Reasons.SAMPLED,
    fit=fit,
    scores=scores,
    save=save,
    load=load,
    columns=1,
    beside=True,
)
