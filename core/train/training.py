"""A table and a wish become a model, with rows held out before anything was fitted."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import FamilyCannot, NoFeatures, UnknownColumn
from core.models.family import Curve, Encoding, Family, Fitted, Floats, Problem, Task, family
from core.progress import Report, part
from core.schema import Column
from core.train.copies import alike, numbers_of, together
from core.train.crossing import crossed
from core.train.field import Field, field
from core.train.holdout import held_out
from core.train.preparation import Preparation, encode, encode_learned, is_numeric, learned
from core.train.spec import ModelSpec, SplitKind
from core.train.target import truth

BACKGROUND_ROWS = 500
COPIES = ("train.note.copies",)


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A fitted model and what is needed to use and judge it; functions ask it, it has none.

    ``held_out`` (rows,) are the row numbers no step of fitting saw, ``held_out_truth`` their truth
    and ``held_out_scores`` what the model says of them; ``held_out_groups`` numbers those that
    stand together (``core.train.copies.alike``). ``background`` holds up to 500 training
    rows of the feature columns, which reasons are measured against; ``fields`` tells what each of
    them held in all training rows. ``left_out`` counts rows
    without a target or beyond the wish's limit. ``engine`` and ``chosen`` are as of ``Fitted``.
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
    engine: str = ""
    chosen: dict[str, float] = dataclasses.field(default_factory=dict)
    held_out_groups: NDArray[np.int64] | None = None


def train(table: pd.DataFrame, spec: ModelSpec, report: Report) -> TrainedModel:
    """The model that ``spec`` wishes for, from a typed table whose index is the row number.

    Raises what ``truth``, ``held_out`` and ``Family.settings`` raise, NoFeatures, FamilyCannot,
    and UnknownColumn.
    """
    kind = family(spec.family)
    check_columns(table, spec)
    if spec.task not in kind.tasks or not _suit(spec.features, kind):
        raise FamilyCannot(kind.key, spec.task)
    params = kind.settings(spec.params)
    report(0.0, "train.stage.preparing")
    given = parted(table, spec)
    used, y, aside = given.table, given.y, given.aside
    learn = used[~aside]
    preparation, problem = prepared(learn, y[~aside], spec, len(given.classes), kind.encoding)
    fitted: Fitted = kind.fit(params, problem, spec.seed, part(report, 0.05, 0.95))
    report(0.95, "train.stage.scoring")
    return TrainedModel(
        spec=spec,
        preparation=preparation,
        estimator=fitted.estimator,
        classes=given.classes,
        training_rows=len(learn),
        left_out=len(table) - len(used),
        held_out=used.index[aside].to_numpy("int64"),
        held_out_truth=y[aside],
        held_out_scores=kind.scores(fitted.estimator, encode(preparation, used[aside])),
        background=_background(learn, spec),
        fields=tuple(field(c, learn[c.name]) for c in spec.features),
        curve=fitted.curve,
        notes=(*fitted.notes, *(COPIES if _copied(used, spec) else ())),
        engine=fitted.engine,
        chosen=dict(fitted.chosen),
        held_out_groups=alike(used[aside], spec.split),
    )


def check_columns(table: pd.DataFrame, spec: ModelSpec) -> None:
    """Raises NoFeatures, and UnknownColumn for one that ``spec`` names and ``table`` lacks."""
    if not spec.features:
        raise NoFeatures(spec.target.name)
    asked = (spec.target.name, spec.split.column, *(c.name for c in spec.features))
    for name in asked:
        if name and name not in table:
            raise UnknownColumn(name, tuple(table.columns))


def _suit(features: tuple[Column, ...], kind: Family) -> bool:
    return not kind.columns or (len(features) == kind.columns and all(map(is_numeric, features)))


def _copied(used: pd.DataFrame, spec: ModelSpec) -> bool:
    """Whether rows were held out so that copies stayed together."""
    return spec.split.kind is SplitKind.SHARE and numbers_of(used) is not None


@dataclass(frozen=True, eq=False)
class Parted:
    """The rows (n, ...) that a wish uses, their truth (n,), and which are held out (n,)."""

    table: pd.DataFrame
    y: NDArray[Any]
    classes: tuple[str, ...]
    aside: NDArray[np.bool_]


def parted(table: pd.DataFrame, spec: ModelSpec) -> Parted:
    """The rows of a typed table that have an answer, at most as many as ``spec`` wants.

    Raises what ``truth`` and ``held_out`` raise.
    """
    used = _drawn(table[table[spec.target.name].notna()], spec)
    known = truth(used[spec.target.name], spec.target, spec.outcome)
    aside = held_out(used, known.y, spec.split, spec.seed)
    return Parted(used, known.y, known.classes, aside)


def prepared(
    rows: pd.DataFrame, y: NDArray[Any], spec: ModelSpec, classes: int, encoding: Encoding
) -> tuple[Preparation, Problem]:
    """What is learned of the columns of ``rows`` (n, ...) and their truth (n,), and the problem.

    In the problem's matrix no row is told its own answer (``encode_learned``).
    """
    preparation = learned(rows, spec.features, y, spec.task, encoding)
    groups = together(rows, spec.split)
    parts = crossed(y, spec.seed, groups)
    x = encode_learned(preparation, rows, y, spec.task, encoding, parts)
    return preparation, replace(problem_of(x, y, preparation, spec, classes), groups=groups)


def _drawn(table: pd.DataFrame, spec: ModelSpec) -> pd.DataFrame:
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
        shared=preparation.shared,
    )


def _class_weights(y: NDArray[Any], classes: int, spec: ModelSpec) -> Floats:
    if spec.task is Task.REGRESSION or not spec.balanced:
        return np.ones(classes)
    return len(y) / (classes * np.bincount(y, minlength=classes))


def _background(learn: pd.DataFrame, spec: ModelSpec) -> pd.DataFrame:
    columns = [column.name for column in spec.features]
    chosen = np.random.default_rng(spec.seed).permutation(len(learn))[:BACKGROUND_ROWS]
    return learn.iloc[np.sort(chosen)][columns]
