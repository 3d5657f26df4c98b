"""The answer at every value of a field, as a line small enough to stand under it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.explain.amounts import unit_for
from core.explain.explanation import Scale
from core.explain.values import in_words
from core.text.phrases import Phrases
from core.train.training import TrainedModel
from core.what_if.curve import UNBOUND, Curve, curves
from core.what_if.formula import Formula

LEAST_SPAN = 0.1  # ten points of chance: a flat line stays flat


@dataclass(frozen=True)
class Spark:
    """``points`` (x, y) and the turns' ``marks`` (x) are in 0..1 of the field's range.

    ``y`` is on one scale for all fields; ``level`` is where the answer turns on it, None where
    that is not in sight. ``words`` tell the turn; empty where there is none.
    """

    column: str
    points: tuple[tuple[float, float], ...]
    marks: tuple[float, ...]
    level: float | None
    words: str


def sparks(
    model: TrainedModel,
    row: pd.DataFrame,
    columns: Sequence[str],
    of: str,
    say: Phrases,
    formulas: Mapping[str, Formula] = UNBOUND,
) -> tuple[Spark, ...]:
    """The lines of numeric ``columns`` for one typed row (1, columns).

    Columns that follow by ``formulas`` from the one that moves move with it.
    """
    found = curves(model, row, columns, of, None, formulas) if columns else ()
    known = [curve for curve in found if len(curve.values) > 1]
    if not known:
        return ()
    low, high = _scale(known)
    return tuple(_spark(curve, low, high, say) for curve in known)


def _scale(known: Sequence[Curve]) -> tuple[float, float]:
    every = np.concatenate([curve.predictions for curve in known])
    low, high = float(every.min()), float(every.max())
    least = LEAST_SPAN if known[0].scale is Scale.CHANCE else 1e-12
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    return low, high


def _spark(curve: Curve, low: float, high: float, say: Phrases) -> Spark:
    start, span = float(curve.values[0]), float(curve.values[-1] - curve.values[0])
    inside = not math.isnan(curve.level) and low <= curve.level <= high
    xs = ((curve.values - start) / span).round(4).tolist()
    ys = ((curve.predictions - low) / (high - low)).round(4).tolist()
    return Spark(
        column=curve.column,
        points=tuple(zip(xs, ys, strict=True)),
        marks=tuple(round((turn - start) / span, 4) for turn in curve.turns),
        level=round((curve.level - low) / (high - low), 4) if inside else None,
        words=_words(curve, say),
    )


def _words(curve: Curve, say: Phrases) -> str:
    if not curve.turns:
        return ""
    unit = unit_for(curve.scale, [curve.level])
    facts = {"level": unit.level(unit.shown(curve.level)), "at": in_words(curve.turns[0], say)}
    if len(curve.turns) == 1:
        return say("live.turn", **facts)
    return say("live.turns", more=len(curve.turns) - 1, **facts)
