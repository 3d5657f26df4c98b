"""What the model says on average, and of each customer, as one column alone is changed.

Partial dependence (Friedman 2001) with individual conditional expectations (Goldstein et al.
2015): predictions of real background rows in which only the column is set to another value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explain.explanation import Scale
from core.explain.grid import cells, column_of, field_of, grid, numbers_of
from core.explain.output import answers, block, encoded, output
from core.intervals import Z
from core.models.family import Floats, Matrix
from core.schema import Column
from core.train.preparation import is_numeric
from core.train.training import TrainedModel

ROWS_AT_MOST = 200
POINTS = 30
LEVELS_AT_MOST = 20
EDGES = (0.01, 0.99)


@dataclass(frozen=True, eq=False)
class Partial:
    """The answers for ``rows`` customers at each of the ``values`` of one column.

    ``values`` (points,) are the user's own; ``numbers`` (points,) the same as numbers, dates as
    days since 1970, None for levels. ``lines`` (rows, points) are one customer each, ``mean``
    (points,) their average with its 95 % interval ``low`` to ``high``: it says how far the average
    of other customers might lie, not how sure the model is. ``seen`` are the background rows'
    own values in that range, as numbers or levels. ``left_out`` counts levels that are not asked.
    """

    column: str
    of: str
    scale: Scale
    rows: int
    values: pd.Series
    numbers: Floats | None
    lines: Floats
    mean: Floats
    low: Floats
    high: Floats
    seen: Floats | NDArray[np.object_]
    left_out: int = 0

    @property
    def best(self) -> int:
        """The point at which the average is highest."""
        return int(self.mean.argmax())

    @property
    def worst(self) -> int:
        """The point at which the average is lowest."""
        return int(self.mean.argmin())

    @property
    def otherwise(self) -> float:
        """The share of customers whose own line falls from the worst point to the best."""
        return float((self.lines[:, self.best] < self.lines[:, self.worst]).mean())


def partial(
    model: TrainedModel, column: str, of: str = "", rows: int = ROWS_AT_MOST
) -> Partial | None:
    """The answers for at most ``rows`` background rows, with one column set to each value.

    Numbers and dates are set to about 30 values between the 1 % and the 99 % quantile of the
    background, others to their levels, the most frequent first. None where training rows held
    no value at all. Raises UnknownColumn and UnknownOutcome.
    """
    shown, what = output(model, of), column_of(model, column)
    numbers = _numbers(model, what) if is_numeric(what) else None
    values = _levels(model, column) if numbers is None else cells(what, numbers)
    if not len(values) or not len(model.background):
        return None
    spread = np.linspace(0, len(model.background) - 1, min(rows, len(model.background)))
    customers = model.background.iloc[np.unique(spread.astype(int))]
    x = _crossed(model, customers, column, values)
    lines = answers(model, x, shown).reshape(len(customers), len(values))
    mean = lines.mean(axis=0)
    error = lines.std(axis=0, ddof=1) / np.sqrt(len(lines)) if len(lines) > 1 else 0 * mean
    levels = len(field_of(model, column).levels)
    return Partial(
        column=column,
        of=shown.of,
        scale=shown.scale,
        rows=len(customers),
        values=values,
        numbers=numbers,
        lines=lines,
        mean=mean,
        low=mean - Z * error,
        high=mean + Z * error,
        seen=_seen(model, column, numbers),
        left_out=0 if numbers is not None else levels - len(values),
    )


def _numbers(model: TrainedModel, column: Column) -> Floats:
    known = numbers_of(model, column.name)
    if not len(known):
        return known
    low, high = (float(edge) for edge in np.quantile(known, EDGES))
    whole = field_of(model, column.name).whole
    if whole:
        low, high = np.floor(low), np.ceil(high)
    distinct = np.unique(known[(known >= low) & (known <= high)])
    few = len(distinct) <= POINTS
    return distinct if few else grid(low, high, known, whole, POINTS)


def _levels(model: TrainedModel, column: str) -> pd.Series:
    """The most frequent levels of the training rows."""
    known = field_of(model, column).levels[:LEVELS_AT_MOST]
    return pd.Series(known, dtype=object)


def _crossed(
    model: TrainedModel, customers: pd.DataFrame, column: str, values: pd.Series
) -> Matrix:
    """Each customer at each value, customer by customer: (rows * values, width)."""
    x = np.repeat(encoded(model, customers), len(values), axis=0)
    where, block_cells = block(model, column, values)
    x[:, where] = np.tile(block_cells, (len(customers), 1))
    return x


def _seen(model: TrainedModel, column: str, numbers: Floats | None) -> Floats | NDArray[np.object_]:
    if numbers is None:
        return model.background[column].dropna().astype(str).to_numpy(object)
    known = numbers_of(model, column)
    return known[(known >= numbers[0]) & (known <= numbers[-1])]
