"""Effects as the numbers that are shown: in percentage points or the target's unit, adding up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from core.explain.explanation import Scale

MOST_DECIMALS = 12


@dataclass(frozen=True)
class Unit:
    """How many decimals are shown, and of what: chances are shown times 100."""

    scale: Scale
    decimals: int

    def shown(self, amount: float) -> Decimal:
        """``amount`` (on the explanation's scale) as it is shown, rounded."""
        step = Decimal(1).scaleb(-self.decimals)
        return _exact(amount, self.scale).quantize(step, ROUND_HALF_EVEN) + 0

    def level(self, shown: Decimal) -> str:
        """A base or a prediction: 62.1% or 1,204."""
        return f"{shown:,.{self.decimals}f}" + ("%" if self.scale is Scale.CHANCE else "")

    def change(self, shown: Decimal) -> str:
        """An effect with its sign: +30.2; -3.0; 0.0."""
        return f"{shown:+,.{self.decimals}f}" if shown else self.size(shown)

    def size(self, shown: Decimal) -> str:
        """A size without a sign: 30.2."""
        return f"{abs(shown):,.{self.decimals}f}"


@dataclass(frozen=True)
class Sum:
    """Shown numbers of which ``base + sum(effects) == prediction`` holds exactly."""

    base: Decimal
    effects: tuple[Decimal, ...]
    prediction: Decimal


def unit_for(scale: Scale, amounts: Sequence[float]) -> Unit:
    """One decimal for chances; for values as many as give the largest three digits."""
    if scale is Scale.CHANCE:
        return Unit(scale, 1)
    largest = max((abs(a) for a in amounts if math.isfinite(a)), default=0.0)
    if largest == 0:
        return Unit(scale, 1)
    return Unit(scale, min(max(2 - math.floor(math.log10(largest)), 0), MOST_DECIMALS))


def adding_up(base: float, effects: Sequence[float], prediction: float, unit: Unit) -> Sum:
    """What is shown of ``base + sum(effects) == prediction``.

    Base and prediction are rounded as everywhere else; the effects are rounded by the method of
    largest remainders (Hamilton) to the difference of the two, so each is off by one step at
    most. ``effects`` must not be empty unless base and prediction are shown alike.
    """
    first, last = unit.shown(base), unit.shown(prediction)
    steps = int((last - first).scaleb(unit.decimals))
    whole = _largest_remainders(
        [_exact(e, unit.scale).scaleb(unit.decimals) for e in effects], steps
    )
    return Sum(first, tuple(Decimal(w).scaleb(-unit.decimals) + 0 for w in whole), last)


def _largest_remainders(parts: list[Decimal], total: int) -> list[int]:
    if not parts:
        return []
    floors = [math.floor(part) for part in parts]
    everyone, some = divmod(total - sum(floors), len(parts))
    order = sorted(range(len(parts)), key=lambda i: floors[i] - parts[i])
    lucky = set(order[:some])
    return [floor + everyone + (i in lucky) for i, floor in enumerate(floors)]


def _exact(amount: float, scale: Scale) -> Decimal:
    return Decimal(repr(float(amount))) * (100 if scale is Scale.CHANCE else 1)
