"""Training through ``FAMILY.fit`` against the bare library's fit of the same model.

The same matrix (50,000 x 30), the same settings and seed; ours and theirs take turns in one
process, and the figure is the median of the paired ratios of CPU seconds, which other work on the
machine disturbs little; ``wall`` is that of wall time, which tells more on an idle machine. Where
both give chances, ``auc`` is how far ours is above theirs on other rows; ``engine`` is what fitted
ours. Run as ``python -m bench.fit``, with names of figures to run only these; one JSON line a
figure.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np

from core.models import mlp
from core.models.engine import Engine, engine
from core.models.family import Fitted, Floats, Matrix, Problem, Task, family
from core.models.watching import parts
from core.progress import silent

ROWS, COLUMNS = 50_000, 30
GOAL = 1.15
IS_QUICK = engine() is Engine.QUICK
QUICK_FOREST, QUICK_SVM = (0.35, 0.7) if IS_QUICK else (GOAL, GOAL)
BEHIND = 0.005  # at most, in AUC
SEED = 7
TREES = 60
SMALL = 6_000  # rows that an exact SVM learns from whatever solves it
LARGER = 12_000  # rows that one learns from where oneDAL solves it

Fit = Callable[[Problem], object]


@dataclass(frozen=True)
class Pair:
    """One model fitted twice: through us and by the library alone."""

    name: str
    ours: Fit
    theirs: Fit
    rows: int = ROWS
    times: int = 3
    goal: float = GOAL


@dataclass(frozen=True)
class Ours:
    """What the app's worker fits, and what it says of rows x (n, columns): chances (n,)."""

    key: str
    made: Fitted

    def says(self, x: Matrix) -> Floats:
        return family(self.key).scores(self.made.estimator, x)


def through_us(key: str, **params: Any) -> Fit:
    """The fit that the app's worker runs."""
    kind = family(key)
    return lambda problem: Ours(key, kind.fit(kind.settings(params), problem, SEED, silent))


def without_engine(fit: Fit) -> Fit:
    """The same on a machine that oneDAL does not exist for."""

    def fitted(problem: Problem) -> object:
        with patch("core.models.engine._loads", return_value=False):
            return fit(problem)

    return fitted


def bare_forest(problem: Problem) -> object:
    """All trees in one go, on as many threads as there are cores."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(TREES, min_samples_leaf=20, n_jobs=-1, random_state=SEED)
    return forest.fit(problem.x, problem.y)


def bare_tree(problem: Problem) -> object:
    """One tree with the default limits."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(
        max_depth=6, min_samples_leaf=20, ccp_alpha=0.0002, random_state=SEED
    )
    return tree.fit(problem.x, problem.y)


def bare_logistic(problem: Problem) -> object:
    """L-BFGS with scikit-learn's own settings."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=500).fit(problem.x, problem.y)


def bare_svc(problem: Problem) -> object:
    """SVC with Platt's calibration on three folds."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import SVC

    machine = SVC(cache_size=500)
    return CalibratedClassifierCV(machine, cv=3, ensemble=False).fit(problem.x, problem.y)


def bare_landmarks(problem: Problem) -> object:
    """Nystroem features and a logistic regression on them."""
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    gamma = 1 / (problem.x.shape[1] * problem.x.var())
    features = Nystroem(gamma=gamma, n_components=500, random_state=SEED)
    return make_pipeline(features, LogisticRegression(max_iter=500)).fit(problem.x, problem.y)


def bare_keras(problem: Problem) -> object:
    """Keras's fit of the same network with the same rows watched by its own early stopping."""
    keras = mlp.imported()
    keras.utils.set_random_seed(SEED)
    params = mlp.Params(epochs=12, pieces=0)
    learn, inner = parts(problem, 1, SEED, 1.0, 0.0)
    model = mlp.compiled(keras, params, problem.task, learn)
    stop = keras.callbacks.EarlyStopping("val_loss", patience=12, restore_best_weights=True)
    of_each = (  # as ``mlp.run`` gives them
        np.repeat(each[:, None], params.members, axis=1) for each in (inner.targets, inner.weights)
    )
    watched = (inner.x, *of_each)
    return mlp.run(
        model, params, learn, [stop], validation_data=watched, validation_batch_size=4096
    )


PLAIN = {"c": 1.0, "gamma": 1.0}  # as scikit-learn's; it looks for none
EXACT = through_us("svm", way="exact", **PLAIN)
PAIRS = (
    Pair("fit.forest", through_us("forest", trees=TREES), bare_forest, goal=QUICK_FOREST),
    Pair("fit.forest.usual", without_engine(through_us("forest", trees=TREES)), bare_forest),
    Pair("fit.tree", through_us("tree", pruning=0.0004), bare_tree, times=7),
    Pair("fit.linear", through_us("linear"), bare_logistic, times=15),
    Pair("fit.svm.exact", EXACT, bare_svc, rows=SMALL, times=5),
    Pair("fit.svm.exact.usual", without_engine(EXACT), bare_svc, rows=SMALL, times=5),
    Pair("fit.svm.larger", EXACT, bare_svc, rows=LARGER, goal=QUICK_SVM),
    Pair(
        "fit.svm.landmarks",
        through_us("svm", landmarks=500, **PLAIN),
        bare_landmarks,
        times=5,
    ),
    Pair("fit.mlp", through_us("mlp", epochs=12, pieces=0), bare_keras, times=5),
)


def learnable(rows: int, seed: int = 0) -> Problem:
    """A yes/no question about standardised columns, with curves, a pair of columns and noise."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(rows, COLUMNS)).astype("float32")
    signal = x[:, :8].sum(axis=1) + 2 * x[:, 8] * x[:, 9] + x[:, 10] ** 2
    y = (signal + 2 * chance.normal(size=rows) > 3.5).astype("int64")
    return Problem(Task.BINARY, x, y, np.ones(rows), 2, np.ones(2))


def timed(fit: Fit, problem: Problem) -> tuple[object, float, float]:
    """What was fitted, in how many CPU seconds (of all threads), and the wall time."""
    busy, start = time.process_time(), time.perf_counter()
    made = fit(problem)
    return made, time.process_time() - busy, time.perf_counter() - start


def figure(pair: Pair) -> dict[str, object]:
    """The median of the paired ratios, who goes first taking turns; the first pair warms up."""
    problem = learnable(pair.rows)
    ratios: list[tuple[float, float]] = []
    for turn in range(pair.times + 1):
        fits = (pair.ours, pair.theirs) if turn % 2 else (pair.theirs, pair.ours)
        took = {fit: timed(fit, problem) for fit in fits}
        (ours, busy, wall), (theirs, bare_busy, bare_wall) = took[pair.ours], took[pair.theirs]
        ratios.append((busy / bare_busy, wall / bare_wall))
    ratio, wall = (round(median(each), 3) for each in zip(*ratios[1:], strict=True))
    above = auc_above(ours, theirs)
    good = ratio <= pair.goal and (above is None or above >= -BEHIND)
    by = {"engine": ours.made.engine} if isinstance(ours, Ours) and ours.made.engine else {}
    found = {"name": pair.name, "ratio": ratio, "goal": pair.goal, "ok": good, "wall": wall}
    return found | ({} if above is None else {"auc": round(above, 4)}) | by


def auc_above(ours: object, theirs: object) -> float | None:
    """How far our AUC on other rows is above theirs; None where theirs gives no chances."""
    from sklearn.metrics import roc_auc_score

    if not isinstance(ours, Ours) or not hasattr(theirs, "predict_proba"):
        return None
    new = learnable(ROWS, seed=1)
    bare = roc_auc_score(new.y, theirs.predict_proba(new.x)[:, 1])
    return float(roc_auc_score(new.y, ours.says(new.x)) - bare)


def main() -> int:
    """Print every figure, or those named on the command line; 1 where one misses its goal."""
    asked = set(sys.argv[1:])
    found = []
    for pair in PAIRS:
        if not asked or pair.name in asked:
            found.append(figure(pair))
            print(json.dumps(found[-1]), flush=True)
    return 0 if all(each["ok"] for each in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
