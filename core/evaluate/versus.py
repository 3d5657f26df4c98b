"""One model against others on the same held-out rows, with care for how many were tried.

Who looks at many models finds a good one by luck. Each interval is therefore as wide as m
comparisons ask for that all of them hold together at 95 % (Bonferroni; Dunn 1961, JASA 56): by the
quantile of the normal distribution at 0.05 / (2 m) in place of 0.05 / 2, on each side by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.errors import NotComparable
from core.evaluate.compare import Difference, compare, verdict
from core.evaluate.metric import metrics
from core.intervals import Z, quantile
from core.predict import Predictions


@dataclass(frozen=True)
class Versus:
    """The model ``name`` less each of the others, in the order they were given; ``tried`` is for
    how many comparisons the intervals are. Those that cannot be compared are left out."""

    name: str
    differences: tuple[tuple[str, Difference], ...]
    tried: int


def versus(models: tuple[tuple[str, Predictions], ...], tried: int, seed: int = 0) -> Versus:
    """The first of the named models against the others, by what models of the task are ranked by.

    ``tried`` is how many comparisons were or could have been made: at least as many as these.
    """
    (name, first), others = models[0], models[1:]
    many = max(tried, len(others), 1)
    found = []
    for other, predictions in others:
        try:
            difference = compare(first, predictions, seed=seed)
        except NotComparable:  # judged on other rows
            continue
        found.append((other, corrected(difference, many)))
    return Versus(name, tuple(found), many)


def corrected(found: Difference, tried: int) -> Difference:
    """The same difference with an interval for ``tried`` comparisons, and its verdict by that."""
    wider = quantile(tried) / Z
    low = found.difference - wider * (found.difference - found.low)
    high = found.difference + wider * (found.high - found.difference)
    better = verdict(metrics()[found.metric].better, low, high)
    return replace(found, low=low, high=high, better=better)
