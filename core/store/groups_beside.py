"""How several models treat the same groups of customers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset
from core.data.table import frame
from core.errors import FileDamaged, NotThere
from core.review.bands import groups_of
from core.review.groups import Groups, by_groups
from core.schema import Column
from core.store import evidence, tables
from core.store.fitting import as_asked
from core.store.models import SavedModel


@dataclass(frozen=True)
class Beside:
    """The groups of one column by each model, None where a model was judged on too few of them."""

    column: str
    models: tuple[Groups | None, ...]


def columns_of(project: Path, loaded: tuple[SavedModel, ...]) -> tuple[Column, ...] | None:
    """The sensitive columns of the table that the models were made of, and those that a review of
    any of them asked for; None where the table is no longer there, or cannot be read."""
    asked = tuple(
        name for saved in loaded for name in evidence.load(project, saved.model.spec.id).compared
    )
    try:
        return evidence.compared(_table(project, loaded), loaded[0], asked)
    except (NotThere, FileDamaged):
        return None


def groups_beside(
    project: Path, loaded: tuple[SavedModel, ...], columns: tuple[Column, ...]
) -> tuple[Beside, ...]:
    """Groups of the columns by each model, at its own threshold, of the customers held out from
    it; columns that have no two groups are left out. Raises NotThere.
    """
    held_out = np.unique(np.concatenate([s.evaluation.predictions.rows for s in loaded]))
    names = [column.name for column in columns]
    values = frame(_table(project, loaded), names, held_out.tolist())
    found = []
    for column in columns:
        groups = groups_of(values[column.name], column)  # bands of all, so that they are the same
        by_model = tuple(
            by_groups(s.evaluation.predictions, groups, s.evaluation.threshold, column.name)
            for s in loaded
        )
        if any(by_model):
            found.append(Beside(column.name, by_model))
    return tuple(found)


def _table(project: Path, loaded: tuple[SavedModel, ...]) -> Dataset:
    spec = loaded[0].model.spec
    return as_asked(tables.load(project, spec.dataset), spec)
