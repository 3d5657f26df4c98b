"""How sure of several classes to be: the factor of all logits that loses least on rows set aside.

Temperature scaling (Guo, Pleiss, Sun & Weinberger 2017), here of every round of boosting: one
number by Newton's method, for ``core.models.outputs.straightened``, which finds shifts too, would
take longer than the rounds. What grows long on few customers tells them apart better and better
while it is far too sure of itself; judged as it stands, it would be stopped at its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.models.family import Floats, Task
from core.models.outputs import row_losses, shown

LEAST, MOST = 0.02, 2.0
STEPS = 4  # of Newton's at most, from the factor of the round before
NEAR = 1e-4  # of the factor: after so short a step the next would change nothing that counts


def temperatures(
    rounds: Iterable[Floats], targets: Floats, weights: Floats | None
) -> tuple[Floats, Floats]:
    """The best factor after each round, and the mean loss with it: (rounds,) each.

    ``rounds`` gives logits (n, classes), ``targets`` (n, classes) are zeros and ones, ``weights``
    (n,) or all alike.
    """
    factors, losses, factor = [], [], 1.0
    for logits in rounds:
        factor = _best(logits, targets, weights, factor)
        factors.append(factor)
        each = row_losses(Task.MULTICLASS, factor * logits, targets)
        losses.append(np.average(each, weights=weights))
    return np.array(factors), np.array(losses)


def _best(logits: Floats, targets: Floats, weights: Floats | None, factor: float) -> float:
    real = (targets * logits).sum(axis=1)
    for _ in range(STEPS):
        chances = shown(Task.MULTICLASS, factor * logits)
        mean = (chances * logits).sum(axis=1)
        spread = (chances * logits**2).sum(axis=1) - mean**2
        bend = float(np.average(spread, weights=weights))
        if bend <= 0:  # all logits are alike
            break
        step = float(np.average(mean - real, weights=weights)) / bend
        factor = float(np.clip(factor - step, max(LEAST, factor / 2), min(MOST, factor * 2)))
        if abs(step) < NEAR * factor:
            break
    return factor
