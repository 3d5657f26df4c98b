"""Cross-validated accuracy of each family as it comes, beside scikit-learn as it comes.

Run as ``python -m bench.accuracy [--folds K] [part of a set's name ...]``: ROC AUC of two classes,
accuracy of several and R2 of values, the mean of five folds (or the first K) of the same rows for
all. A line a set: how far the best of ours is behind the best of theirs (negative: ahead), every
model's score, and the seconds of processors that its fits took. ``bench.accuracy.search`` measures
what a search finds, ``bench.accuracy.peers`` stands beside peers of other environments.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from bench.accuracy.limits import Limits, asked_for
from bench.accuracy.rivals import RIVALS
from bench.accuracy.sets import SEED, Asked, Fold, score
from bench.figure import figure, told
from core.models.family import Floats, Task, families, family
from core.progress import silent
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import prepared

BEHIND = {Task.BINARY: 0.002, Task.MULTICLASS: 0.005, Task.REGRESSION: 0.005}  # at most


def ours(key: str, asked: Asked, fold: Fold) -> Floats:
    """What a family of ours says of the rows to judge, as it comes."""
    return fitted(asked, fold, replace(asked.spec, family=key, params={}))


def fitted(asked: Asked, fold: Fold, spec: ModelSpec) -> Floats:
    """What a model of that wish says of the rows to judge."""
    kind, (learn, judge) = family(spec.family), fold
    rows, y = asked.table.iloc[learn], asked.y[learn]
    ready, problem = prepared(rows, y, spec, asked.classes, kind.encoding)
    made = kind.fit(kind.settings(spec.params), problem, SEED, silent)
    return kind.scores(made.estimator, encode(ready, asked.table.iloc[judge]))


def measured(asked: Asked, say: Any) -> tuple[list[float], float]:
    """The score of each fold, and the seconds of processors that they took."""
    start = time.process_time()
    scores = [score(asked.spec.task, asked.y[fold[1]], say(asked, fold)) for fold in asked.folds]
    return scores, round(time.process_time() - start, 1)


def figures(wanted: Limits) -> Iterator[dict[str, object]]:
    """A line a set, with every model's score."""
    for asked in wanted.sets():
        task = asked.spec.task
        found: dict[str, dict[str, float]] = {"ours": {}, "theirs": {}}
        seconds: dict[str, float] = {}
        for side, name, say in _models(task):
            scores, seconds[f"{side} {name}"] = measured(asked, say)
            found[side][name] = round(float(np.mean(scores)), 4)
        behind = max(found["theirs"].values()) - max(found["ours"].values())
        yield figure(f"accuracy.{asked.name}", "value", behind, BEHIND[task],
                     rows=len(asked.y), **found, seconds=seconds)  # fmt: skip


def _models(task: Task) -> Iterator[tuple[str, str, Any]]:
    for key, kind in families().items():
        if task in kind.tasks and kind.on_menu:
            yield "ours", key, lambda asked, fold, key=key: ours(key, asked, fold)
    for name, say in RIVALS.items():
        yield "theirs", name, say


if __name__ == "__main__":
    raise SystemExit(told(figures(asked_for(__doc__, {})[1])))
