"""How one customer's answer goes as one number moves, and where it turns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explain.explanation import Scale
from core.explain.grid import column_of, field_of, grid, numbers_of
from core.explain.output import Output, answers, encoded, number_block, output
from core.models.family import Floats, Matrix
from core.train.training import TrainedModel
from core.what_if.formula import Formula, applied
from core.what_if.support import plain_value

POINTS = 30
SECTIONS = 16  # a bracket is cut in so many at once: one call of the model, four halvings
MOST_ROUNDS = 4  # leaves less than a millionth of the range
EVEN = 0.5
UNBOUND: Mapping[str, Formula] = MappingProxyType({})
_GRIDS: WeakKeyDictionary[TrainedModel, dict[str, tuple[Floats, bool]]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Curve:
    """What the model says of one customer with ``column`` set to each of ``values`` (points,).

    ``values`` rise and hold the customer's own value; dates are days since 1970. ``predictions``
    (points,) are chances of ``of`` or values. ``value`` and ``prediction`` are where the customer
    stands (value nan where missing). ``turns`` are the values at which the answer crosses
    ``level``: each is the first value, from the left, on the other side; a pair of crossings
    between two neighbouring values is not seen. ``level`` is nan where none was asked for.
    """

    column: str
    of: str
    scale: Scale
    values: Floats
    predictions: Floats
    value: float
    prediction: float
    level: float
    turns: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class _Customer:
    """A row, its matrix ``x`` (1, width), and the columns that follow from others by formulas."""

    model: TrainedModel
    row: pd.DataFrame
    x: Matrix
    formulas: Mapping[str, Formula]


@dataclass(frozen=True)
class _Line:
    """One column's values to ask for; ``whole`` where only whole numbers make sense."""

    column: str
    value: float
    values: Floats
    whole: bool


@dataclass(frozen=True)
class _Bracket:
    """Between ``low`` and ``high`` of a line the answer crosses the level; True if it rises."""

    line: _Line
    low: float
    high: float
    rises: bool


def curve(
    model: TrainedModel, row: pd.DataFrame, column: str, of: str = "", level: float | None = None
) -> Curve:
    """How the answer for one typed row (1, columns) goes with one number or date.

    ``level`` is what the answer should cross: by default 0.5 for a chance and none for a value.
    Raises UnknownColumn, UnknownOutcome, ColumnsMissing, and ValueError for a column of levels.
    """
    return curves(model, row, (column,), of, level)[0]


def curves(
    model: TrainedModel,
    row: pd.DataFrame,
    columns: Sequence[str],
    of: str = "",
    level: float | None = None,
    formulas: Mapping[str, Formula] = UNBOUND,
) -> tuple[Curve, ...]:
    """The curves of several columns: one call of the model, and at most four to find the turns.

    Columns that follow from the one that moves by ``formulas`` move with it.
    """
    shown, who = output(model, of), _Customer(model, row, encoded(model, row), formulas)
    lines = [_line(model, row, column) for column in columns]
    wanted = level if level is not None else EVEN if shown.scale is Scale.CHANCE else math.nan
    asked = np.concatenate([who.x, *(_moved(who, line, line.values) for line in lines)])
    found = answers(model, asked, shown)
    parts = np.split(found[1:], np.cumsum([len(line.values) for line in lines])[:-1])
    brackets = [_brackets(line, part, wanted) for line, part in zip(lines, parts, strict=True)]
    flat = [bracket for some in brackets for bracket in some]
    turns = iter(_narrowed(who, flat, wanted, shown))
    return tuple(
        Curve(
            column=line.column,
            of=shown.of,
            scale=shown.scale,
            values=line.values,
            predictions=part,
            value=line.value,
            prediction=float(found[0]),
            level=wanted,
            turns=tuple(next(turns) for _ in some),
        )
        for line, part, some in zip(lines, parts, brackets, strict=True)
    )


def _line(model: TrainedModel, row: pd.DataFrame, name: str) -> _Line:
    """The training rows' whole range, and where the customer stands outside of it."""
    stands = plain_value(column_of(model, name), row[name].iloc[0])
    value = stands if isinstance(stands, float) else math.nan
    known, whole = _known(model, name)
    values = known if math.isnan(value) else np.union1d(known, [value])
    return _Line(name, value, values, whole and (math.isnan(value) or value.is_integer()))


def _known(model: TrainedModel, name: str) -> tuple[Floats, bool]:
    """A column's values to ask for and whether they are whole: worked out once a model."""
    of_model = _GRIDS.setdefault(model, {})
    if name not in of_model:
        field, amounts = field_of(model, name), numbers_of(model, name)
        nothing = field.low is None or field.high is None
        values = (
            np.zeros(0)
            if nothing
            else grid(float(field.low or 0), float(field.high or 0), amounts, field.whole, POINTS)
        )
        of_model[name] = values, field.whole
    return of_model[name]


def _moved(who: _Customer, line: _Line, values: Floats) -> Matrix:
    """The row with the line's column at each of the values: (values, width)."""
    moved = np.repeat(who.x, len(values), axis=0)
    if len(values):
        where, cells = number_block(who.model, line.column, values)
        moved[:, where] = cells
        elsewhere = values != line.value
        for column, formula in who.formulas.items():
            if line.column in formula.columns:
                where, cells = number_block(
                    who.model, column, _followed(who, formula, line, values)
                )
                moved[elsewhere, where] = cells[elsewhere]
    return moved


def _followed(who: _Customer, formula: Formula, line: _Line, values: Floats) -> Floats:
    """What a formula gives with the line's column at each of the values: (values,)."""
    cells = {
        name: values
        if name == line.column
        else np.repeat(who.row[name].to_numpy("float64", na_value=np.nan), len(values))
        for name in formula.columns
    }
    return applied(formula, pd.DataFrame(cells)).to_numpy()


def _brackets(line: _Line, predictions: Floats, level: float) -> list[_Bracket]:
    if math.isnan(level):
        return []
    above = predictions >= level
    return [
        _Bracket(line, float(line.values[i]), float(line.values[i + 1]), bool(above[i + 1]))
        for i in np.flatnonzero(above[1:] != above[:-1])
    ]


def _narrowed(who: _Customer, brackets: list[_Bracket], level: float, shown: Output) -> list[float]:
    """The first value on the other side in each bracket, all brackets cut at once."""
    for _ in range(MOST_ROUNDS):
        inner = [_inner(bracket) for bracket in brackets]
        if not any(map(len, inner)):
            break
        asked = [
            _moved(who, bracket.line, values)
            for bracket, values in zip(brackets, inner, strict=True)
        ]
        above = answers(who.model, np.concatenate(asked), shown) >= level
        parts = np.split(above, np.cumsum([len(values) for values in inner])[:-1])
        brackets = [
            _cut(bracket, values, part)
            for bracket, values, part in zip(brackets, inner, parts, strict=True)
        ]
    return [bracket.high for bracket in brackets]


def _inner(bracket: _Bracket) -> Floats:
    """Values within the bracket, at most fifteen; none where there is nothing between its ends."""
    low, high = bracket.low, bracket.high
    values = np.linspace(low, high, SECTIONS + 1)[1:-1]
    if bracket.line.whole:
        values = np.unique(np.round(values))
    return values[(values > low) & (values < high)]


def _cut(bracket: _Bracket, values: Floats, above: NDArray[np.bool_]) -> _Bracket:
    """The part of the bracket up to the first value on the other side."""
    crossed = np.flatnonzero(above == bracket.rises)
    first = int(crossed[0]) if len(crossed) else len(values)
    edges = [bracket.low, *map(float, values), bracket.high]
    return _Bracket(bracket.line, edges[first], edges[first + 1], bracket.rises)
