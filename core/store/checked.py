"""What checking a table gave beside its findings: its scores, and what remedies would move."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from core.data.finding import Remedy
from core.data.quality import Score
from core.evaluate.price import Price
from core.schema import Schema
from core.store.folder import decoded, write
from core.store.glance import is_there
from core.store.tables import place

FOLDER = "checked"
CHECKS = 2  # findings kept by an older way of looking are looked for again
Kept = TypeVar("Kept")


def findings_key(schema: Schema, target: str) -> str:
    """What findings depend on, as a short name."""
    canonical = msgspec.json.encode((schema, target, CHECKS), order="deterministic")
    return hashlib.sha256(canonical).hexdigest()[:16]


def keep_quality(project: Path, table: str, key: str, scores: tuple[Score, ...]) -> None:
    """Keeps scores under a key that names schema and target."""
    write(_file(project, table, f"{key}-quality"), msgspec.json.encode(scores))


def kept_quality(project: Path, table: str, key: str) -> tuple[Score, ...] | None:
    """The scores kept under the key, or None."""
    return _read(_file(project, table, f"{key}-quality"), tuple[Score, ...])


def price_key(findings_key: str, outcome: str, remedy: Remedy) -> str:
    """What a remedy's price depends on, as a short name."""
    canonical = msgspec.json.encode((findings_key, outcome, remedy), order="deterministic")
    return hashlib.sha256(canonical).hexdigest()[:16]


def keep_price(project: Path, table: str, key: str, price: Price) -> None:
    """Keeps what a remedy would move."""
    write(_file(project, table, key), msgspec.json.encode(price))


def kept_price(project: Path, table: str, key: str) -> Price | None:
    """What a remedy would move, or None where that is not known."""
    return _read(_file(project, table, key), Price)


def _file(project: Path, table: str, name: str) -> Path:
    return place(project, table) / FOLDER / f"{name}.json"


def _read(file: Path, kind: type[Kept]) -> Kept | None:
    """Damaged files are as good as none: what they held is computed again."""
    try:
        return decoded(file, kind) if is_there(file) else None
    except (msgspec.DecodeError, UnicodeDecodeError, FileNotFoundError):
        return None
