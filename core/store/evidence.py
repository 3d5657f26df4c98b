"""The evidence of a model's review on disk, as far as it has been gathered."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.data.dataset import Dataset
from core.review.evidence import Evidence
from core.schema import Column, Role
from core.store.folder import readable, write
from core.store.models import SavedModel
from core.store.prints import EVIDENCE_FILE, REVIEWS

COMPARED_AT_MOST = 8


def load(project: Path, model: str) -> Evidence:
    """What there is; what cannot be read is gathered again."""
    return readable(_file(project, model), Evidence) or Evidence()


def keep(project: Path, model: str, found: Evidence) -> Evidence:
    """Keeps it; gives it back. Raises DiskFull."""
    write(_file(project, model), msgspec.json.encode(found))
    return found


def compared(dataset: Dataset, saved: SavedModel, asked: tuple[str, ...]) -> tuple[Column, ...]:
    """The sensitive columns of a table and those asked for, but for the target."""
    target = saved.model.spec.target.name
    found = [c for c in dataset.schema.with_role(Role.SENSITIVE) if c.name != target]
    found += [dataset.schema[n] for n in asked if n in dataset.schema and n != target]
    return tuple(dict.fromkeys(found))[:COMPARED_AT_MOST]


def _file(project: Path, model: str) -> Path:
    return project / REVIEWS / model / EVIDENCE_FILE
