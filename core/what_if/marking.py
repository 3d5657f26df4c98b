"""What a person said of a table's columns: which may change, and which follow from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from core.errors import NotANumber, UserError
from core.schema import Column, Kind
from core.train.training import TrainedModel
from core.what_if.formula import Formula, applied, formula
from core.what_if.limits import Freedom, Limit, Limits, limits
from core.what_if.scenario import Cell, Scenario, edited

BY_A_PERSON = (Freedom.FREE, Freedom.BY_HAND)


@dataclass(frozen=True)
class Mark:
    """What one column may do; a derived one follows from others by ``formula``."""

    column: str
    freedom: Freedom
    formula: str = ""


Marking = tuple[Mark, ...]


@dataclass(frozen=True, eq=False)
class Marked:
    """A marking as the columns of one model can hold to it.

    ``freedoms`` is of every feature. ``formulas`` are those of the derived columns that can be
    worked out; ``faults`` tell why another one cannot: it is fixed. ``typed`` are all formulas as
    they were typed, also of columns that are not derived now.
    """

    freedoms: Mapping[str, Freedom] = field(default_factory=dict)
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    faults: Mapping[str, UserError] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    def may_change(self, column: str) -> bool:
        """Whether a person may change the column."""
        return self.freedoms.get(column, Freedom.FREE) in BY_A_PERSON


def marked(marking: Marking, model: TrainedModel) -> Marked:
    """What a marking of a table means for a model of it; a column without a mark is as usual."""
    columns = {column.name: column for column in model.spec.features}
    known = {mark.column: mark for mark in marking if mark.column in columns}
    freedoms = {
        name: known[name].freedom if name in known else limit.freedom
        for name, limit in limits(model).items()
    }
    inputs = _inputs(columns, freedoms)
    formulas, faults = {}, {}
    for name in [name for name, freedom in freedoms.items() if freedom is Freedom.DERIVED]:
        try:
            formulas[name] = _read(columns[name], known[name].formula, inputs)
        except UserError as fault:
            faults[name] = fault
            freedoms[name] = Freedom.FIXED
    typed = {name: mark.formula for name, mark in known.items() if mark.formula}
    return Marked(freedoms, formulas, faults, typed)


def _inputs(columns: Mapping[str, Column], freedoms: Mapping[str, Freedom]) -> tuple[str, ...]:
    """The columns that a formula may use: numbers that follow from nothing themselves."""
    return tuple(
        name
        for name, column in columns.items()
        if column.kind is Kind.NUMBER and freedoms[name] is not Freedom.DERIVED
    )


def _read(column: Column, text: str, inputs: tuple[str, ...]) -> Formula:
    if column.kind is not Kind.NUMBER:
        raise NotANumber(column.name)
    return formula(text, inputs)


def remarked(marking: Marking, marks: Marking, model: TrainedModel) -> Marking:
    """The marking with other marks of some columns; one that is as usual need not be kept."""
    found = {mark.column: mark for mark in (*marking, *marks)}
    usual = {name: Mark(name, limit.freedom) for name, limit in limits(model).items()}
    return tuple(mark for name, mark in found.items() if mark != usual.get(name))


def held(known: Limits, to: Marked) -> dict[str, Limit]:
    """The limits of a search that holds to a marking."""
    return {
        name: replace(
            limit,
            freedom=to.freedoms.get(name, limit.freedom),
            formula=to.formulas[name].text if name in to.formulas else "",
        )
        for name, limit in known.items()
    }


def allowed(known: Marked, edits: Mapping[str, Cell]) -> dict[str, Cell]:
    """The edits of columns that a person may change."""
    return {name: value for name, value in edits.items() if known.may_change(name)}


def following(
    known: Marked, row: pd.DataFrame, edits: dict[str, Cell], model: TrainedModel
) -> dict[str, Cell]:
    """What the derived columns of a typed row (1, columns) become by edits of others.

    Only those of whose formula something is edited; None where the formula has no value. Raises
    UnknownColumn and BadValue.
    """
    touched = {
        name: found
        for name, found in known.formulas.items()
        if any(column in edits for column in found.columns)
    }
    if not touched:
        return {}
    after = edited(Scenario(row, edits), model)
    values = {name: float(applied(found, after).iloc[0]) for name, found in touched.items()}
    return {
        name: value if np.isfinite(value) else None
        for name, value in values.items()
        if not _stands(row[name].iloc[0], value)
    }


def _stands(cell: object, value: float) -> bool:
    """Whether a cell is that value already; a missing one where there is none."""
    return bool(np.isnan(value)) if pd.isna(cell) else float(cell) == value  # type: ignore[arg-type, call-overload]
