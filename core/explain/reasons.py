"""The strongest reasons of one prediction, and the rest summed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from core.explain.amounts import Unit, adding_up, unit_for
from core.explain.explanation import Explanation, Scale


@dataclass(frozen=True)
class Reason:
    """One column's effect on one prediction; ``shown`` is the effect as it is written."""

    column: str
    value: object
    effect: float
    error: float
    shown: Decimal


@dataclass(frozen=True)
class Rest:
    """All columns that are not named, together (``columns`` may be 0)."""

    columns: int
    effect: float
    error: float
    shown: Decimal


@dataclass(frozen=True)
class Reasons:
    """Why one prediction is what it is.

    ``strongest`` are the named columns, largest effect first; ``all_up`` and ``all_down`` are the
    sums of all columns' effects above and below zero. The shown numbers add up exactly:
    ``shown_base + sum of shown effects + rest.shown == shown_prediction``.
    """

    of: str
    unit: Unit
    base: float
    prediction: float
    shown_base: Decimal
    shown_prediction: Decimal
    background: int
    all_up: float
    all_down: float
    strongest: tuple[Reason, ...]
    rest: Rest

    @property
    def up(self) -> tuple[Reason, ...]:
        """Named columns that push the prediction up, strongest first."""
        return tuple(reason for reason in self.strongest if reason.effect > 0)

    @property
    def down(self) -> tuple[Reason, ...]:
        """Named columns that push the prediction down, strongest first."""
        return tuple(reason for reason in self.strongest if reason.effect < 0)

    @property
    def scale(self) -> Scale:
        return self.unit.scale


def reasons(one: Explanation, how_many: int = 8) -> Reasons:
    """The ``how_many`` strongest reasons of an explanation of one row.

    Raises ValueError for an explanation of more or fewer rows.
    """
    if len(one.rows) != 1:
        raise ValueError(f"an explanation of one row is needed, not of {len(one.rows)}")
    effects, errors = one.effects[0], one.errors[0]
    order = np.argsort(-np.abs(effects), kind="stable")
    named, others = order[:how_many], order[how_many:]
    rest = Rest(
        columns=len(others),
        effect=float(effects[others].sum()),
        error=float(np.sqrt((errors[others] ** 2).sum())),
        shown=Decimal(0),
    )
    strongest = tuple(
        Reason(column, one.inputs[column].iloc[0], float(effects[i]), float(errors[i]), Decimal(0))
        for i, column in ((i, one.columns[i]) for i in named)
    )
    return _with_shown(one, strongest, rest)


def _with_shown(one: Explanation, strongest: tuple[Reason, ...], rest: Rest) -> Reasons:
    amounts = [reason.effect for reason in strongest] + [rest.effect] * (rest.columns > 0)
    prediction = float(one.prediction[0])
    unit = unit_for(one.scale, [one.base, prediction, *amounts])
    total = adding_up(one.base, amounts, prediction, unit)
    return Reasons(
        of=one.of,
        unit=unit,
        base=one.base,
        prediction=prediction,
        shown_base=total.base,
        shown_prediction=total.prediction,
        background=one.background,
        all_up=float(one.effects.clip(min=0).sum()),
        all_down=float(one.effects.clip(max=0).sum()),
        strongest=tuple(
            replace(reason, shown=shown)
            for reason, shown in zip(strongest, total.effects, strict=False)
        ),
        rest=replace(rest, shown=total.effects[-1]) if rest.columns else rest,
    )
