"""The exact machine with Gaussian kernel, fully tuned: its penalty and its kernel's width.

Both on the grid of Hsu, Chang & Lin (2003), by successive halving (Jamieson & Talwalkar 2016) where
there are many rows: all 64 settings with a ninth of them, the best third with a third, and the best
third of those with all, each by inner folds of the rows to learn from. Of big sets at most ``ROWS``
are tuned on; the machine that is judged is then fitted on all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.rivals import answers, piped, plain
from bench.accuracy.sets import SEED, Asked, Fold
from core.models.family import Task

PENALTIES = 2.0 ** np.arange(-5, 10, 2)
WIDTHS = 2.0 ** np.arange(-13, 2, 2)
ROWS, LEAST = 9_000, 500  # of the last round at most, of the first at least
INNER, HALVING = 3, 3
CACHE = 1_000  # MB of kernel
SCORING = {Task.BINARY: "roc_auc", Task.MULTICLASS: "accuracy", Task.REGRESSION: "r2"}


def tuned(asked: Asked, fold: Fold) -> NDArray[np.float64]:
    """What the machine with the best setting says of the rows to judge; its margin ranks."""
    return answers(asked, fold, search(asked, fold), plain(asked))


def search(asked: Asked, fold: Fold) -> Any:
    """The search, to be fitted on the fold's rows to learn from."""
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    from sklearn.model_selection import HalvingGridSearchCV

    (learn, _), task = fold, asked.spec.task
    model, place = _machine(task)
    most = min(len(learn), ROWS)
    return HalvingGridSearchCV(
        piped(model, True), {f"{place}__C": PENALTIES, f"{place}__gamma": WIDTHS}, factor=HALVING,
        min_resources=min(most, max(LEAST, most // HALVING**2)), max_resources=most,
        cv=_inner(asked, learn), scoring=SCORING[task], return_train_score=False,
        random_state=SEED, n_jobs=-1,
    )  # fmt: skip


def _machine(task: Task) -> tuple[Any, str]:
    """The machine, and where its settings are in the pipeline; values are learned as deviations."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC, SVR

    if task is Task.REGRESSION:
        machine = TransformedTargetRegressor(SVR(cache_size=CACHE), transformer=StandardScaler())
        return machine, "transformedtargetregressor__regressor"
    machine = SVC(cache_size=CACHE, decision_function_shape="ovr", random_state=SEED)
    return machine, "svc"


def _inner(asked: Asked, learn: NDArray[np.int64]) -> list[Fold]:
    """Folds of the rows to learn from; no group is on both sides."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

    y = asked.y[learn]
    if asked.group:
        groups = asked.table[asked.group].astype(str).iloc[learn]
        return list(GroupKFold(INNER).split(y, y, groups))
    way = KFold if asked.spec.task is Task.REGRESSION else StratifiedKFold
    return list(way(INNER, shuffle=True, random_state=SEED).split(y, y))
