"""How good a model is on some of the customers it never saw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.evaluate.evaluating import evaluate
from core.evaluate.evaluation import Evaluation
from core.predict import Predictions


def among(found: Predictions, rows: NDArray[np.int64]) -> Predictions:
    """The predictions of those of its rows whose numbers are in ``rows``."""
    return found.only(np.isin(found.rows, rows))


def judged_among(found: Evaluation, rows: NDArray[np.int64], seed: int = 0) -> Evaluation:
    """The same figures at the same threshold for those rows alone, with intervals of their own.

    Raises TruthMissing where none of them was judged.
    """
    return evaluate(among(found.predictions, rows), found.threshold, seed)
