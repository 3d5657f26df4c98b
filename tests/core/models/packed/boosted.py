"""One booster of scikit-learn, packed."""

from __future__ import annotations

from typing import Any

from core.models.packed.trees import Packed, mean_of_boosting


def of_boosting(booster: Any, columns: int) -> Packed:
    """All of its rounds."""
    return mean_of_boosting([booster], columns, len(booster._predictors))
