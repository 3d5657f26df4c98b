"""Naive Bayes: each column speaks by itself, and what they say is added up.

Numbers are cut into groups of about equal size (Dougherty, Kohavi & Sahami 1995), shares smoothed
(Laplace) by scikit-learn. Columns that say the same twice make such a model too sure of itself:
its log-odds are therefore scaled down by what rows set aside ask for (Guo et al. 2017).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelDamaged
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
from core.models.folds import folds, said_apart
from core.models.outputs import levelled, row_losses, shown, target_columns
from core.models.saving import damaged, load_arrays, save_arrays
from core.progress import Report, part

FOLDS = 5
SCALES = np.geomspace(0.05, 2.0, 60)
STAGE = "models.stage.fitting"


@dataclass(frozen=True)
class Params:
    """``groups`` that a number is cut into; ``smoothing`` rows are added to each of them."""

    groups: int = setting(10, 2, 100, searched=(4, 40))
    smoothing: float = setting(1.0, 0.001, 1000.0, searched=(0.1, 30.0))


@dataclass(frozen=True, eq=False)
class Bayes:
    """What is added up: for each column the ``edges`` between its groups, and for each group a
    row of ``tables`` (groups, outputs); on top of ``bias`` (outputs,)."""

    task: Task
    edges: tuple[Floats, ...]
    tables: tuple[Floats, ...]
    bias: Floats


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Count, find the scale on rows set aside, put intercepts to the real shares."""
    targets = target_columns(problem.task, problem.y, problem.classes)
    told = part(report, 0.0, 0.8)
    apart = said_apart(problem, folds(problem, FOLDS, seed), _saying(params), told)
    apart = np.nan_to_num(apart)
    report(0.8, STAGE)
    scale = _scale(problem.task, apart, targets)
    made = _counted(params, problem)
    made = replace(made, tables=tuple(scale * table for table in made.tables))
    bias = made.bias + levelled(problem.task, raw(made, problem.x), targets)
    report(1.0, STAGE)
    return Fitted(replace(made, bias=bias))


def _saying(params: Params) -> Callable[[Problem, Matrix], Floats]:
    return lambda learned, x: raw(_counted(params, learned), x)


def _scale(task: Task, apart: Floats, targets: Floats) -> float:
    """Of the scales the one with the least log loss, the intercepts put right for each."""
    losses = []
    for scale in SCALES:
        scaled = scale * apart
        scaled = scaled + levelled(task, scaled, targets)
        losses.append(float(row_losses(task, scaled, targets).mean()))
    return float(SCALES[int(np.argmin(losses))])


def _counted(params: Params, problem: Problem) -> Bayes:
    from sklearn.naive_bayes import CategoricalNB

    edges = tuple(_edges(column, params.groups) for column in problem.x.T)
    counts = [len(each) + 1 for each in edges]
    model: Any = CategoricalNB(alpha=params.smoothing, min_categories=counts)
    model.fit(_groups(edges, problem.x), problem.y, sample_weight=problem.weights)
    tables = tuple(_outputs(problem.task, each.T) for each in model.feature_log_prob_)
    return Bayes(problem.task, edges, tables, _outputs(problem.task, model.class_log_prior_))


def _edges(values: NDArray[Any], groups: int) -> Floats:
    """Between every two values of few, else between groups of about equal size."""
    known = np.unique(values)
    if len(known) > groups:
        known = np.unique(np.quantile(values, np.linspace(0, 1, groups + 1), method="nearest"))
    return np.asarray((known[1:].astype("float64") + known[:-1]) / 2)


def _groups(edges: Sequence[Floats], x: Matrix) -> NDArray[np.int64]:
    found = [np.searchsorted(each, column) for each, column in zip(edges, x.T, strict=True)]
    return np.stack(found, axis=1)


def _outputs(task: Task, logs: Floats) -> Floats:
    """Of logarithms (..., classes) the log-odds of two classes, or themselves."""
    return logs[..., 1:] - logs[..., :1] if task is Task.BINARY else np.asarray(logs)


def raw(estimator: Bayes, x: Matrix) -> Floats:
    """The log-odds (rows, 1) or logits (rows, classes)."""
    found = np.tile(estimator.bias, (len(x), 1))
    for groups, table in zip(_groups(estimator.edges, x).T, estimator.tables, strict=True):
        found += table[groups]
    return found


def scores(estimator: Bayes, x: Matrix) -> Floats:
    """Chances of the rows of x."""
    return shown(estimator.task, raw(estimator, x))


def save(estimator: Bayes, folder: Path) -> None:
    """Write edges and tables as arrays."""
    save_arrays(
        folder,
        task=estimator.task,
        groups=np.array([len(table) for table in estimator.tables]),
        edges=np.concatenate(estimator.edges),
        tables=np.concatenate(estimator.tables),
        bias=estimator.bias,
    )


def load(folder: Path) -> Bayes:
    """Read them back. Raises ModelDamaged."""
    arrays = load_arrays(folder)
    try:
        groups = np.asarray(arrays["groups"], "int64")
        edges, tables = (np.asarray(arrays[name], "float64") for name in ("edges", "tables"))
        bias, task = np.asarray(arrays["bias"], "float64"), Task(str(arrays["task"]))
    except (KeyError, ValueError) as error:
        raise damaged(folder, error) from error
    sound = (
        groups.ndim == edges.ndim == bias.ndim == 1
        and len(groups) > 0
        and (groups > 0).all()
        and tables.shape == (groups.sum(), len(bias))
        and len(edges) == (groups - 1).sum()
        and task in FAMILY.tasks
        and (len(bias) == 1) is (task is Task.BINARY)
    )
    if not sound:
        raise ModelDamaged(folder.name, "tables")
    return Bayes(
        task,
        tuple(np.split(edges, np.cumsum(groups - 1)[:-1])),
        tuple(np.split(tables, np.cumsum(groups)[:-1])),
        bias,
    )


FAMILY = Family(
    key="bayes",
    order=8,
    tasks=frozenset((Task.BINARY, Task.MULTICLASS)),
    params=Params,
    encoding=Encoding.CODES,
    reasons=Reasons.SAMPLED,
    fit=fit,
    scores=scores,
    save=save,
    load=load,
)
