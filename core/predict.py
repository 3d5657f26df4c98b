"""A model and a table become predictions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import ColumnsMissing, TargetMissing, UnknownColumn
from core.models.family import Floats, Task, family
from core.train.preparation import encode, unseen
from core.train.training import TrainedModel


@dataclass(frozen=True)
class Predictions:
    """Scores of rows, with the truth where it is known.

    ``rows`` (n,) are row numbers in the table, from 0. ``scores`` is (n,) chance of the outcome of
    interest (binary), (n, classes) chances (multi-class) or (n,) values (regression). ``truth`` is
    (n,) 1 for the outcome of interest and 0 otherwise, class numbers, or values; None if unknown.
    ``classes`` are the target's levels in the order of the class numbers; for binary the outcome of
    interest is the second. ``unseen`` counts cells by column whose level the model never saw.
    ``groups`` (n,) is the same number for rows that stand together, as those of one customer do;
    None where each stands for itself.
    """

    task: Task
    target: str
    classes: tuple[str, ...]
    rows: NDArray[np.int64]
    scores: Floats
    truth: NDArray[Any] | None = None
    unseen: tuple[tuple[str, int], ...] = ()
    groups: NDArray[np.int64] | None = None

    @property
    def outcome(self) -> str:
        """The outcome of interest of a binary target; empty otherwise."""
        return self.classes[1] if self.task is Task.BINARY else ""

    def only(self, places: NDArray[Any]) -> Predictions:
        """Those of some rows: by their places, or by whether each is wanted (n,)."""
        return replace(
            self,
            rows=self.rows[places],
            scores=self.scores[places],
            truth=None if self.truth is None else self.truth[places],
            groups=None if self.groups is None else self.groups[places],
        )

    def owned(self, owners: pd.Series | None) -> Predictions:
        """The same with whose the rows are, by row number; as it is where nothing says."""
        if owners is None:
            return self
        return replace(self, groups=owners.reindex(self.rows).to_numpy("int64"))


def predict(model: TrainedModel, table: pd.DataFrame) -> Predictions:
    """What ``model`` says of each row of a typed table; with the truth where the target is there.

    Raises ColumnsMissing. A level that training never saw is treated as rare and counted.
    """
    scores = scored(model, table)
    spec = model.spec
    return Predictions(
        task=spec.task,
        target=spec.target.name,
        classes=model.classes,
        rows=table.index.to_numpy("int64"),
        scores=scores,
        unseen=unseen(model.preparation, table),
    )


def scored(model: TrainedModel, table: pd.DataFrame) -> Floats:
    """The scores alone: (n,), or (n, classes) for multi-class. Raises ColumnsMissing."""
    x = encode(model.preparation, known_columns(model, table))
    return family(model.spec.family).scores(model.estimator, x)


def known_columns(model: TrainedModel, table: pd.DataFrame) -> pd.DataFrame:
    """The columns that the model learned from, in its order. Raises ColumnsMissing."""
    names = [column.name for column in model.spec.features]
    lacking = tuple(name for name in names if name not in table)
    if lacking:
        raise ColumnsMissing(lacking, tuple(map(str, table.columns)))
    return table[names]


def held_out(model: TrainedModel) -> Predictions:
    """What the model said of the rows it never saw, with their truth."""
    return Predictions(
        task=model.spec.task,
        target=model.spec.target.name,
        classes=model.classes,
        rows=model.held_out,
        scores=model.held_out_scores,
        truth=model.held_out_truth,
        groups=model.held_out_groups,
    )


def judged(model: TrainedModel, table: pd.DataFrame) -> Predictions:
    """Predictions of the rows whose target is known, with that truth.

    Raises what ``predict`` raises, UnknownColumn without the target, TargetMissing without values.
    """
    target = model.spec.target
    if target.name not in table:
        raise UnknownColumn(target.name, tuple(map(str, table.columns)))
    cells = table[target.name]
    if model.classes:
        numbers = pd.Index(model.classes, dtype=object).get_indexer(pd.Index(cells, dtype=object))
        known = numbers >= 0
    else:
        numbers = cells.to_numpy("float64", na_value=np.nan)
        known = np.isfinite(numbers)
    if not known.any():
        raise TargetMissing(target.name)
    return replace(predict(model, table[known]), truth=numbers[known])


def as_columns(found: Predictions) -> dict[str, NDArray[Any]]:
    """The predictions as columns of a table, by the name each should have.

    Binary: the chance of the outcome. Several classes: the likeliest class and each chance.
    Otherwise the value.
    """
    target, classes = found.target, found.classes
    if found.task is Task.BINARY:
        return {f"chance of {target} = {found.outcome}": found.scores}
    if found.task is Task.REGRESSION:
        return {f"predicted {target}": found.scores}
    chances = {f"chance of {target} = {c}": found.scores[:, i] for i, c in enumerate(classes)}
    likeliest = np.array(classes, dtype=object)[found.scores.argmax(axis=1)]
    return {f"predicted {target}": likeliest} | chances
