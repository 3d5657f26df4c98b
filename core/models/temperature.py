"""How sure of several classes to be: the factor of all logits that loses least on rows set aside.

Temperature scaling (Guo, Pleiss, Sun & Weinberger 2017) of every round of boosting. What grows long
on few customers tells them apart better and better while it is far too sure of itself; judged as it
stands, it would be stopped at its beginning. One number by Newton's method: to find shifts too, as
``core.models.outputs.straightened`` does, would take longer than the rounds.
"""

from __future__ import annotations

import numpy as np

from core.models.family import Floats, Task
from core.models.outputs import row_losses, shown

LEAST, MOST = 0.02, 2.0
STEPS = 4  # of Newton's at most
NEAR = 1e-4  # of the factor: after so short a step the next would change nothing that counts


def temperature(
    logits: Floats, targets: Floats, weights: Floats | None, start: float
) -> tuple[float, float]:
    """The best factor of ``logits`` (n, classes), and the mean loss with it.

    ``targets`` (n, classes) are zeros and ones, ``weights`` (n,) or all alike; ``start`` is a
    factor that is near, such as that of the round before.
    """
    factor, real = start, (targets * logits).sum(axis=1)
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
    each = row_losses(Task.MULTICLASS, factor * logits, targets)
    return factor, float(np.average(each, weights=weights))
