"""Which customers are worth a look: those the model is surest of, and those it was wrong about."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.errors import UnknownOutcome
from core.evaluate.truth import truth_of
from core.models.family import Floats, Task
from core.predict import Predictions

AT_MOST = 20


class Pick(StrEnum):
    """A reason to look at a customer."""

    SUREST = "surest"
    LEAST = "least"
    SURPRISING = "surprising"


def picked(
    predictions: Predictions, pick: Pick, of: str = "", at_most: int = AT_MOST
) -> NDArray[np.int64]:
    """Row numbers, the most striking first.

    SUREST and LEAST: highest and lowest chance of class ``of`` (or value; by default the first
    class). SURPRISING: where that chance (or value) lies farthest from what happened. Ties go by
    row number. Raises UnknownOutcome, and TruthMissing where a surprise cannot be known.
    """
    shown = _shown(predictions, of)
    if pick is Pick.SURPRISING:
        key = -np.abs(shown - _happened(predictions, of))
    else:
        key = -shown if pick is Pick.SUREST else shown
    return predictions.rows[np.lexsort((predictions.rows, key))[:at_most]]


def shown_of(predictions: Predictions, of: str = "") -> dict[int, float]:
    """The chance of class ``of`` (or the value) by row number. Raises UnknownOutcome."""
    return dict(zip(predictions.rows.tolist(), _shown(predictions, of).tolist(), strict=True))


def truth_words(predictions: Predictions) -> dict[int, str | float]:
    """What happened, by row number: the class's name, or the value."""
    if predictions.truth is None:
        return {}
    names = predictions.classes
    happened = [names[int(t)] if names else float(t) for t in predictions.truth]
    return dict(zip(predictions.rows.tolist(), happened, strict=True))


def _shown(predictions: Predictions, of: str) -> Floats:
    if predictions.task is not Task.MULTICLASS:
        return predictions.scores
    return predictions.scores[:, _number(predictions, of)]


def _happened(predictions: Predictions, of: str) -> Floats:
    """1 where it was the class and 0 elsewhere, or the value."""
    truth = truth_of(predictions)
    if predictions.task is Task.MULTICLASS:
        truth = truth == _number(predictions, of)
    return truth.astype("float64")


def _number(predictions: Predictions, of: str) -> int:
    if of and of not in predictions.classes:
        raise UnknownOutcome(predictions.target, of, predictions.classes)
    return predictions.classes.index(of) if of else 0
