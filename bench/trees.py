"""Our Shapley values of a forest against ``shap.TreeExplainer``, one thread each, taking turns.

Forests of 200 trees on 50,000 rows of 20 columns, as deep as ten splits and as deep as they grow.
A figure's ``ratio`` is our CPU seconds a row over shap's, the median of the pairs; shap explains
fewer rows, in the same run. Run as ``python -m bench.trees``, with names of figures to run only
these; one JSON line a figure.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from statistics import median
from typing import Any

import numpy as np

from bench.figure import figure, told
from core.models.family import Floats, Matrix

ROWS, COLUMNS, TREES = 50_000, 20, 200
BACKGROUND = 100
SEED = 7
TURNS = 5
AGREEMENT = 1e-9
FIRST_CALL = """
import time
import numpy as np
from bench.trees import learnable
from sklearn.ensemble import RandomForestClassifier
x, y = learnable(2_000)
forest = RandomForestClassifier(20, max_depth=6, random_state=0).fit(x, y)
taken = []
for _ in range(2):
    started = time.perf_counter()
    from core.explain.shapley.exact.packed import packed
    from core.explain.shapley.exact.path_dependent import path_dependent
    path_dependent(packed(forest), x[:1])
    taken.append(time.perf_counter() - started)
print(taken[0] - taken[1])
"""

Explain = Callable[[Matrix], Floats]


def learnable(rows: int) -> tuple[Matrix, Any]:
    """Columns of customers: half of them numbers, half counts; classes with pairs and noise."""
    chance = np.random.default_rng(0)
    x = chance.normal(size=(rows, COLUMNS)).astype("float32")
    x[:, ::2] = np.round(np.exp(x[:, ::2]) * 3)
    signal = x[:, 1:12:2].sum(axis=1) + 2 * x[:, 13] * x[:, 15] + 0.2 * x[:, :6:2].sum(axis=1)
    y = signal + 2 * chance.normal(size=rows)
    return x, (y > np.quantile(y, 0.7)).astype("int64")


@cache
def grown(depth: int | None) -> Any:
    """The forest of that depth."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(TREES, max_depth=depth, n_jobs=-1, random_state=SEED)
    return forest.fit(*learnable(ROWS))


def by_shap(forest: Any, background: Matrix | None = None) -> Explain:
    """shap's values (rows, columns, classes)."""
    import shap

    explainer = shap.TreeExplainer(forest, background)
    return lambda x: np.asarray(explainer.shap_values(x, check_additivity=False))


def by_paths(forest: Any, outputs: list[int]) -> Explain:
    """Our path-dependent values, one thread."""
    from core.explain.shapley.exact.packed import packed
    from core.explain.shapley.exact.path_dependent import path_dependent

    ready = packed(forest)
    return lambda x: path_dependent(ready, x, np.array(outputs))


def by_background(forest: Any, background: Matrix) -> Explain:
    """Our interventional values, one thread."""
    from core.explain.shapley.exact.interventional import interventional
    from core.explain.shapley.exact.packed import packed

    ready = packed(forest)
    return lambda x: interventional(ready, x, background)


def seconds(explain: Explain, x: Matrix) -> float:
    """CPU seconds a row."""
    started = time.process_time()
    explain(x)
    return (time.process_time() - started) / len(x)


def compared(name: str, goal: float, both: tuple[Explain, Explain], rows: tuple[int, int]) -> Any:
    """The median of the paired ratios of CPU seconds a row, who goes first taking turns."""
    ours, theirs = both
    x, _ = learnable(ROWS)
    ours(x[:1])
    pairs = []
    for turn in range(TURNS):
        start = 1000 * turn
        work = [(ours, x[start : start + rows[0]]), (theirs, x[start : start + rows[1]])]
        took = {each: seconds(each, some) for each, some in (work if turn % 2 else work[::-1])}
        pairs.append((took[ours], took[theirs]))
    ratio = median(mine / other for mine, other in pairs)
    mine, other = (round(1 / median(each), 1) for each in zip(*pairs, strict=True))
    facts = {"times_as_fast": round(1 / ratio, 1), "rows_a_second": mine, "shap": other}
    return figure(name, "ratio", ratio, goal, **facts)


def one_row(name: str, both: tuple[Explain, Explain]) -> Any:
    """One row alone, milliseconds of CPU."""
    x, _ = learnable(ROWS)
    ours, theirs = ([1000 * seconds(each, x[i : i + 1]) for i in range(9)] for each in both)
    facts = {"milliseconds": round(median(ours), 2), "shap": round(median(theirs), 2)}
    return figure(name, "ratio", median(ours) / median(theirs), 1.0, **facts)


def agreed(name: str, ours: Explain, theirs: Explain, rows: int) -> Any:
    """The largest difference of two ways on the same rows."""
    x, _ = learnable(ROWS)
    apart = float(np.abs(ours(x[:rows]) - theirs(x[:rows])).max())
    return figure(name, "value", apart, AGREEMENT, largest_difference=apart)


def of_paths(word: str, depth: int | None, goal: float, rows: tuple[int, int]) -> Iterator[Any]:
    """A forest's figures: speed for the class that is shown and for all, one row, agreement."""
    forest = grown(depth)
    theirs = by_shap(forest)
    ours = by_paths(forest, [1])
    yield agreed(f"trees.{word}.agreement", by_paths(forest, [0, 1]), theirs, rows[1])
    yield compared(f"trees.{word}", goal, (ours, theirs), rows)
    yield compared(f"trees.{word}.all_classes", goal, (by_paths(forest, [0, 1]), theirs), rows)
    yield one_row(f"trees.{word}.one_row", (ours, theirs))


def of_background() -> Iterator[Any]:
    """Interventional values against 100 rows; shap's own are in float32, so only speed."""
    forest, behind = grown(10), learnable(ROWS)[0][-BACKGROUND:]
    both = (by_background(forest, behind), by_shap(forest, behind))
    yield compared("trees.interventional", 1.0, both, (32, 8))


def first_call() -> Iterator[Any]:
    """Seconds that the first call of a fresh process takes more than the second, cache warm."""
    taken = []
    for _ in range(4):
        command = [sys.executable, "-c", FIRST_CALL]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        taken.append(float(answer.stdout))
    yield figure("trees.first_call", "value", median(taken[1:]), 2.0)


FIGURES: dict[str, Callable[[], Iterator[Any]]] = {
    "first_call": first_call,
    "depth_10": lambda: of_paths("depth_10", 10, 1 / 30, (1000, 40)),
    "interventional": of_background,
    "unlimited": lambda: of_paths("unlimited", None, 1 / 25, (128, 6)),
}


def main() -> int:
    """Print every figure, or those named on the command line; 1 where one misses its goal."""
    asked = sys.argv[1:] or list(FIGURES)
    return told(each for name in asked for each in FIGURES[name]())


if __name__ == "__main__":
    raise SystemExit(main())
