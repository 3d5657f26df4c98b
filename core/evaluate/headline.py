"""The one sentence about a model: what it finds, in counts a person can picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.evaluate.curves.gains import top
from core.evaluate.evaluation import Evaluation
from core.evaluate.truth import truth_of
from core.models.family import Task

SHARE_OF_TOP = 0.1


@dataclass(frozen=True)
class Headline:
    """The key of a sentence under ``evaluate.headline`` and the facts it needs."""

    key: str
    facts: dict[str, Any]


def headline(evaluation: Evaluation) -> Headline:
    """The finding of an evaluation, beside what no model at all would give.

    Binary: how many of the surest tenth (a round number) are the outcome of interest. Multi-class:
    accuracy beside always naming the most frequent class. Regression: mean absolute error beside
    always guessing the mean of the same rows.
    """
    task = evaluation.predictions.task
    if task is Task.BINARY:
        return _surest(evaluation)
    return _named_right(evaluation) if task is Task.MULTICLASS else _off_by(evaluation)


def round_top(rows: int) -> int:
    """About a tenth of ``rows`` with one leading digit: 300 of 3,082; at least 1."""
    tenth = max(rows * SHARE_OF_TOP, 1.0)
    size = 10 ** math.floor(math.log10(tenth))
    return int(tenth // size * size)


def _surest(evaluation: Evaluation) -> Headline:
    predictions = evaluation.predictions
    best = top(predictions, round_top(len(predictions.rows)))
    facts = {
        "rows": best.rows,
        "hits": round(best.hits),
        "rate": best.rate,
        "lift": best.lift,
        "base": best.base,
        "outcome": predictions.outcome,
        "tested": len(predictions.rows),
    }
    return Headline("surest" if 0 < best.base < 1 else "one_class", facts)


def _named_right(evaluation: Evaluation) -> Headline:
    predictions = evaluation.predictions
    counts = np.bincount(truth_of(predictions), minlength=len(predictions.classes))
    facts = {
        "accuracy": evaluation["accuracy"].value,
        "common": predictions.classes[int(counts.argmax())],
        "base": float(counts.max() / counts.sum()),
        "target": predictions.target,
        "tested": len(predictions.rows),
    }
    return Headline("named_right", facts)


def _off_by(evaluation: Evaluation) -> Headline:
    predictions = evaluation.predictions
    truth = truth_of(predictions)
    facts = {
        "mae": evaluation["mae"].value,
        "base": float(np.abs(truth - truth.mean()).mean()),
        "target": predictions.target,
        "tested": len(predictions.rows),
    }
    return Headline("off_by", facts)
