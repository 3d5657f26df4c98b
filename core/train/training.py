"""A table and a wish become a model, with rows held out before anything was fitted."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import FamilyCannot, NoFeatures, UnknownColumn
from core.models.family import Curve, Family, Fitted, Floats, Problem, Task, family
from core.progress import Report, part
from core.schema import Column
from core.train.field import Field, field
from core.train.holdout import held_out
from core.train.preparation import Preparation, encode, is_numeric, learned
from core.train.spec import ModelSpec
from core.train.target import truth

BACKGROUND_ROWS = 500


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A fitted model and what is needed to use and judge it; functions ask it, it has none.

    ``held_out`` (rows,) are the row numbers no step of fitting saw, ``held_out_truth`` their truth
    and ``held_out_scores`` what the model says of them. ``background`` holds up to 500 training
    rows of the feature columns, which reasons are measured against; ``fields`` tells what each of
    them held in all training rows. ``left_out`` counts rows
    without a target or beyond the wish's limit.
    """

    spec: ModelSpec
    preparation: Preparation
    estimator: Any
    classes: tuple[str, ...]
    training_rows: int
    left_out: int
    held_out: NDArray[np.int64]
    held_out_truth: NDArray[Any]
    held_out_scores: Floats
    background: pd.DataFrame
    fields: tuple[Field, ...]
    curve: Curve = dataclasses.field(default_factory=Curve)
    notes: tuple[str, ...] = ()


def train(table: pd.DataFrame, spec: ModelSpec, report: Report) -> TrainedModel:
    """The model that ``spec`` wishes for, from a typed table whose index is the row number.

    Raises what ``truth``, ``held_out`` and ``Family.settings`` raise, NoFeatures, FamilyCannot,
    and UnknownColumn.
    """
    kind = family(spec.family)
    _check(table, spec, kind)
    params = kind.settings(spec.params)
    report(0.0, "train.stage.preparing")
    used = drawn(table[table[spec.target.name].notna()], spec)
    known = truth(used[spec.target.name], spec.target, spec.outcome)
    y = known.y
    aside = held_out(used, y, spec.split, spec.seed)
    learn = used[~aside]
    preparation = learned(learn, spec.features, y[~aside], spec.task, kind.encoding)
    problem = problem_of(
        encode(preparation, learn), y[~aside], preparation, spec, len(known.classes)
    )
    fitted: Fitted = kind.fit(params, problem, spec.seed, part(report, 0.05, 0.95))
    report(0.95, "train.stage.scoring")
    return TrainedModel(
        spec=spec,
        preparation=preparation,
        estimator=fitted.estimator,
        classes=known.classes,
        training_rows=len(learn),
        left_out=len(table) - len(used),
        held_out=used.index[aside].to_numpy("int64"),
        held_out_truth=y[aside],
        held_out_scores=kind.scores(fitted.estimator, encode(preparation, used[aside])),
        background=_background(learn, spec),
        fields=tuple(field(c, learn[c.name]) for c in spec.features),
        curve=fitted.curve,
        notes=fitted.notes,
    )


def _check(table: pd.DataFrame, spec: ModelSpec, kind: Family) -> None:
    if not spec.features:
        raise NoFeatures(spec.target.name)
    if spec.task not in kind.tasks or not _suit(spec.features, kind):
        raise FamilyCannot(kind.key, spec.task)
    asked = (spec.target.name, spec.split.column, *(c.name for c in spec.features))
    for name in asked:
        if name and name not in table:
            raise UnknownColumn(name, tuple(table.columns))


def _suit(features: tuple[Column, ...], kind: Family) -> bool:
    return not kind.columns or (len(features) == kind.columns and all(map(is_numeric, features)))


def drawn(table: pd.DataFrame, spec: ModelSpec) -> pd.DataFrame:
    """At most as many rows as the wish wants, drawn by its seed, in the table's order."""
    if len(table) <= spec.rows_at_most:
        return table
    chance = np.random.default_rng(spec.seed)
    return table.iloc[np.sort(chance.choice(len(table), spec.rows_at_most, replace=False))]


def problem_of(
    x: Any, y: NDArray[Any], preparation: Preparation, spec: ModelSpec, classes: int
) -> Problem:
    """What a family fits on: the matrix of the rows to learn from, and their truth."""
    each = _class_weights(y, classes, spec)
    return Problem(
        task=spec.task,
        x=x,
        y=y,
        weights=each[y] if classes else np.ones(len(y)),
        classes=classes,
        class_weights=each,
        blocks=preparation.blocks,
    )


def _class_weights(y: NDArray[Any], classes: int, spec: ModelSpec) -> Floats:
    if spec.task is Task.REGRESSION or not spec.balanced:
        return np.ones(classes)
    return len(y) / (classes * np.bincount(y, minlength=classes))


def _background(learn: pd.DataFrame, spec: ModelSpec) -> pd.DataFrame:
    columns = [column.name for column in spec.features]
    chosen = np.random.default_rng(spec.seed).permutation(len(learn))[:BACKGROUND_ROWS]
    return learn.iloc[np.sort(chosen)][columns]
