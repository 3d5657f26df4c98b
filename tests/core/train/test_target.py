"""What is predicted, as numbers, and every way it can be impossible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import (
    ClassTooSmall,
    TargetConstant,
    TargetMissing,
    TargetNotNumber,
    TargetTooLarge,
    TooFewRows,
    TooManyClasses,
    UnknownOutcome,
    UserError,
)
from core.models.family import Task
from core.schema import Column, Kind
from core.train.target import task_of, truth

YES_NO = Column("y", Kind.BOOLEAN, levels=("no", "yes"))
BRAND = Column("y", Kind.CATEGORY, levels=("a", "b", "c"))
AMOUNT = Column("y", Kind.NUMBER)


def cells(**counts: int) -> pd.Series:
    return pd.Series(np.repeat(list(counts), list(counts.values())), dtype=object)


@pytest.mark.parametrize(
    ("column", "task"),
    [
        (AMOUNT, Task.REGRESSION),
        (Column("y", Kind.DATE), Task.REGRESSION),
        (YES_NO, Task.BINARY),
        (Column("y", Kind.CATEGORY, levels=("a", "b")), Task.BINARY),
        (Column("y", Kind.CATEGORY, levels=("a",)), Task.BINARY),
        (BRAND, Task.MULTICLASS),
        (Column("y", Kind.TEXT), Task.MULTICLASS),
        (Column("y", Kind.CATEGORY), Task.MULTICLASS),
    ],
)
def test_the_kind_and_levels_decide_the_task(column: Column, task: Task) -> None:
    assert task_of(column) is task


@pytest.mark.parametrize(("outcome", "classes"), [("yes", ("no", "yes")), ("no", ("yes", "no"))])
def test_the_outcome_is_the_second_class(outcome: str, classes: tuple[str, ...]) -> None:
    given = cells(yes=30, no=40).sample(frac=1, random_state=0)
    found = truth(given, YES_NO, outcome)
    assert found.classes == classes
    assert found.y.dtype == np.int64
    np.testing.assert_array_equal(found.y, (given == outcome).astype(int))


def test_several_classes_are_numbered_by_name_whatever_their_order() -> None:
    found = truth(cells(c=20, a=30, b=10), BRAND, "")
    assert found.classes == ("a", "b", "c")
    np.testing.assert_array_equal(found.y, np.repeat([2, 0, 1], [20, 30, 10]))


def test_values_stay_values() -> None:
    values = np.linspace(-3, 9, 60)
    found = truth(pd.Series(values), AMOUNT, "")
    assert found.classes == ()
    np.testing.assert_array_equal(found.y, values)


MANY = {f"level{i}": 10 for i in range(31)}


@pytest.mark.parametrize(
    ("given", "column", "outcome", "error"),
    [
        (cells(), YES_NO, "yes", TargetMissing("y")),
        (cells(yes=90), YES_NO, "yes", TargetConstant("y", "yes")),
        (pd.Series(np.full(90, 2.5)), AMOUNT, "", TargetConstant("y", "2.5")),
        (
            pd.Series(pd.date_range("2024-01-01", periods=60)),
            Column("y", Kind.DATE),
            "",
            TargetNotNumber("y", "2024-01-01 00:00:00"),
        ),
        (
            pd.Series([np.inf, -np.inf, *range(60)]),
            AMOUNT,
            "",
            TargetTooLarge("y", "inf", 2, 1e15),
        ),
        (
            pd.Series([7.0, -1e300, *range(60)]),
            AMOUNT,
            "",
            TargetTooLarge("y", "-1e+300", 1, 1e15),
        ),
        (cells(yes=20, no=29), YES_NO, "yes", TooFewRows(49, 50)),
        (cells(**MANY), Column("y", Kind.TEXT), "", TooManyClasses("y", 31, 30)),
        (cells(a=50, b=50, c=50), YES_NO, "yes", TooManyClasses("y", 3, 2)),
        (cells(yes=7, no=60), YES_NO, "yes", ClassTooSmall("y", "yes", 7, 8)),
        (cells(a=60, b=7, c=60), BRAND, "", ClassTooSmall("y", "b", 7, 8)),
        (cells(a=60, b=60), BRAND, "", ClassTooSmall("y", "c", 0, 8)),
        (cells(yes=30, no=60), YES_NO, "maybe", UnknownOutcome("y", "maybe", ("no", "yes"))),
        (cells(yes=30, no=60), Column("y", Kind.TEXT), "", UnknownOutcome("y", "", ("no", "yes"))),
    ],
)
def test_what_cannot_be_predicted_says_why(
    given: pd.Series, column: Column, outcome: str, error: UserError
) -> None:
    with pytest.raises(type(error)) as raised:
        truth(given, column, outcome)
    assert raised.value.facts == error.facts


def test_the_limits_themselves_are_enough() -> None:
    assert len(truth(cells(yes=8, no=42), YES_NO, "yes").y) == 50
    assert len(truth(cells(**dict(list(MANY.items())[:30])), Column("y", Kind.TEXT), "").classes)
