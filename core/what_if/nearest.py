"""The real customers who are most like one customer, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explain.output import Output, answers, encoded, output
from core.models.family import Floats, Task
from core.predict import known_columns
from core.train.preparation import Preparation, encode, is_numeric
from core.train.training import TrainedModel
from core.what_if.support import Support

Rows = NDArray[np.int64]
NEIGHBOURS = 3


@dataclass(frozen=True)
class Difference:
    """What a neighbour has instead in one column; ``distance`` is that column's part."""

    column: str
    here: object
    there: object
    distance: float


@dataclass(frozen=True)
class Neighbour:
    """A real customer. ``row`` is the row number in the table.

    ``distance`` is the root of the sum of the squared distances of the columns: how many standard
    deviations a number or date is away (amounts of a skewed column on a log axis), and 1 for
    another level or a gap on one side only. ``differences`` are the columns that are not alike,
    the farthest apart first. ``truth`` is the target's value, None where it is not known.
    """

    row: int
    distance: float
    prediction: float
    truth: object
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Nearest:
    """The nearest of ``candidates`` real customers: of all, of those with and without ``of``.

    ``with_outcome`` and ``without`` are of customers whose truth is known; both are empty where
    the target is a value.
    """

    of: str
    candidates: int
    nearest: tuple[Neighbour, ...]
    with_outcome: tuple[Neighbour, ...]
    without: tuple[Neighbour, ...]


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Real customers made ready to be searched: made once a model, asked once a change.

    ``customers`` (n, features) have the row number as index, ``truth`` (n,) their targets (None
    where not known). ``numbers`` (n, numeric columns) are standardised, nan where missing;
    ``levels`` (n, other columns) are numbers of levels, -1 where missing.
    """

    model: TrainedModel
    preparation: Preparation
    customers: pd.DataFrame
    truth: NDArray[Any]
    numbers: Floats
    levels: Rows
    known_levels: tuple[dict[str, int], ...]


def neighbourhood(known: Support, table: pd.DataFrame | None = None) -> Neighbourhood:
    """The background rows of a model, and the typed rows of ``table`` (index = row number).

    Where ``table`` has the target, it is the truth of its rows; a background row that is in
    ``table`` too gets its truth from there. Raises ColumnsMissing.
    """
    model = known.model
    customers, truth = _with_truth(model, table)
    codes: tuple[dict[str, int], ...] = tuple(
        {str(v): i for i, v in enumerate(pd.unique(customers[c.name].dropna()))}
        for c in known.preparation.columns
        if not is_numeric(c)
    )
    numbers = _numbers(known.preparation, customers)
    levels = _levels(known.preparation, customers, codes)
    return Neighbourhood(model, known.preparation, customers, truth, numbers, levels, codes)


def nearest(
    ready: Neighbourhood, row: pd.DataFrame, of: str = "", how_many: int = NEIGHBOURS
) -> Nearest:
    """The customers nearest to one typed row (1, columns); the customer itself is left out.

    Raises UnknownOutcome and ColumnsMissing.
    """
    shown, row = output(ready.model, of), known_columns(ready.model, row)
    parts = _squares(ready, row)
    total = parts.sum(axis=1)
    order = np.argsort(total, kind="stable")
    order = order[ready.customers.index.to_numpy()[order] != row.index[0]]
    chosen = [order[:how_many]]
    if ready.model.spec.task is not Task.REGRESSION:
        known = np.array([truth is not None for truth in ready.truth[order]], bool)
        has = np.array([truth == shown.of for truth in ready.truth[order]], bool)
        chosen += [order[has][:how_many], order[known & ~has][:how_many]]
    else:
        chosen += [order[:0], order[:0]]
    found = [_told(ready, row, rows, parts, shown) for rows in chosen]
    return Nearest(shown.of, len(order), found[0], found[1], found[2])


def _with_truth(
    model: TrainedModel, table: pd.DataFrame | None
) -> tuple[pd.DataFrame, NDArray[Any]]:
    """Background rows and those of the table, each once, with the target where it is known."""
    if table is None:
        return model.background, np.full(len(model.background), None, object)
    target = model.spec.target.name
    known = (
        table[target].astype(object)
        if target in table
        else pd.Series(None, index=table.index, dtype=object)
    )
    others = model.background[~model.background.index.isin(table.index)]
    customers = pd.concat([known_columns(model, table), others])
    told = known.where(known.notna(), None).tolist() + [None] * len(others)
    truth = np.empty(len(told), object)
    truth[:] = told
    return customers, truth


def _numbers(preparation: Preparation, table: pd.DataFrame) -> Floats:
    """Standardised numbers and dates, nan where missing: (rows, numeric columns)."""
    matrix = encode(preparation, table).astype("float64")
    columns = [
        np.where(table[column.name].isna(), np.nan, matrix[:, start])
        for column, (start, _) in zip(preparation.columns, preparation.blocks, strict=True)
        if is_numeric(column)
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((len(table), 0))


def _levels(
    preparation: Preparation, table: pd.DataFrame, codes: tuple[dict[str, int], ...]
) -> Rows:
    """Numbers of levels: -1 where missing, -2 where no customer has the level."""
    names = [column.name for column in preparation.columns if not is_numeric(column)]
    columns = [
        [-1 if pd.isna(cell) else known.get(str(cell), -2) for cell in table[name]]
        for name, known in zip(names, codes, strict=True)
    ]
    return np.array(columns, np.int64).reshape(len(names), len(table)).T


def _squares(ready: Neighbourhood, row: pd.DataFrame) -> Floats:
    """Squared distance of each customer in each column, in the columns' order."""
    numbers = _numbers(ready.preparation, row)
    apart = (ready.numbers - numbers) ** 2
    gone = np.isnan(ready.numbers) | np.isnan(numbers)
    one_sided = np.isnan(ready.numbers) != np.isnan(numbers)
    of_numbers = np.where(gone, one_sided.astype(float), apart)
    here = _levels(ready.preparation, row, ready.known_levels)
    of_levels = (ready.levels != here).astype(float)
    found = np.zeros((len(ready.customers), len(ready.preparation.columns)))
    numeric = np.array([is_numeric(column) for column in ready.preparation.columns], bool)
    found[:, numeric], found[:, ~numeric] = of_numbers, of_levels
    return found


def _told(
    ready: Neighbourhood,
    row: pd.DataFrame,
    rows: NDArray[np.intp],
    parts: Floats,
    shown: Output,
) -> tuple[Neighbour, ...]:
    if not len(rows):
        return ()
    customers = ready.customers.iloc[rows]
    predictions = answers(ready.model, encoded(ready.model, customers), shown)
    names = [column.name for column in ready.preparation.columns]
    return tuple(
        Neighbour(
            row=int(customers.index[i]),
            distance=float(np.sqrt(parts[place].sum())),
            prediction=float(predictions[i]),
            truth=ready.truth[place],
            differences=_differences(row[names].iloc[0], customers[names].iloc[i], parts[place]),
        )
        for i, place in enumerate(rows)
    )


def _differences(here: pd.Series, there: pd.Series, parts: Floats) -> tuple[Difference, ...]:
    """The columns that are not alike, the farthest apart first."""
    order = np.argsort(-parts, kind="stable")
    names = [str(here.index[i]) for i in order if parts[i] > 0]
    sizes = [float(np.sqrt(parts[i])) for i in order if parts[i] > 0]
    return tuple(
        Difference(name, here[name], there[name], size)
        for name, size in zip(names, sizes, strict=True)
    )
