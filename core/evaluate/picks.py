"""Which customers are worth a look: those the model is surest of, and those it was wrong about."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.models.family import Task
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

    SUREST and LEAST: highest and lowest chance of class ``of`` (or value). SURPRISING: where that
    chance (or value) lies farthest from what happened. Ties go by row number.
    """
    shown, truth = _of_class(predictions, of)
    distance = np.abs(shown - truth)
    key = {Pick.SUREST: -shown, Pick.LEAST: shown, Pick.SURPRISING: -distance}[pick]
    return predictions.rows[np.argsort(key, kind="stable")[:at_most]]


def shown_of(predictions: Predictions, of: str = "") -> dict[int, float]:
    """The chance of class ``of`` (or the value) by row number."""
    shown, _ = _of_class(predictions, of)
    return dict(zip(predictions.rows.tolist(), shown.tolist(), strict=True))


def truth_words(predictions: Predictions) -> dict[int, str | float]:
    """What happened, by row number: the class's name, or the value."""
    if predictions.truth is None:
        return {}
    names = predictions.classes
    happened = [names[int(t)] if names else float(t) for t in predictions.truth]
    return dict(zip(predictions.rows.tolist(), happened, strict=True))


def _of_class(predictions: Predictions, of: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    truth = np.zeros(len(predictions.rows)) if predictions.truth is None else predictions.truth
    if predictions.task is not Task.MULTICLASS:
        return predictions.scores, truth.astype("float64")
    number = predictions.classes.index(of) if of else 0
    return predictions.scores[:, number], (truth == number).astype("float64")
