"""Extremely randomised trees (Geurts, Ernst & Wehenkel 2006) by scikit-learn.

As a forest, but each question's limit is drawn at random and only the best of the draws is kept;
every tree learns from all rows, of very large tables from its own part.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.models import forest
from core.models.family import Encoding, Family, Fitted, Problem, Reasons, Task, setting
from core.models.forest import grown, memory, settings, sound
from core.models.leaf_size import with_leaves
from core.models.leaves import scores
from core.models.saving import load_estimator, save_estimator
from core.models.thinned import SMALLER
from core.progress import Report


@dataclass(frozen=True)
class Params(forest.Params):
    """As of a forest; drawn limits are chosen from among more columns."""

    trees: int = setting(300, 10, 1000)
    max_features: str = setting(
        "all", choices=("auto", "sqrt", "third", "all"), searched=("sqrt", "third", "all")
    )


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Grow the trees in slices, the same trees as in one go; then leaves hold real shares."""
    return with_leaves(_fit, params, problem, seed, report)


def _fit(params: forest.Params, problem: Problem, seed: int, report: Report) -> Fitted:
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    kind = ExtraTreesRegressor if problem.task is Task.REGRESSION else ExtraTreesClassifier
    given: dict[str, Any] = settings(params, problem, seed)
    found = kind(**given, bootstrap=given["max_samples"] is not None)
    return grown(params, found, problem, report)


def load(folder: Path) -> Any:
    """The trees in ``folder``. Raises ModelDamaged."""
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    return sound(load_estimator(folder, (ExtraTreesClassifier, ExtraTreesRegressor)), folder)


FAMILY = Family(
    key="extra",
    order=3,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.CODES,
    reasons=Reasons.TREES,
    fit=fit,
    scores=scores,
    save=save_estimator,
    load=load,
    memory=memory,
    effort=1,
    smaller=SMALLER,
)
