"""One change that is made to many customers at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import BadValue, UnknownColumn
from core.models.family import Floats
from core.schema import Column, Kind
from core.text.phrases import Phrases, number, quoted
from core.train.field import Field


class Move(StrEnum):
    """What is done to the cells of a column."""

    SET = "set"
    ADD = "add"
    MULTIPLY = "multiply"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    LATER = "later"


@dataclass(frozen=True)
class Lever:
    """What is done to one column.

    ``amount`` is a number (days for LATER, where below 0 is earlier); a level for SET of a
    category. ``whole`` rounds the result to whole numbers, halves to the even one.
    """

    column: str
    move: Move
    amount: float | str
    whole: bool = False


MOVES: dict[Kind, tuple[Move, ...]] = {
    Kind.NUMBER: (Move.ADD, Move.MULTIPLY, Move.SET, Move.AT_MOST, Move.AT_LEAST),
    Kind.CATEGORY: (Move.SET,),
    Kind.BOOLEAN: (Move.SET,),
    Kind.DATE: (Move.LATER,),
    Kind.TEXT: (),
}
TEN_MORE_IN_A_HUNDRED, A_WEEK, ONE = 1.1, 7.0, 1.0
OF_NUMBERS: dict[Move, Callable[[Floats, float], Floats]] = {
    Move.SET: np.full_like,
    Move.ADD: np.add,
    Move.MULTIPLY: np.multiply,
    Move.AT_MOST: np.minimum,
    Move.AT_LEAST: np.maximum,
}


def pulled(lever: Lever, column: Column, cells: pd.Series) -> pd.Series:
    """The cells of a column after the lever; a missing cell stays missing unless it is SET.

    Raises BadValue where the lever's amount does not fit the column, UnknownColumn for another
    column's lever.
    """
    if lever.column != column.name:
        raise UnknownColumn(lever.column, (column.name,))
    if lever.move not in MOVES[column.kind]:
        raise BadValue(column.name, str(lever.move), column.kind)
    if column.kind is Kind.NUMBER:
        return _number(lever, cells)
    if column.kind is Kind.DATE:
        return _date(lever, cells)
    return pd.Series(str(lever.amount), index=cells.index, dtype=cells.dtype)


def _number(lever: Lever, cells: pd.Series) -> pd.Series:
    amount = _amount(lever, Kind.NUMBER)
    with np.errstate(over="ignore"):
        found = OF_NUMBERS[lever.move](cells.to_numpy("float64", na_value=np.nan), amount)
    return pd.Series(np.rint(found) if lever.whole else found, index=cells.index)


def _date(lever: Lever, cells: pd.Series) -> pd.Series:
    days = _amount(lever, Kind.DATE)
    try:
        return cells + pd.Timedelta(days=days).as_unit("us")
    except (OverflowError, pd.errors.OutOfBoundsDatetime, pd.errors.OutOfBoundsTimedelta) as fault:
        raise BadValue(lever.column, number(days), Kind.DATE) from fault


def _amount(lever: Lever, kind: Kind) -> float:
    amount = lever.amount
    if isinstance(amount, str) or not math.isfinite(amount):
        raise BadValue(lever.column, str(amount), kind)
    return float(amount)


def starting_amount(move: Move, field: Field) -> float | str:
    """Where a lever of that kind may stand before a person sets it; ``field`` is of its column."""
    if field.kind not in (Kind.NUMBER, Kind.DATE):
        return str(field.middle) if field.middle is not None else ""
    if move in (Move.SET, Move.AT_MOST, Move.AT_LEAST):
        return field.middle if isinstance(field.middle, float) else 0.0
    return {Move.MULTIPLY: TEN_MORE_IN_A_HUNDRED, Move.LATER: A_WEEK}.get(move, ONE)


def moved(old: pd.Series, new: pd.Series) -> NDArray[np.bool_]:
    """(n,) true where a cell is another; two missing cells are the same."""
    same = (old == new).to_numpy(bool, na_value=False)
    return ~(same | (old.isna() & new.isna()).to_numpy(bool))


def lever_words(lever: Lever, say: Phrases) -> str:
    """What the lever does, in a few words: "visits + 2", "tier is “gold”"."""
    amount = lever.amount
    shown = quoted(amount) if isinstance(amount, str) else number(amount)
    move = f"{lever.move}"
    if isinstance(amount, float | int) and amount < 0 and lever.move in (Move.ADD, Move.LATER):
        move, shown = f"{move}_less", number(-amount)
    words = say(f"segment.lever.{move}", column=lever.column, amount=shown)
    return words + (say("segment.lever.whole") if lever.whole else "")
