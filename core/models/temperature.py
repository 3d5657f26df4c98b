"""How sure of several classes to be: the factor of all logits that loses least on rows set aside.

Temperature scaling (Guo, Pleiss, Sun & Weinberger 2017), here of every round of boosting. What
grows long on few customers tells them apart better and better while it is far too sure of itself;
judged as it stands, it would be stopped at its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats

LEAST, MOST = 0.02, 2.0
STEPS = 4  # of Newton's, from the factor of the round before


def temperatures(
    rounds: Iterable[Floats], y: NDArray[Any], weights: Floats | None
) -> tuple[Floats, Floats]:
    """The best factor after each round, and the mean loss with it: (rounds,) each.

    ``rounds`` gives logits (n, classes), ``y`` (n,) is the class, ``weights`` (n,) or all alike.
    """
    shares = np.full(len(y), 1 / len(y)) if weights is None else weights / weights.sum()
    factors, losses, factor = [], [], 1.0
    for logits in rounds:
        factor, loss = _best(logits, y, shares, factor)
        factors.append(factor)
        losses.append(loss)
    return np.array(factors), np.array(losses)


def _best(logits: Floats, y: NDArray[Any], shares: Floats, factor: float) -> tuple[float, float]:
    from scipy.special import logsumexp  # whoever only scores does without

    real = logits[np.arange(len(y)), y]
    for _ in range(STEPS):
        scaled = factor * logits
        chances = np.exp(scaled - logsumexp(scaled, axis=1, keepdims=True))
        mean = (chances * logits).sum(axis=1)
        bend = float(shares @ ((chances * logits**2).sum(axis=1) - mean**2))
        if bend <= 0:  # all logits are alike
            break
        step = float(shares @ (mean - real)) / bend
        factor = float(np.clip(factor - step, max(LEAST, factor / 2), min(MOST, factor * 2)))
    return factor, float(shares @ (logsumexp(factor * logits, axis=1) - factor * real))
