"""How good the model is by month: the held-out customers' months, then the new ones'."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.drift.comparison import Course, Period
from core.evaluate.metric import ANY_THRESHOLD, headline_metric
from core.evaluate.truth import truth_of
from core.models.family import Task
from core.predict import Predictions

ROWS_OF_A_PERIOD = 30
OF_EACH_ANSWER = 5
MOST = 0.8  # of the rows must lie in periods that have enough
UNITS = {"month": 1, "quarter": 3, "year": 12}  # in months
Numbers = NDArray[np.int64]
Side = tuple[Predictions, pd.Series, bool]  # with their truth, their dates, whether they are new


def course(column: str, sides: tuple[Side, ...]) -> Course | None:
    """The figure that models are ranked by for each period; None where that tells nothing.

    ``sides`` are the held-out customers and the new ones; dates are by row number. The unit is the
    finest of which most rows lie in periods of at least 30 customers, 5 of each answer, else that
    of which the most do; smaller periods have their count and no figure.
    """
    known = [(*_dated(found, dates), new) for found, dates, new in sides]
    shares = {unit: _enough(known, months) for unit, months in UNITS.items()}
    if not any(shares.values()):
        return None
    fine = (unit for unit, share in shares.items() if share >= MOST)
    unit = next(fine, max(shares, key=lambda unit: shares[unit]))
    periods = tuple(period for side in known for period in _periods(*side, unit))
    return Course(column, unit, sides[0][0].task, periods)


def _dated(found: Predictions, dates: pd.Series) -> tuple[Predictions, Numbers]:
    """The predictions whose date is known, and the month of each: months since 1970."""
    days = dates.reindex(found.rows)
    there = days.notna().to_numpy()
    months = days[there].to_numpy("datetime64[M]").astype(np.int64)
    return found.only(there), months


def _enough(known: list[tuple[Predictions, Numbers, bool]], months: int) -> float:
    """The share of rows in periods that have enough; 0 where there are fewer than two of those."""
    parts = [found.only(i) for found, at, _ in known for i in _inside(at, months).values()]
    enough = [len(part.rows) for part in parts if _is_enough(part)]
    return sum(enough) / sum(len(part.rows) for part in parts) if len(enough) > 1 else 0.0


def _inside(at: Numbers, months: int) -> dict[int, NDArray[np.bool_]]:
    return {int(number): at // months == number for number in np.unique(at // months)}


def _is_enough(found: Predictions) -> bool:
    if len(found.rows) < ROWS_OF_A_PERIOD:
        return False
    if found.task is Task.REGRESSION:
        return True
    counts = np.sort(np.unique(truth_of(found), return_counts=True)[1])
    return len(counts) > 1 and int(counts[-2]) >= OF_EACH_ANSWER


def _periods(found: Predictions, at: Numbers, now: bool, unit: str) -> Iterator[Period]:
    metric = headline_metric(found.task).statistic
    for number, inside in _inside(at, UNITS[unit]).items():
        some = found.only(inside)
        name, value = _name(number, unit), float("nan")
        if _is_enough(some):
            value = metric.value(some, ANY_THRESHOLD)
        if not np.isfinite(value):
            yield Period(name, now, len(some.rows), None, None, None)
            continue
        low, high = metric.interval(some, ANY_THRESHOLD, 0)
        yield Period(name, now, len(some.rows), float(value), float(low), float(high))


def _name(number: int, unit: str) -> str:
    """2024-03, 2024 Q1 or 2024."""
    first = number * UNITS[unit]
    year, month = 1970 + first // 12, first % 12 + 1
    if unit == "year":
        return str(year)
    return f"{year}-{month:02d}" if unit == "month" else f"{year} Q{(month + 2) // 3}"
