"""How far one model is behind another over folds, and how far luck of the rows may move that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bench.accuracy.sets import JUDGED, Asked
from core.evaluate.compare import Difference, compare
from core.models.family import Floats, Task
from core.predict import Predictions


def apart(asked: Asked, ahead: Sequence[Floats], behind: Sequence[Floats]) -> tuple[float, float]:
    """The 95 % interval of how far ``behind`` is behind ``ahead``, each what a model says of the
    rows to judge fold by fold.

    Paired in each fold, customers counted where rows have one (``core.evaluate.compare``); folds
    judge other rows, so their errors add up in squares. What another draw of the rows to learn from
    would change is not in it, nor that the best of several peers is best by luck too.
    """
    each = [
        _difference(asked, judge, one, other)
        for (_, judge), one, other in zip(asked.folds, ahead, behind, strict=True)
    ]
    middle = float(np.mean([one.difference for one in each]))
    half = float(np.sqrt(sum(((one.high - one.low) / 2) ** 2 for one in each))) / len(each)
    return middle - half, middle + half


def _difference(asked: Asked, judge: Floats, ahead: Floats, behind: Floats) -> Difference:
    first, second = (_predictions(asked, judge, said) for said in (ahead, behind))
    return compare(first, second, JUDGED[asked.spec.task])


def _predictions(asked: Asked, judge: Floats, said: Floats) -> Predictions:
    task = asked.spec.task
    classes = () if task is Task.REGRESSION else tuple(map(str, range(asked.classes)))
    owner = pd.factorize(asked.table[asked.group])[0][judge] if asked.group else None
    rows = np.asarray(judge, "int64")
    return Predictions(task, asked.spec.target.name, classes, rows, said, asked.y[judge], (), owner)
