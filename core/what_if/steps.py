"""Where what a model says of a number jumps: the thresholds of its trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.models.family import STEPPED, Floats, family
from core.train.training import TrainedModel


def only_steps(model: TrainedModel) -> bool:
    """Whether what the model says stays the same between two thresholds."""
    return all(family(key).reasons in STEPPED for key, _, _ in _answering(model))


def thresholds(model: TrainedModel, cell: int) -> Floats:
    """The thresholds on a cell of the model's matrix, in order: (n,); of an ensemble those of
    every tree that has a say."""
    from core.models.packed.trees import packed_once

    found = [np.zeros(0)]
    for key, estimator, cells in _answering(model):
        if family(key).reasons in STEPPED:
            splits = packed_once(estimator).splits
            column = splits.column if cells is None else cells[splits.column]
            found.append(splits.threshold[column == cell].astype("float64"))
    return np.unique(np.concatenate(found))


def _answering(model: TrainedModel) -> Iterator[tuple[str, Any, Any]]:
    """Family and estimator of whatever answers, and which cells it looks at: None for all."""
    made = model.estimator
    if family(model.spec.family).members is None:
        yield model.spec.family, made, None
        return
    for member, estimator, cells in zip(made.members, made.estimators, made.columns, strict=True):
        if member.weight:
            yield member.family, estimator, cells
