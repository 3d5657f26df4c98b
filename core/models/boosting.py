"""Gradient boosting on histograms (Friedman 2001; Ke et al. 2017) by scikit-learn.

How many trees are grown is found on rows set aside: on small tables by cross-validation, on large
ones on a tenth. Of several classes each round is judged as sure of itself as does best there
(``core.models.temperature``). What cross-validation has grown is then averaged, as bagging does
(Breiman 1996: trees that grow one on another vary with their rows), or as many rounds are grown on
all rows. What is kept are the packed trees alone, from which scores and reasons are computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelDamaged
from core.models.family import (
    Curve,
    Encoding,
    Family,
    Fitted,
    Floats,
    Form,
    Matrix,
    Problem,
    Reasons,
    Smaller,
    Task,
    of_form,
    setting,
)
from core.models.folds import Aside, folds, parted, some
from core.models.leaves import weights_given
from core.models.outputs import levelled, shown, target_columns
from core.models.saving import damaged, load_arrays, save_arrays
from core.models.temperature import temperature
from core.progress import Report, part, parts

if TYPE_CHECKING:  # numba comes where something is computed
    from core.models.packed.trees import Packed

SEVERAL_FOLDS = 20_000  # rows; beyond, a tenth says enough
FOLDS, TENTH = 5, 10
PATIENCE = 50  # rounds without getting better
LONGER = 100  # of several classes: at its best factor, a loss lies almost flat for long
STAGE = "models.stage.boosting"
MEAN, WHOLE = "mean", "whole"
COUNTS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500,
          600, 800, 1000, 1500, 2000, 3000)  # rounds that a smaller form may keep  # fmt: skip


@dataclass(frozen=True)
class Params:
    """``trees`` is the most rounds of boosting; each grows a tree a class (one for two classes).
    ``way``: the mean of what was grown without each fold, or what grows on all rows.

    Of the rounds that were found best only the first ``kept`` stay (0: all).
    """

    trees: int = setting(1000, 10, 5000)
    learning_rate: float = setting(0.05, 0.001, 1.0, searched=(0.02, 0.2))
    leaves: int = setting(15, 2, 255, searched=(3, 63))
    min_samples_leaf: int = setting(20, 1, 1000, searched=(5, 100))
    penalty: float = setting(1.0, 0.0, 1000.0, searched=(0.1, 100.0))
    columns: float = setting(0.5, 0.05, 1.0, searched=(0.2, 1.0))
    way: str = setting(MEAN, choices=(MEAN, WHOLE))
    kept: int = of_form(0, 0, 5000)


@dataclass(frozen=True, eq=False)
class _Grown:
    """What was grown without some rows: its losses after each round, of the rows learned from and
    of those set aside, and the factor of its logits that does best there."""

    booster: Any
    learned: Floats
    held: Floats
    factors: Floats


@dataclass(frozen=True, eq=False)
class Boosted:
    """Packed trees whose sum is the log-odds, the logits or the value; ``beside`` of each round."""

    task: Task
    packed: Packed
    beside: int = 1

    @property
    def a_round(self) -> int:
        """How many trees a round has."""
        return self.beside * self.packed.leaves.shape[1]


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Find the number of trees, grow them on all rows, put intercepts back to the real shares.

    Small tables are worked at by one thread: several wait for each other at every node, for ages
    where somebody else is at work.
    """
    import sklearn.ensemble  # noqa: F401  (its threads are there only then)
    from threadpoolctl import threadpool_limits

    report(0.0, STAGE)
    with threadpool_limits(1 if len(problem.y) <= SEVERAL_FOLDS else None, "openmp"):
        return _fitted(params, problem, seed, report)


def _fitted(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    from core.models.packed.trees import mean_of_boosting

    mean = params.way == MEAN and len(problem.y) <= SEVERAL_FOLDS
    curve, grown = _curve(params, problem, seed, part(report, 0.0, 1.0 if mean else 0.7))
    best = int(curve.steps[int(np.argmin(curve.series["held-in loss"]))])
    boosters, factors = [each.booster for each in grown], [each.factors[best - 1] for each in grown]
    if not mean:
        booster = _booster(replace(params, trees=best), problem, seed, part(report, 0.7, 1.0))
        booster.set_params(validation_fraction=None, n_iter_no_change=best + 1)
        boosters = [booster.fit(problem.x, problem.y, sample_weight=weights_given(problem))]
        best, factors = len(booster._predictors), [float(np.mean(factors))]
    for booster, factor in zip(boosters, factors, strict=True):
        _scale(booster, factor)
    packed = mean_of_boosting(boosters, problem.x.shape[1], best)
    whole = Boosted(problem.task, _with_real_shares(packed, problem), len(boosters))
    report(1.0, STAGE)
    return Fitted(_cut(params, whole, problem), curve)


def _scale(booster: Any, factor: float) -> None:
    """Multiplies what each of its trees says, and what it begins with."""
    booster._baseline_prediction = factor * booster._baseline_prediction
    for trees in booster._predictors:
        for tree in trees:
            tree.nodes["value"] *= factor


def _with_real_shares(packed: Packed, problem: Problem) -> Packed:
    """The same with intercepts put back, where classes were weighed."""
    from core.models.packed.trees import predicted, raised

    if weights_given(problem) is None or not problem.classes:
        return packed
    targets = target_columns(problem.task, problem.y, problem.classes)
    return raised(packed, levelled(problem.task, predicted(packed, problem.x), targets))


def _cut(params: Params, whole: Boosted, problem: Problem) -> Boosted:
    """The first rounds alone; those left out had a part in the real shares."""
    from core.models.packed.cut import first

    trees = params.kept * whole.a_round
    if not trees or trees >= len(whole.packed.roots):
        return whole
    return replace(whole, packed=_with_real_shares(first(whole.packed, trees), problem))


def _forms(whole: Boosted, problem: Problem, x: Matrix) -> Iterator[Form]:
    """Each number of first rounds, with its scores of rows x: (n,) or (n, classes)."""
    a_round, splits = whole.a_round, whole.packed.splits
    a_split = sum(each.dtype.itemsize for each in splits)
    for kept in COUNTS:
        if kept * a_round < len(whole.packed.roots):
            part = _cut(Params(kept=kept), whole, problem)
            size = len(part.packed.splits.left) * a_split + part.packed.leaves.nbytes
            yield Form({"kept": kept}, size, scores(part, x))


def _booster(params: Params, problem: Problem, seed: int, report: Report) -> Any:
    """scikit-learn's, which tells after each round and may be stopped there. Of several classes a
    round is judged with the best factor of its logits."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind: Any = HistGradientBoostingClassifier
    if problem.task is Task.REGRESSION:
        kind = HistGradientBoostingRegressor

    class Telling(kind):
        factors: list[float] = []  # of no tree at all, then after each round

        def _check_early_stopping_loss(self, **given: Any) -> bool:
            report(len(self.train_score_) / (params.trees + 1), STAGE)
            stops = bool(super()._check_early_stopping_loss(**given))
            if problem.task is not Task.MULTICLASS or not self._use_validation_data:
                self.factors.append(1.0)
                return stops
            factor, loss = temperature(
                given["raw_predictions_val"],
                target_columns(problem.task, given["y_val"], problem.classes),
                given["sample_weight_val"],
                self.factors[-1] if self.factors else 1.0,
            )
            self.factors.append(factor)
            self.validation_score_[-1] = -loss
            return bool(self._should_stop(self.validation_score_))

    return Telling(
        learning_rate=params.learning_rate,
        max_iter=params.trees,
        max_leaf_nodes=params.leaves,
        min_samples_leaf=params.min_samples_leaf,
        l2_regularization=params.penalty,
        max_features=params.columns,
        early_stopping=True,
        n_iter_no_change=LONGER if problem.task is Task.MULTICLASS else PATIENCE,
        random_state=seed,
    )


def _curve(
    params: Params, problem: Problem, seed: int, report: Report
) -> tuple[Curve, list[_Grown]]:
    """Losses by the number of trees: of the rows learned from, and of those set aside; and what
    was grown without each of the folds.

    The mean over the folds, weighed by their rows, as far as all of them went.
    """
    several = len(problem.y) <= SEVERAL_FOLDS
    asides = folds(problem, FOLDS if several else TENTH, seed)[: FOLDS if several else 1]
    grown = [
        _grown(params, problem, seed, aside, told)
        for aside, told in zip(asides, parts(report, len(asides)), strict=True)
    ]
    least = min(len(each.held) for each in grown)
    rows = [float(parted(aside)[1].sum()) for aside in asides]
    series = {
        name: tuple(np.average([each[:least] for each in found], axis=0, weights=rows).tolist())
        for name, found in (
            ("loss", [each.learned for each in grown]),
            ("held-in loss", [each.held for each in grown]),
        )
    }
    return Curve(tuple(range(1, least + 1)), series), grown


def _grown(params: Params, problem: Problem, seed: int, aside: Aside, report: Report) -> _Grown:
    learn, held = (some(problem, rows) for rows in parted(aside))
    booster = _booster(params, learn, seed, report)
    booster.fit(
        learn.x,
        learn.y,
        sample_weight=weights_given(learn),
        X_val=held.x,
        y_val=held.y,
        sample_weight_val=weights_given(held),
    )
    halves = 2.0 if problem.task is Task.REGRESSION else 1.0  # scikit-learn's is half the square
    # the first is of no tree at all
    learned, judged = (
        -halves * np.asarray(each[1:]) for each in (booster.train_score_, booster.validation_score_)
    )
    return _Grown(booster, learned, judged, np.asarray(booster.factors[1:]))


def scores(estimator: Boosted, x: Matrix) -> Floats:
    """Chances or values of the rows of x."""
    from core.models.packed.trees import predicted

    return shown(estimator.task, predicted(estimator.packed, x))


def save(estimator: Boosted, folder: Path) -> None:
    """Write the packed trees as arrays."""
    packed = estimator.packed
    save_arrays(
        folder,
        task=estimator.task,
        beside=estimator.beside,
        columns=packed.columns,
        depth=packed.depth,
        roots=packed.roots,
        leaves=packed.leaves,
        base=packed.base,
        **{name: _plain(values) for name, values in packed.splits._asdict().items()},
    )


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype("int8") if values.dtype == bool else values


def load(folder: Path) -> Boosted:
    """Read them back. Raises ModelDamaged."""
    from core.models.packed.trees import KINDS, Packed, Splits, is_whole

    arrays = load_arrays(folder)
    try:
        kept = [np.asarray(arrays[name], kind) for name, kind in KINDS.items()]
        packed = Packed(
            int(arrays["columns"]),
            np.asarray(arrays["roots"], "int32"),
            Splits(*kept),
            np.asarray(arrays["leaves"], "float64"),
            np.asarray(arrays["base"], "float64"),
            int(arrays["depth"]),
        )
        task = Task(str(arrays["task"]))
        beside = int(arrays.get("beside", 1))  # those of earlier versions lack it
    except (KeyError, ValueError, TypeError) as error:
        raise damaged(folder, error) from error
    if not is_whole(packed) or (task is not Task.MULTICLASS and packed.leaves.shape[1] != 1):
        raise ModelDamaged(folder.name, "trees")
    if beside < 1 or len(packed.roots) % (beside * packed.leaves.shape[1]):
        raise ModelDamaged(folder.name, "rounds")
    return Boosted(task, packed, beside)


def memory(params: Params, rows: int, columns: int) -> float:
    """A byte a cell for the bins, and gradients, of every fold at once."""
    folds = FOLDS if rows <= SEVERAL_FOLDS else 2
    return folds * rows * (columns * 6.0 + 64.0)


FAMILY = Family(
    key="boosting",
    order=2,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.CODES,
    reasons=Reasons.BOOSTED,
    fit=fit,
    scores=scores,
    save=save,
    load=load,
    memory=memory,
    effort=1,
    smaller=Smaller(_cut, _forms),
)
