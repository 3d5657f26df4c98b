"""Predictions are judged only where the truth is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import TruthMissing
from core.models.family import Task
from core.predict import Predictions


def truth_of(predictions: Predictions) -> NDArray[Any]:
    """The truth (n,). Raises TruthMissing where there is none."""
    if predictions.truth is None or not len(predictions.truth):
        raise TruthMissing(column=predictions.target)
    return predictions.truth


def known(predictions: Predictions) -> Predictions:
    """Only the rows whose truth is known (not nan, no negative class number).

    Raises TruthMissing where no row is left.
    """
    truth = truth_of(predictions)
    classes = predictions.task is not Task.REGRESSION
    keep = np.isfinite(truth) & ((truth >= 0) if classes else True)
    if not keep.any():
        raise TruthMissing(column=predictions.target)
    kept = truth[keep].astype(np.int64 if classes else np.float64)
    return replace(predictions.only(keep), truth=kept)


def one_vs_rest(predictions: Predictions, class_number: int) -> Predictions:
    """Multi-class predictions seen as a yes/no question: is it this class?

    The class becomes the outcome of interest of binary predictions over the same rows.
    """
    if predictions.task is Task.BINARY:
        return predictions
    name = predictions.classes[class_number]
    return replace(
        predictions,
        task=Task.BINARY,
        classes=(f"≠ {name}", name),
        scores=predictions.scores[:, class_number],
        truth=(truth_of(predictions) == class_number).astype(np.int64),
    )
