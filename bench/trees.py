"""Our Shapley values of a forest against ``shap.TreeExplainer``, one thread each, taking turns.

Forests of 200 trees on 50,000 rows of 20 columns, as deep as ten splits and as deep as they grow.
A figure's ``ratio`` is our CPU seconds a row over shap's, the median of the pairs; shap explains
fewer rows, in the same run. Run as ``python -m bench.trees``, with names of figures to run only
these; one JSON line a figure.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import resource
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
BACKGROUND = 50
SCORED, SHOWN = 20_000, 100_000
SEED = 7
TURNS = 3
ONE_BY_ONE = 5
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
    from core.explain.shapley.exact.game import played
    from core.explain.shapley.exact.interventional import against, interventional
    from core.models.packed.trees import packed
    interventional(against(played(packed(forest)), x[:50]), x[:1])
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
def grown(depth: int | None, rows: int = ROWS) -> Any:
    """The forest of that depth."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(TREES, max_depth=depth, n_jobs=-1, random_state=SEED)
    return forest.fit(*learnable(rows))


def by_shap(forest: Any, background: Matrix | None = None) -> Explain:
    """shap's values (rows, columns, classes)."""
    import shap

    explainer = shap.TreeExplainer(forest, background)
    return lambda x: np.asarray(explainer.shap_values(x, check_additivity=False))


def by_paths(forest: Any, outputs: list[int]) -> Explain:
    """Our path-dependent values, one thread."""
    from core.explain.shapley.exact.game import played
    from core.explain.shapley.exact.path_dependent import path_dependent
    from core.models.packed.trees import packed

    ready = played(packed(forest))
    return lambda x: path_dependent(ready, x, np.array(outputs))


def by_background(forest: Any, background: Matrix, outputs: list[int]) -> Explain:
    """Our interventional values, one thread."""
    from core.explain.shapley.exact.game import played
    from core.explain.shapley.exact.interventional import against, interventional
    from core.models.packed.trees import packed

    ready = against(played(packed(forest)), background)
    return lambda x: interventional(ready, x, np.array(outputs))


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
    ours, theirs = (
        [1000 * seconds(each, x[i : i + 1]) for i in range(ONE_BY_ONE)] for each in both
    )
    facts = {"milliseconds": round(median(ours), 2), "shap": round(median(theirs), 2)}
    return figure(name, "ratio", median(ours) / median(theirs), 1.0, **facts)


def agreed(name: str, ours: Explain, theirs: Explain, rows: int) -> Any:
    """The largest difference of two ways on the same rows."""
    x, _ = learnable(ROWS)
    apart = float(np.abs(ours(x[:rows]) - theirs(x[:rows])).max())
    return figure(name, "value", apart, AGREEMENT, largest_difference=apart)


def of_paths(word: str, depth: int | None, goal: float, rows: tuple[int, int]) -> Iterator[Any]:
    """A forest's figures: speed for the class that is shown, one row, agreement."""
    forest = grown(depth)
    theirs = by_shap(forest)
    ours = by_paths(forest, [1])
    yield agreed(f"trees.{word}.agreement", by_paths(forest, [0, 1]), theirs, rows[1])
    yield compared(f"trees.{word}", goal, (ours, theirs), rows)
    yield one_row(f"trees.{word}.one_row", (ours, theirs))


def of_background(depth: int | None, rows: int, goal: float) -> Iterator[Any]:
    """Interventional values of the class that is shown; shap's are in float32, so only speed."""
    forest, behind = grown(depth, rows), learnable(ROWS)[0][-BACKGROUND:]
    both = (by_background(forest, behind, [1]), by_shap(forest, behind))
    word = f"trees.interventional.{depth or 'unlimited'}"
    yield compared(word, goal, both, (64, 6))
    yield one_row(f"{word}.one_row", both)


def predictions() -> Iterator[Any]:
    """One row's chance against scikit-learn's own, and how far the two are apart."""
    from core.models.packed.trees import packed, predicted

    forest, (x, _) = grown(10), learnable(ROWS)
    ready = packed(forest)
    both = (lambda some: predicted(ready, some), forest.set_params(n_jobs=1).predict_proba)
    apart = float(np.abs(both[0](x[:1000]) - both[1](x[:1000])).max())
    yield figure("trees.predict.agreement", "value", apart, 1e-12, largest_difference=apart)
    yield one_row("trees.predict.one_row", both)


def many_rows() -> Iterator[Any]:
    """100,000 rows from table to explanation: memory beside the result, and how soon it stops."""
    command = [sys.executable, "-c", "from bench.trees import shown_rows; shown_rows()"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    beside, stopped, took = map(float, answer.stdout.split())
    yield figure("trees.rows_100000.megabytes", "value", beside, 500, seconds=round(took, 1))
    yield figure("trees.rows_100000.stop", "value", stopped, 1.0)


def shown_rows() -> None:
    """Prints megabytes beside the result, seconds until a stop stops, and seconds it all took."""
    import psutil

    from core.explain.explaining import explain, explainer
    from core.progress import Cancelled

    model, table = small_model()
    ready = explainer(model)
    explain(ready, table.iloc[:100])
    told = [time.perf_counter()]
    before = psutil.Process().memory_info().rss

    def stop(share: float, stage: str) -> None:
        told.append(time.perf_counter())
        if share > 0.02:
            raise Cancelled

    try:
        explain(ready, table, report=stop)
    except Cancelled:
        ended = time.perf_counter()
    stopped = float(np.diff(told).max()) + ended - told[-1]  # a stop is asked for between two
    started = time.perf_counter()
    found = explain(ready, table)
    result = found.effects.nbytes + found.errors.nbytes + found.prediction.nbytes
    grown_by = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    print((grown_by - result) / 1e6, stopped, time.perf_counter() - started)


def small_model() -> tuple[Any, Any]:
    """A forest as the app grows it, of 30 trees, and 100,000 rows to explain."""
    import pandas as pd

    from core.models.family import Task
    from core.progress import silent
    from core.schema import Column, Kind
    from core.train.spec import ModelSpec
    from core.train.training import train

    x, y = learnable(SHOWN)
    columns = tuple(Column(f"c{i}", Kind.NUMBER) for i in range(COLUMNS))
    table = pd.DataFrame(x.astype("float64"), columns=[column.name for column in columns])
    table["buys"] = np.where(y, "yes", "no")
    target = Column("buys", Kind.BOOLEAN, levels=("no", "yes"))
    params: dict[str, Any] = {"trees": 30, "max_depth": 10}
    spec = ModelSpec("table", Task.BINARY, target, columns, "forest", "yes", params)
    return train(table.iloc[:SCORED], spec, silent), table


def first_call() -> Iterator[Any]:
    """Seconds that the first call of a fresh process takes more than the second, cache warm."""
    taken = []
    for _ in range(3):
        command = [sys.executable, "-c", FIRST_CALL]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        taken.append(float(answer.stdout))
    yield figure("trees.first_call", "value", median(taken[1:]), 2.0)


FIGURES: dict[str, Callable[[], Iterator[Any]]] = {
    "first_call": first_call,
    "predictions": predictions,
    "rows": many_rows,
    "depth_10": lambda: of_paths("depth_10", 10, 1 / 30, (1000, 40)),
    "interventional": lambda: of_background(10, ROWS, 1 / 5),
    "interventional_unlimited": lambda: of_background(None, 12_000, 1 / 5),
    "unlimited": lambda: of_paths("unlimited", None, 1 / 25, (64, 3)),
}


def main() -> int:
    """Print every figure, or those named on the command line; 1 where one misses its goal."""
    asked = sys.argv[1:] or list(FIGURES)
    return told(each for name in asked for each in FIGURES[name]())


if __name__ == "__main__":
    raise SystemExit(main())
