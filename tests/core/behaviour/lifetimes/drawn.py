"""Customers drawn from the model itself, for the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.behaviour.lifetimes.bgnbd import BgNbd, Past


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was seen of them until ``age``, and the times (customers, purchases) of all purchases
    after the first, from the first; infinite after they left."""

    past: Past
    times: NDArray[np.float64]

    def between(self, begin: float, end: float) -> NDArray[np.float64]:
        """Purchases (customers,) so long after the age of each."""
        since = self.times - self.past.age[:, None]
        return np.asarray(((since > begin) & (since <= end)).sum(axis=1), "float64")


def drawn(model: BgNbd, ages: NDArray[np.float64], seed: int, most: int = 120) -> Drawn:
    """One customer an age; none buys more than ``most`` times."""
    chance = np.random.default_rng(seed)
    rates = chance.gamma(model.r, 1 / model.alpha, len(ages))
    leaves = chance.beta(model.a, model.b, len(ages))
    waits = chance.exponential(1.0, (len(ages), most)) / rates[:, None]
    times = waits.cumsum(axis=1)
    # after the k-th repeat purchase a customer has left with chance p; the first never ends it
    gone = chance.random((len(ages), most)) < leaves[:, None]
    left_before = np.cumsum(gone, axis=1) - gone > 0
    times = np.where(left_before, np.inf, times)
    seen = times <= ages[:, None]
    frequency = seen.sum(axis=1).astype("float64")
    recency = np.where(seen, times, 0.0).max(axis=1)
    return Drawn(Past(frequency, recency, ages), times)
