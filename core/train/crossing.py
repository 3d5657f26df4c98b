"""Training rows in parts that speak of each other: nobody's own answer is told to a model.

A level's code is the mean answer of its rows. Where a level has few rows, a training row's own
answer shines through, and a model learns to read it there, where new rows have nothing of the
kind. A training row's code is therefore made of the other parts' rows alone (cross fitting, as
scikit-learn's ``TargetEncoder.fit_transform``; the codes are Micci-Barreca's, 2001).
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from core.models.folds import Numbers, numbered

PARTS = 5


def crossed(y: NDArray[Any], seed: int, groups: Numbers | None = None) -> Numbers:
    """The part, 0 to 4, of each of n training rows with the answers ``y`` (n,), drawn by the seed.

    Classes in equal shares; rows of one number in ``groups`` (n,) are in one part, as new rows come
    from groups that training never saw.
    """
    return numbered(y, PARTS, seed, groups)
