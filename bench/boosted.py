"""Reasons of boosted trees' chances: ours against shap's of the same chances, both exact.

Run as ``python -m bench.boosted``. 3,000 made-up customers, 50 background rows, one row explained:
of two classes by twelve columns, of four by eight. shap takes all coalitions too
(``ExactExplainer``): its own explainer of trees gives a chance's values only against one background
row at a time, rescaled from the log-odds'. The figure of speed is the ratio of CPU seconds, ours
and theirs taking turns; ``wall`` is that of wall time. Then two classes by twenty columns, of which
nobody can take all: seconds of wall time alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

import numpy as np
import pandas as pd

from bench.figure import figure, told
from bench.kernel import compared
from core.explain.explaining import explain, explainer
from core.explain.shapley.method import Asked
from core.models.family import Floats, Task, family
from core.progress import silent
from core.schema import Column, Kind
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train

ROWS, BACKGROUND = 3_000, 50
LEVELS = 6  # of every other column
SHAPS = 0.15  # of shap's time, which asks our trees
ONE_ROW = 0.15  # seconds
ROUNDING = 1e-9


def customers(columns: int, classes: int) -> tuple[TrainedModel, pd.DataFrame]:
    """A model of made-up customers, as it comes, and their table."""
    chance = np.random.default_rng(0)
    cells = {
        f"c{place}": chance.integers(0, LEVELS, ROWS) if place % 2 else chance.normal(size=ROWS)
        for place in range(columns)
    }
    table = pd.DataFrame(cells).astype("float64")
    level = table.c0 * table.c1 + 3 * table.c2 + table.c3 * table.c5 + 3 * chance.normal(size=ROWS)
    names = [f"answer {number}" for number in range(classes)]
    table["answer"] = pd.qcut(level, classes, labels=names).astype(object)
    features = tuple(Column(name, Kind.NUMBER) for name in cells)
    target = Column("answer", Kind.CATEGORY, levels=tuple(names))
    task = Task.BINARY if classes == 2 else Task.MULTICLASS
    outcome = names[-1] if classes == 2 else ""
    spec = ModelSpec("made up", task, target, features, "boosting", outcome)
    return train(table, spec, silent), table


def against_shap(name: str, columns: int, classes: int) -> Iterator[dict[str, object]]:
    """One row's ratio of times, and how far the two are apart."""
    import shap

    model, table = customers(columns, classes)
    ready, row = explainer(model, Asked(background=BACKGROUND)), table.iloc[[0]]
    behind, x = ready.state.worth.background, encode(model.preparation, row)

    def chance(rows: Floats) -> Floats:
        said = family("boosting").scores(model.estimator, rows.astype("float32"))
        return said[:, -1] if said.ndim == 2 else said

    theirs = shap.ExactExplainer(chance, shap.maskers.Independent(behind, max_samples=BACKGROUND))
    of = "" if classes == 2 else model.classes[-1]

    def ours() -> Floats:
        return explain(ready, row, of).effects[0]

    goals, right = (SHAPS, ROUNDING), theirs(x).values[0]
    trees = len(model.estimator.packed.roots)
    yield from compared(
        f"boosted.{name}", ours, lambda: theirs(x).values[0], right, goals, trees=trees
    )


def many_columns() -> Iterator[dict[str, object]]:
    """Seconds of a row of twenty columns."""
    model, table = customers(20, 2)
    ready = explainer(model, Asked(background=BACKGROUND))
    took, carried = [], []
    for place in range(10):
        row = table.iloc[[place]]
        begun = time.perf_counter()
        carried.append(explain(ready, row).notes[0])
        took.append(time.perf_counter() - begun)
    yield figure("boosted.many.seconds", "value", median(took), ONE_ROW, carried=carried)


def figures() -> Iterator[dict[str, object]]:
    yield from against_shap("two_classes", 12, 2)
    yield from against_shap("classes", 8, 4)
    yield from many_columns()


if __name__ == "__main__":
    raise SystemExit(told(figures()))
