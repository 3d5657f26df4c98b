"""The evidence of a model's review on disk, as far as it has been gathered."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.review.evidence import Evidence
from core.store.folder import readable, write
from core.store.prints import EVIDENCE_FILE, REVIEWS


def load(project: Path, model: str) -> Evidence:
    """What there is; what cannot be read is gathered again."""
    return readable(_file(project, model), Evidence) or Evidence()


def keep(project: Path, model: str, found: Evidence) -> Evidence:
    """Keeps it; gives it back. Raises DiskFull."""
    write(_file(project, model), msgspec.json.encode(found))
    return found


def _file(project: Path, model: str) -> Path:
    return project / REVIEWS / model / EVIDENCE_FILE
