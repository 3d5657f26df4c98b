"""How well a model's answers tell the customers it learned from from those it never saw.

An attack by loss (Yeom, Giacomelli, Fredrikson and Jha 2018, "Privacy risk in machine learning"):
whoever knows a customer and holds the model guesses that it learned from the customer where its
answer is near the truth. What is gained by that is the area under the ROC curve of nearness.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.evaluate.delong import Floats, area
from core.evaluate.truth import known, truth_of
from core.models.family import Task
from core.predict import Predictions, held_out, judged
from core.train.training import TrainedModel

TOLD_FROM = 0.6  # guessing is 0.5


def remembered(model: TrainedModel, learned: pd.DataFrame) -> float:
    """The chance that a row the model learned from is answered nearer to its truth than one held
    out, ties half: 0.5 where it generalises wholly, 1 where it knows every row by heart.

    ``learned`` holds typed training rows with their target. Raises what ``judged`` raises.
    """
    return told_apart(judged(model, learned), held_out(model))


def told_apart(learned: Predictions, unseen: Predictions) -> float:
    """The same of predictions with their truth (Mann and Whitney 1947)."""
    near = [nearness(known(each)) for each in (learned, unseen)]
    inside = np.repeat([True, False], [len(each) for each in near])
    return area(np.concatenate(near), inside).value


def nearness(predictions: Predictions) -> Floats:
    """How near each answer is to its truth (n,): the chance given to it, or less the distance."""
    truth, scores = truth_of(predictions), predictions.scores
    if predictions.task is Task.REGRESSION:
        return -np.abs(scores - truth)
    if predictions.task is Task.BINARY:
        return np.where(truth == 1, scores, 1 - scores)
    return scores[np.arange(len(truth)), truth]
