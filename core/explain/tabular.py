"""Reasons as a table: one line a row, its prediction and the effect of each column."""

from __future__ import annotations

import pandas as pd

from core.explain.explanation import Explanation


def as_table(found: Explanation) -> pd.DataFrame:
    """Columns row, prediction, base, then "effect of X" and "error of X" for each column X.

    ``base`` and the effects of a line add up to its prediction; errors are standard errors.
    """
    first = pd.DataFrame({"row": found.rows, "prediction": found.prediction, "base": found.base})
    effects = pd.DataFrame(found.effects, columns=[f"effect of {c}" for c in found.columns])
    errors = pd.DataFrame(found.errors, columns=[f"error of {c}" for c in found.columns])
    return pd.concat([first, effects, errors], axis=1)
