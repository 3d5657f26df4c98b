"""Which customers a change would make impossible, or put where nothing like them was seen."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.progress import Report, part, silent
from core.schema import Kind
from core.train.field import Field
from core.what_if.lever import moved
from core.what_if.outsiders import Bools, as_numbers, beyond, numeric, out_of_range, unlike
from core.what_if.support import Support


class Left(StrEnum):
    """Why a customer is left out; the first that holds counts.

    UNDEFINED: a formula has no value. NEGATIVE, FRACTION: a number that the column never held.
    LEVEL: one that training never saw. BEYOND: changed out of the range that training reached.
    COMBINATION: all values together are unlike anything seen. ALREADY: beyond or unlike before
    the change.
    """

    UNDEFINED = "undefined"
    NEGATIVE = "negative"
    FRACTION = "fraction"
    LEVEL = "level"
    BEYOND = "beyond"
    ALREADY = "already"
    COMBINATION = "combination"


def left_out(
    known: Support, before: pd.DataFrame, after: pd.DataFrame, report: Report = silent
) -> NDArray[Any]:
    """(n,) why each row is left out, as the value of ``Left``, "" where it stays.

    Both tables are typed, with the same rows. Cells that did not change are not held against a
    customer, but a number beyond the range of training and an unusual combination are.
    """
    found = np.full(len(before), "", dtype=object)
    fields = {field.column: field for field in known.model.fields}
    for why in (Left.UNDEFINED, Left.NEGATIVE, Left.FRACTION, Left.LEVEL, Left.BEYOND):
        for column in known.model.spec.features:
            old, new = before[column.name], after[column.name]
            if new is not old:
                hit = CHECKS[why](fields[column.name], new)
                found[(found == "") & hit & moved(old, new)] = why
    stays = found == ""
    odd = beyond(known.model, before) | unlike(known, before, part(report, 0.0, 0.5))
    found[stays & odd] = Left.ALREADY
    stays &= ~odd
    after_odd = unlike(known, after[stays], part(report, 0.5, 1.0))
    found[np.flatnonzero(stays)[after_odd]] = Left.COMBINATION
    return found


def _undefined(field: Field, cells: pd.Series) -> Bools:
    return ~np.isfinite(as_numbers(cells)) if numeric(field) else cells.isna().to_numpy(bool)


def _negative(field: Field, cells: pd.Series) -> Bools:
    if field.kind is not Kind.NUMBER or field.low is None or field.low < 0:
        return np.zeros(len(cells), bool)
    return as_numbers(cells) < 0


def _fraction(field: Field, cells: pd.Series) -> Bools:
    if field.kind is not Kind.NUMBER or not field.whole:
        return np.zeros(len(cells), bool)
    return as_numbers(cells) % 1 != 0


def _level(field: Field, cells: pd.Series) -> Bools:
    if numeric(field):
        return np.zeros(len(cells), bool)
    return ~cells.isin(field.levels).to_numpy(bool)


def _beyond(field: Field, cells: pd.Series) -> Bools:
    if not numeric(field):
        return np.zeros(len(cells), bool)
    return out_of_range(field, as_numbers(cells))


CHECKS = {
    Left.UNDEFINED: _undefined,
    Left.NEGATIVE: _negative,
    Left.FRACTION: _fraction,
    Left.LEVEL: _level,
    Left.BEYOND: _beyond,
}
