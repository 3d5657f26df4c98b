"""Whether predictions follow a column one way only, for each customer by themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.explain.explanation import Scale
from core.explain.partial import Partial, partial
from core.models.family import Floats
from core.train.preparation import is_numeric
from core.train.training import TrainedModel

COLUMNS_AT_MOST = 12
NOTICED = 0.005  # of a chance, or of the range of all predictions: less is no step back


@dataclass(frozen=True)
class Course:
    """How predictions of ``rows`` customers go as a number or date grows, all else as it is.

    ``rising`` is the share whose prediction nowhere falls by more than is noticed, ``falling`` the
    share where it nowhere rises by more. ``fall`` and ``rise`` are the largest ways back: from any
    point to any later one, the mean over customers. ``moves`` is what it does to their mean.
    """

    column: str
    rows: int
    rising: float
    falling: float
    fall: float
    rise: float
    moves: float


def courses(model: TrainedModel, ranked: tuple[str, ...], of: str = "") -> tuple[Course, ...]:
    """The courses of the first numbers and dates of ``ranked``, in that order."""
    numeric = [c.name for c in model.spec.features if is_numeric(c)]
    chosen = [name for name in ranked if name in numeric][:COLUMNS_AT_MOST]
    found = (partial(model, name, of) for name in chosen)
    return tuple(course(each) for each in found if each is not None and len(each.values) > 1)


def course(found: Partial) -> Course:
    """The course of one column, from its individual conditional expectations."""
    fall, rise = drawdown(found.lines), drawdown(-found.lines)
    noticed = NOTICED if found.scale is Scale.CHANCE else NOTICED * float(np.ptp(found.lines))
    return Course(
        column=found.column,
        rows=found.rows,
        rising=float((fall <= noticed).mean()),
        falling=float((rise <= noticed).mean()),
        fall=float(fall.mean()),
        rise=float(rise.mean()),
        moves=float(found.mean[-1] - found.mean[0]),
    )


def drawdown(lines: Floats) -> Floats:
    """The largest fall of each line (n, points) from any point to any later one: (n,)."""
    return np.asarray((np.maximum.accumulate(lines, axis=1) - lines).max(axis=1))
