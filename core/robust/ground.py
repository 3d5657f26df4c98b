"""The rows of a model to learn from again: in part, with other seeds, with shuffled answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluate.metric import Metric, headline_metric
from core.models.family import Floats, family
from core.predict import Predictions
from core.progress import Report
from core.train.copies import alike
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, parted, prepared

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ground:
    """A model's table of n rows, their truth (n,), and the places of those to ``learn`` from and
    to ``judge`` by: exactly the model's own."""

    spec: ModelSpec
    table: pd.DataFrame
    y: NDArray[Any]
    classes: tuple[str, ...]
    learn: Places
    judge: Places

    @property
    def metric(self) -> Metric:
        """What models of the task are ranked by."""
        return headline_metric(self.spec.task)


def ground(table: pd.DataFrame, spec: ModelSpec) -> Ground:
    """The rows of a typed table as ``train`` takes them. Raises what ``parted`` raises."""
    given = parted(table, spec)
    places = np.flatnonzero(~given.aside), np.flatnonzero(given.aside)
    return Ground(spec, given.table, given.y, given.classes, *places)


def in_any_order(of: Ground, rows: Places, chance: np.random.Generator) -> Places:
    """The rows in an order of chance; those that stand together come one after another."""
    groups = alike(of.table.iloc[rows], of.spec.split)
    if groups is None:
        return chance.permutation(rows)
    turn = chance.permutation(int(groups.max(initial=-1)) + 1)[groups]
    return rows[np.lexsort((chance.permutation(len(rows)), turn))]


def said(
    of: Ground, learn: Places, judge: Places, report: Report, seed: int | None = None
) -> Floats:
    """What the model says of rows ``judge`` when it learns from rows ``learn`` and no others.

    By the wish's own seed where none is given. Raises what the family raises.
    """
    spec, kind = of.spec, family(of.spec.family)
    rows, y = of.table.iloc[learn], of.y[learn]
    ready, problem = prepared(rows, y, spec, len(of.classes), kind.encoding)
    by = spec.seed if seed is None else seed
    made = kind.fit(kind.settings(spec.params), problem, by, report)
    return kind.scores(made.estimator, encode(ready, of.table.iloc[judge]))


def predictions(of: Ground, scores: Floats, judge: Places) -> Predictions:
    """What was said of rows, with their truth."""
    spec = of.spec
    judged = of.table.iloc[judge]
    return Predictions(
        spec.task,
        spec.target.name,
        of.classes,
        judged.index.to_numpy("int64"),
        scores,
        of.y[judge],
        groups=alike(judged, spec.split),
    )


def score(of: Ground, scores: Floats, judge: Places) -> float:
    """What models of the task are ranked by, on rows ``judge``."""
    return of.metric.of(predictions(of, scores, judge))


def again(
    of: Ground, model: TrainedModel, learn: Places, seed: int, report: Report
) -> TrainedModel:
    """The same wish fitted anew on rows ``learn`` with another seed, to be asked as ``model`` is.

    What reasons are measured against stays, so that only the fit differs. Raises what the family
    raises.
    """
    spec, kind = of.spec, family(of.spec.family)
    rows, y = of.table.iloc[learn], of.y[learn]
    ready, problem = prepared(rows, y, spec, len(of.classes), kind.encoding)
    made = kind.fit(kind.settings(spec.params), problem, seed, report)
    return replace(model, preparation=ready, estimator=made.estimator)
