"""What a change of a segment comes to: expected numbers and money, with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import UnknownOutcome
from core.evaluate.resampling import draws
from core.evaluate.units import Units, numbered, sums_of
from core.intervals import middle95
from core.models.family import Floats, Task
from core.train.training import TrainedModel
from core.what_if.segment import Shifted


@dataclass(frozen=True)
class Amount:
    """A value with its 95 % interval; all NaN where nobody is left."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Money:
    """``margin`` of one more positive (or of a unit of the target), ``cost`` of one touched."""

    margin: float
    cost: float = 0.0


@dataclass(frozen=True)
class Total:
    """The sum over a segment of the chance of ``of`` (so the expected number), or of the values."""

    of: str
    customers: int
    before: float
    after: float
    difference: Amount


@dataclass(frozen=True)
class Earned:
    """``gain`` is ``margin``, the money's margin times the difference, minus ``costs``."""

    money: Money
    gain: Amount
    margin: float
    costs: float
    touched: int


@dataclass(frozen=True)
class Figures:
    """What a change came to, as it is kept and compared.

    ``before`` and ``after`` are sums over ``customers`` of chances or values; the interval of
    their difference and money are None where they were not asked for or are not known.
    """

    customers: int
    before: float
    after: float
    low: float | None = None
    high: float | None = None
    money: float | None = None
    money_low: float | None = None
    money_high: float | None = None

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def averages(self) -> tuple[float, float]:
        """Before and after, of one customer."""
        return self.before / self.customers, self.after / self.customers


def outcomes(found: Shifted) -> tuple[str, ...]:
    """What sums are of: the outcome of interest, each class, or the target."""
    if found.task is Task.BINARY:
        return (found.classes[1],)
    return found.classes if found.task is Task.MULTICLASS else (found.target,)


def outcome_of(model: TrainedModel, of: str = "") -> str:
    """The class ``of``, by default the outcome of interest or the first; or the target."""
    if not model.classes:
        return model.spec.target.name
    return of or model.classes[1 if model.spec.task is Task.BINARY else 0]


def each(found: Shifted, of: str = "") -> tuple[Floats, Floats]:
    """(n,) before and after of each customer; ``of`` names a class, by default the first outcome.

    Raises UnknownOutcome.
    """
    names = outcomes(found)
    if of and of not in names:
        raise UnknownOutcome(found.target, of, names)
    place = names.index(of) if of else 0
    if found.task is Task.MULTICLASS:
        return found.before[:, place], found.after[:, place]
    return found.before, found.after


def totals(found: Shifted, seed: int = 0) -> tuple[Total, ...]:
    """Expected numbers before and after, an entry an outcome.

    The interval of the difference is a percentile bootstrap paired over customers: each draw
    takes a customer, with all rows and both predictions. It covers who happens to be in the
    segment, not an error of the model.
    """
    names = outcomes(found)
    pairs = [each(found, name) for name in names]
    differences = np.stack([after - before for before, after in pairs], axis=1)
    amounts = summed(differences, seed, numbered(found.groups))
    return tuple(
        Total(name, len(found.rows), float(was.sum()), float(now.sum()), amount)
        for name, (was, now), amount in zip(names, pairs, amounts, strict=True)
    )


def earned(found: Shifted, money: Money, of: str = "", seed: int = 0) -> Earned:
    """What the change of outcome ``of`` earns, with its paired bootstrap interval.

    Raises UnknownOutcome, and ValueError where an amount is not finite.
    """
    if not (math.isfinite(money.margin) and math.isfinite(money.cost)):
        raise ValueError("amounts of money must be finite")
    before, after = each(found, of)
    margins = money.margin * (after - before)
    costs = money.cost * found.touched
    (gain,) = summed((margins - costs)[:, None], seed, numbered(found.groups))
    return Earned(money, gain, float(margins.sum()), float(costs.sum()), int(found.touched.sum()))


def happened(model: TrainedModel, found: Shifted, of: str = "") -> float | None:
    """How many of the customers really had outcome ``of`` (or the sum of their values).

    None where some of them are not held out: of those no truth is kept.
    """
    places = pd.Index(model.held_out).get_indexer(pd.Index(found.rows))
    if not len(places) or (places < 0).any():
        return None
    truth = model.held_out_truth[places]
    if found.task is Task.MULTICLASS:
        return float((truth == found.classes.index(outcome_of(model, of))).sum())
    return float(truth.sum())


def summed(values: Floats, seed: int, units: Units | None = None) -> tuple[Amount, ...]:
    """The sum of each column of ``values`` (n, c), rows drawn again for the interval, those of one
    unit (n,) together."""
    if not len(values):
        return tuple(Amount(math.nan, math.nan, math.nan) for _ in range(values.shape[1]))
    sums, _ = sums_of(values, units)
    drawn = np.array([weights @ sums for weights in draws(len(sums), seed)])
    return tuple(
        Amount(float(column.sum()), *middle95(again))
        for column, again in zip(values.T, drawn.T, strict=True)
    )
