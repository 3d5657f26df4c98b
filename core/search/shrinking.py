"""The smallest form of a model that loses little: chosen by what its forms say of rows set aside.

The whole model is learned from each fold's rows, made smaller in every way its family knows
(``core.models.family.Smaller``), and each form is judged on the rows of the fold that were not
learned from. The smallest is chosen whose mean loss and two standard errors of it, over the folds,
stay within what was allowed: of many forms some look good by luck (with one error, as Breiman et
al. 1984, 3.4.3, prune trees, held-out rows lost more than was allowed as often as not). Rows that
are held out have no part in this: they judge what was chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.errors import AlreadySmaller, BadSetting, CannotShrink, NothingSmaller
from core.models.family import Family, Floats, Smaller, family
from core.models.member import Params
from core.progress import Report, part, parts
from core.search.folding import Fold
from core.search.trying import Rows, judged
from core.train.form import is_smaller, whole
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, parted, prepared, problem_of

USUAL_LOSS, LARGEST_LOSS = 0.002, 0.2  # of areas under the ROC curve, or of R2
SURELY = 2.0  # standard errors
STAGE = "search.stage.shrinking"

Named = tuple[tuple[str, int | float | str | bool], ...]


@dataclass(frozen=True)
class Chosen:
    """The settings of a form and what it lost on rows set aside: the mean over the folds and its
    standard error, in what models of the task are ranked by; below 0 where it gained."""

    settings: Params
    lost: float
    error: float


@dataclass(frozen=True, eq=False)
class Judged:
    """A form with its loss on each fold (folds,) and about how many bytes it takes."""

    settings: Params
    losses: Floats
    size: float

    @property
    def lost(self) -> float:
        return float(self.losses.mean())

    @property
    def error(self) -> float:
        return float(self.losses.std(ddof=1) / np.sqrt(len(self.losses)))

    @property
    def most(self) -> float:
        """What it surely loses at most."""
        return self.lost + SURELY * self.error


def can_be(spec: ModelSpec) -> bool:
    """Whether a model may have smaller forms: it is whole, and of a family that knows any."""
    return family(spec.family).smaller is not None and not is_smaller(spec)


def chosen(rows: Rows, spec: ModelSpec, loss: float, report: Report) -> Chosen:
    """The smallest form of a model that loses at most ``loss`` on ``rows``, its training rows.

    Raises what ``check`` and the family raise, and NothingSmaller.
    """
    check(spec, loss)
    return smallest(every(rows, spec, report), loss)


def check(spec: ModelSpec, loss: float) -> None:
    """Raises BadSetting for a loss that is none, and CannotShrink and AlreadySmaller for a model
    that has no smaller form."""
    if not 0 <= loss <= LARGEST_LOSS:
        raise BadSetting("loss", str(loss), f"0 – {LARGEST_LOSS}")
    if is_smaller(spec):
        raise AlreadySmaller(whole(spec).id)
    _ways(family(spec.family))


def _ways(kind: Family) -> Smaller:
    if kind.smaller is None:
        raise CannotShrink(kind.key)
    return kind.smaller


def smallest(found: Iterable[Judged], loss: float) -> Chosen:
    """The smallest form that surely stays within the loss. Raises NothingSmaller."""
    within = [each for each in found if each.most <= loss]
    if not within:
        raise NothingSmaller(loss)
    best = min(within, key=lambda each: (each.size, each.lost))
    return Chosen(best.settings, best.lost, best.error)


def every(rows: Rows, spec: ModelSpec, report: Report) -> tuple[Judged, ...]:
    """Each form that every fold could be judged by."""
    losses, sizes = defaultdict[Named, list[float]](list), defaultdict[Named, list[int]](list)
    for fold, told in zip(rows.folds, parts(report, len(rows.folds)), strict=True):
        for named, lost, size in _of_fold(rows, spec, fold, told):
            losses[named].append(lost)
            sizes[named].append(size)
    return tuple(
        Judged(dict(named), np.array(each), float(np.mean(sizes[named])))
        for named, each in losses.items()
        if len(each) == len(rows.folds) and np.isfinite(each).all()
    )


def _of_fold(
    rows: Rows, spec: ModelSpec, fold: Fold, report: Report
) -> Iterable[tuple[Named, float, int]]:
    """Each form's name, its loss against the whole model, and its size."""
    kind, metric = family(spec.family), rows.metric
    learn, y = rows.table.iloc[fold.learn], rows.y[fold.learn]
    ready, problem = prepared(learn, y, spec, len(rows.classes), kind.encoding)
    x = encode(ready, rows.table.iloc[fold.judge])
    made = kind.fit(kind.settings(spec.params), problem, spec.seed, part(report, 0.0, 0.8))
    best = metric.of(judged(rows, fold, kind.scores(made.estimator, x)))
    report(0.8, STAGE)
    for form in _ways(kind).forms(made.estimator, problem, x):
        lost = metric.better.sign * (best - metric.of(judged(rows, fold, form.scores)))
        yield tuple(form.settings.items()), lost, form.size
    report(1.0, STAGE)


def shrunk(model: TrainedModel, table: pd.DataFrame, settings: Params) -> TrainedModel:
    """The form of a model that the settings name; ``table`` is what it was trained on.

    What a training of its wish gives, without one. Raises CannotShrink.
    """
    spec = replace(model.spec, params=model.spec.params | settings)
    kind, given = family(spec.family), parted(table, spec)
    learn = encode(model.preparation, given.table[~given.aside])
    y = given.y[~given.aside]
    problem = problem_of(learn, y, model.preparation, spec, len(given.classes))
    estimator = _ways(kind).made(kind.settings(spec.params), model.estimator, problem)
    held = encode(model.preparation, given.table.loc[model.held_out])
    scores = kind.scores(estimator, held)
    return replace(model, spec=spec, estimator=estimator, held_out_scores=scores)
