"""Everything a customer could become within the limits, as rows of places and as matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.family import Floats, Matrix
from core.predict import known_columns
from core.schema import Column, Kind
from core.train.preparation import Preparation, encode
from core.train.training import TrainedModel
from core.what_if import axis as axes_of
from core.what_if.axis import UNMOVED, Axis
from core.what_if.formula import Formula, applied
from core.what_if.limits import Limit, Limits, derived, free
from core.what_if.scenario import Cell
from core.what_if.support import Support, plain_value

Moves = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Follower:
    """A derived column: its limit, its formula and its block of the matrix."""

    column: Column
    limit: Limit
    formula: Formula
    block: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Space:
    """One row and the axes it may move along.

    Moves are (n, axes) places, UNMOVED for a column that stays. ``base`` (1, width) is the row in
    the model's matrix and ``blocks`` the cells of each axis in it. ``levels`` holds what each
    level of an axis becomes there (levels, width), None for numbers.
    """

    model: TrainedModel
    row: pd.DataFrame
    axes: tuple[Axis, ...]
    blocks: tuple[tuple[int, int], ...]
    levels: tuple[Matrix | None, ...]
    followers: tuple[Follower, ...]
    base: Matrix


def space(known: Support, row: pd.DataFrame, limits: Limits) -> Space:
    """What a typed row (1, columns) may become.

    Raises ColumnsMissing, NothingFree and what a formula raises.
    """
    model = known.model
    row = known_columns(model, row)
    places = dict(zip((c.name for c in model.spec.features), model.preparation.blocks, strict=True))
    columns = {column.name: column for column in model.spec.features}
    followers = tuple(
        Follower(columns[limit.column], limit, formula, places[limit.column])
        for limit, formula in derived(limits)
    )
    axes = tuple(
        _axis(known, columns[limit.column], limit, row)
        for limit in free(limits, model.spec.target.name)
    )
    blocks = tuple(places[each.column.name] for each in axes)
    levels = tuple(_levels(model.preparation, each) for each in axes)
    return Space(model, row, axes, blocks, levels, followers, encode(model.preparation, row))


def _axis(known: Support, column: Column, limit: Limit, row: pd.DataFrame) -> Axis:
    field = next(f for f in known.model.fields if f.column == column.name)
    middle = field.middle if isinstance(field.middle, float) else 0.0
    part = known.preparation.numbers.get(column.name)
    now = plain_value(column, row[column.name].iloc[0])
    return axes_of.axis(column, limit, now, middle, part)


def _levels(preparation: Preparation, of: Axis) -> Matrix | None:
    return None if of.numeric else axes_of.block(of, preparation, np.arange(of.last + 1))


def unmoved(of: Space, rows: int) -> Moves:
    """Moves that change nothing."""
    return np.full((rows, len(of.axes)), UNMOVED, np.int64)


def matrix(of: Space, moves: Moves) -> tuple[Matrix, NDArray[np.bool_]]:
    """The model's matrix of each move, and which are possible: derived values exist in bounds."""
    x = np.repeat(of.base, len(moves), axis=0)
    for number, (each, (start, stop)) in enumerate(zip(of.axes, of.blocks, strict=True)):
        moved = moves[:, number] != UNMOVED
        known = of.levels[number]
        if known is not None:
            x[moved, start:stop] = known[moves[moved, number]]
        elif moved.any():
            unique, inverse = np.unique(moves[moved, number], return_inverse=True)
            x[moved, start:stop] = axes_of.block(each, of.model.preparation, unique)[inverse]
    possible = np.ones(len(moves), bool)
    for follower in of.followers:
        touched, values = followed(of, follower, moves)
        start, stop = follower.block
        x[touched, start:stop] = _encoded(of.model.preparation, follower.column, values)
        possible[touched] &= np.isfinite(values) & _within(follower.limit, values)
    return x, possible


def followed(of: Space, follower: Follower, moves: Moves) -> tuple[NDArray[np.bool_], Floats]:
    """Which moves touch a derived column (n,), and its new values in these."""
    touched = np.zeros(len(moves), bool)
    for number, each in enumerate(of.axes):
        if each.column.name in follower.formula.columns:
            touched |= moves[:, number] != UNMOVED
    inputs = {name: _values(of, name, moves[touched]) for name in follower.formula.columns}
    frame = pd.DataFrame(inputs, index=range(int(touched.sum())))
    return touched, applied(follower.formula, frame).to_numpy()


def _values(of: Space, name: str, moves: Moves) -> Floats:
    cell = of.row[name].iloc[0]
    values = np.full(len(moves), np.nan if pd.isna(cell) else float(cell))
    for number, each in enumerate(of.axes):
        moved = moves[:, number] != UNMOVED
        if each.column.name == name and moved.any():
            values[moved] = axes_of.numbers(each, moves[moved, number])
    return values


def _encoded(preparation: Preparation, column: Column, values: Floats) -> Matrix:
    return encode(preparation.alone(column.name), pd.DataFrame({column.name: values}))


def _within(limit: Limit, values: Floats) -> NDArray[np.bool_]:
    low = -np.inf if limit.low is None else limit.low
    high = np.inf if limit.high is None else limit.high
    return np.asarray((low <= values) & (values <= high))


def sizes(of: Space, moves: Moves) -> Floats:
    """How much each move changes, (n,): the sum over columns of their sizes."""
    each = [axes_of.sizes(a, moves[:, i]) for i, a in enumerate(of.axes)]
    return np.asarray(np.sum(each, axis=0))


def prices(of: Space, moves: Moves) -> Floats:
    """What each move costs, (n,)."""
    each = [axes_of.prices(a, moves[:, i]) for i, a in enumerate(of.axes)]
    return np.asarray(np.sum(each, axis=0))


def edits(of: Space, move: Moves) -> dict[str, Cell]:
    """One move (axes,) as edits of the row's cells."""
    found: dict[str, Cell] = {}
    for each, place in zip(of.axes, move, strict=True):
        if place != UNMOVED:
            cell = axes_of.cells(each, np.array([place])).iloc[0]
            found[each.column.name] = _plain(each.column, cell)
    return found


def consequences(of: Space, move: Moves) -> dict[str, Cell]:
    """What the derived columns become by one move (axes,)."""
    found: dict[str, Cell] = {}
    for follower in of.followers:
        touched, values = followed(of, follower, move[None])
        if touched[0]:
            found[follower.column.name] = float(values[0])
    return found


def _plain(column: Column, cell: object) -> Cell:
    if column.kind is Kind.DATE:
        return pd.Timestamp(cell).to_pydatetime()  # type: ignore[arg-type]
    return float(cell) if column.kind is Kind.NUMBER else str(cell)  # type: ignore[arg-type]
