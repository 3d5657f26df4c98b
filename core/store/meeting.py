"""Which held-out customers of a saved model meet a rule that a person typed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.explore.meeting import meeting
from core.explore.typed import typed
from core.store import tables
from core.store.fitting import as_asked
from core.store.models import SavedModel


def meets(project: Path, saved: SavedModel, rule: str) -> NDArray[np.bool_]:
    """Whether each held-out customer (n,) meets the rule, in the order of the predictions.

    Raises what ``typed`` and ``tables.load`` raise.
    """
    spec, rows = saved.model.spec, saved.evaluation.predictions.rows
    dataset = as_asked(tables.load(project, spec.dataset), spec)
    return np.isin(rows, meeting(dataset, typed(rule, dataset.schema), rows.tolist()))
