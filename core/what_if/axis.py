"""One free column as a row of numbered places that it can change to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.family import Floats, Matrix
from core.schema import Column
from core.train.field import DAY_US
from core.train.preparation import NumberPart, Preparation, encode, is_numeric
from core.what_if.limits import Direction, Limit, decimals

Places = NDArray[np.int64]

UNMOVED = np.iinfo(np.int64).min  # the place of a column that stays as it is
NEARLY = 1e-9  # of a step: rounding that does not count


@dataclass(frozen=True, eq=False)
class Axis:
    """A free column of one row.

    Place k of a number is ``anchor + k * step``, of other columns ``limit.levels[k]``; places run
    from ``first`` to ``last``. ``now`` is where the row stands (a float, dates in days since 1970,
    or a level; None for a gap) and ``start`` the number it is measured from, which for a gap is
    the middle of the data. ``spread`` and ``log`` scale sizes as deviations of the training rows.
    """

    column: Column
    limit: Limit
    now: float | str | None
    start: float
    anchor: float
    first: int
    last: int
    spread: float
    log: bool
    dtype: Any

    @property
    def numeric(self) -> bool:
        """True for numbers and dates."""
        return is_numeric(self.column)

    @property
    def step(self) -> float:
        """The step of a number; 1 for levels."""
        return self.limit.step or 1.0


def axis(
    column: Column, limit: Limit, now: float | str | None, middle: float, part: NumberPart | None
) -> Axis:
    """The axis of a column that stands at ``now``; ``part`` says how its numbers are scaled.

    ``middle`` is the median of the data, which a gap is measured from.
    """
    spread = part.scale if part is not None and part.scale else 1.0
    log = part is not None and part.log
    if part is None:
        last = len(limit.levels) - 1
        return Axis(column, limit, now, 0.0, 0.0, 0, last, spread, log, object)
    start = now if isinstance(now, float) else middle
    dated = pd.api.types.is_datetime64_any_dtype(_dtype(column))
    anchor = start if dated else 0.0
    first, last = _reach(limit, start, anchor, now is None)
    return Axis(column, limit, now, start, anchor, first, last, spread, log, _dtype(column))


def _dtype(column: Column) -> Any:
    return "float64" if column.kind == "number" else "datetime64[us]"


def _reach(limit: Limit, start: float, anchor: float, gap: bool) -> tuple[int, int]:
    """The first and last place within the limit and in its direction."""
    step = limit.step or 1.0
    low = start if limit.low is None else limit.low
    high = start if limit.high is None else limit.high
    first = int(np.ceil((low - anchor) / step - NEARLY))
    last = int(np.floor((high - anchor) / step + NEARLY))
    if limit.direction is Direction.RISE and not gap:
        first = max(first, int(np.floor((start - anchor) / step + NEARLY)) + 1)
    if limit.direction is Direction.FALL and not gap:
        last = min(last, int(np.ceil((start - anchor) / step - NEARLY)) - 1)
    return first, last


def count(of: Axis) -> int:
    """How many places there are, the row's own among them."""
    return max(0, of.last - of.first + 1)


def numbers(of: Axis, places: Places) -> Floats:
    """The values of places of a number or date (days since 1970)."""
    if of.anchor:
        return np.asarray(of.anchor + places * of.step)
    return np.round(places * of.step, decimals(of.step))


def settled(of: Axis, places: Places) -> Places:
    """The same places, UNMOVED where they say what the row says already."""
    if of.numeric:
        same = np.isclose(numbers(of, places), of.start, rtol=0, atol=NEARLY * of.step)
        same &= of.now is not None
    else:
        same = np.array([of.limit.levels[p] == of.now for p in places], bool)
    return np.where(same, UNMOVED, places)


def cells(of: Axis, places: Places) -> pd.Series:
    """Places as the typed table would hold them; none may be UNMOVED."""
    if not of.numeric:
        return pd.Series([of.limit.levels[p] for p in places], dtype=object)
    values = numbers(of, places)
    if of.dtype == "float64":
        return pd.Series(values)
    return pd.Series((values * DAY_US).round().astype("int64").astype("datetime64[us]"))


def block(of: Axis, preparation: Preparation, places: Places) -> Matrix:
    """What the places become in the model's matrix: (places, width of the column)."""
    name = of.column.name
    return encode(preparation.alone(name), cells(of, places).to_frame(name))


def sizes(of: Axis, places: Places) -> Floats:
    """How far each place is from where the row stands: deviations, or 1 for another level."""
    moved = places != UNMOVED
    if not of.numeric:
        return moved.astype("float64")
    values = np.where(moved, numbers(of, np.where(moved, places, 0)), of.start)
    far = np.abs(_scaled(of, values) - _scaled(of, np.full(1, of.start))) / of.spread
    return np.where(moved, far + (of.now is None), 0.0)


def _scaled(of: Axis, values: Floats) -> Floats:
    return np.log1p(np.maximum(values, 0.0)) if of.log else values


def prices(of: Axis, places: Places) -> Floats:
    """What each place costs; 0 without a price."""
    moved, price = places != UNMOVED, of.limit.price or 0.0
    if not of.numeric:
        return moved * price
    values = np.where(moved, numbers(of, np.where(moved, places, 0)), of.start)
    return price * np.abs(values - of.start)


def nearer(of: Axis, place: int) -> list[int]:
    """Places of a number between this one and where the row stands, 1, 2, 4, 8 ... steps nearer.

    Levels have none.
    """
    if not of.numeric:
        return []
    here = (of.start - of.anchor) / of.step
    towards = 1 if place < here else -1
    room = int(abs(here - place) - NEARLY)
    found = []
    jump = 1
    while jump <= room:
        found.append(place + towards * jump)
        jump *= 2
    return [p for p in found if of.first <= p <= of.last]
