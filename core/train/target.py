"""What is predicted, as numbers: which task a column asks for and the truth of each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import (
    ClassTooSmall,
    TargetConstant,
    TargetMissing,
    TargetNotNumber,
    TargetTooLarge,
    TooFewRows,
    TooManyClasses,
    UnknownOutcome,
)
from core.models.family import Task
from core.schema import Column, Kind

LEAST_ROWS = 50
LEAST_OF_A_CLASS = 8
CLASSES_AT_MOST = 30
LARGEST = 1e15  # no amount is larger; far beyond, squares and sums of squares have no end


@dataclass(frozen=True)
class Truth:
    """What happened, as numbers.

    ``y`` (n,) is int64 class numbers or float64 values; ``classes`` are the levels by class number
    (binary: the outcome second).
    """

    y: NDArray[Any]
    classes: tuple[str, ...]


def task_of(target: Column) -> Task:
    """The task a column asks for: numbers are estimated, two levels told apart, more chosen.

    A column without known levels (text, or a category of too many) asks for several classes.
    """
    if target.kind in (Kind.NUMBER, Kind.DATE):
        return Task.REGRESSION
    return Task.BINARY if 1 <= len(target.levels) <= 2 else Task.MULTICLASS


def truth(cells: pd.Series, target: Column, outcome: str) -> Truth:
    """The truth of ``cells`` (n,), the target where it is known.

    Raises TargetMissing, TargetConstant, TargetNotNumber, TargetTooLarge, TooFewRows,
    TooManyClasses, ClassTooSmall and UnknownOutcome.
    """
    if not len(cells):
        raise TargetMissing(target.name)
    if target.kind is Kind.DATE:
        raise TargetNotNumber(target.name, str(cells.iloc[0]))
    levels = [str(level) for level in cells.unique()]
    if len(levels) < 2:
        raise TargetConstant(target.name, levels[0])
    if len(cells) < LEAST_ROWS:
        raise TooFewRows(len(cells), LEAST_ROWS)
    if target.kind is Kind.NUMBER:
        return Truth(_within(cells.to_numpy("float64"), target), ())
    classes = _classes(cells, target, outcome, levels)
    numbers = pd.Index(classes, dtype=object).get_indexer(pd.Index(cells, dtype=object))
    return Truth(numbers.astype("int64"), classes)


def _within(values: NDArray[Any], target: Column) -> NDArray[Any]:
    beyond = values[~(np.abs(values) <= LARGEST)]
    if len(beyond):
        raise TargetTooLarge(target.name, f"{beyond[0]:g}", len(beyond), LARGEST)
    return values


def _classes(cells: pd.Series, target: Column, outcome: str, levels: list[str]) -> tuple[str, ...]:
    limit = 2 if task_of(target) is Task.BINARY else CLASSES_AT_MOST
    if len(levels) > limit:
        raise TooManyClasses(target.name, len(levels), limit)
    rarest = cells.value_counts().idxmin()
    if (cells == rarest).sum() < LEAST_OF_A_CLASS:
        raise ClassTooSmall(
            target.name, str(rarest), int((cells == rarest).sum()), LEAST_OF_A_CLASS
        )
    if len(levels) > 2:
        return tuple(sorted(levels))
    absent = [level for level in target.levels if level not in levels]
    if absent:  # several classes, of which these rows hold two
        raise ClassTooSmall(target.name, absent[0], 0, LEAST_OF_A_CLASS)
    if outcome not in levels:
        raise UnknownOutcome(target.name, outcome, tuple(sorted(levels)))
    return (next(level for level in levels if level != outcome), outcome)
