"""Hashes of all that a signature stands for: data, wish, model, evaluation, explanations, evidence.

Whoever signs signs these; whoever looks later compares them with what is there.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import msgspec

from core.data.dataset import SOURCE
from core.errors import UserError
from core.review.review import Review
from core.store import manifest, models, rest, tables
from core.store.fingerprint import of_file
from core.store.manifest import MANIFEST
from core.store.models import HELD_OUT

MODEL, DATA, WISH = "model", "data", "wish"
EVALUATION, EXPLANATIONS, TESTS = "evaluation", "explanations", "tests"
EVIDENCE, VERDICTS = "evidence", "verdicts"
GONE = ""
REVIEWS, EVIDENCE_FILE = "reviews", "evidence.json"
FILES_REMEMBERED = 512


def prints(project: Path, model: str, review: Review) -> dict[str, str]:
    """The SHA-256 of each part, by its name; explanations one a file. Raises NotThere.

    A part that is not there has none.
    """
    place = models.place(project, model)
    with rest.opened_folder(place, (MANIFEST,)) as folder:
        told = manifest.digest(folder)
    held = _sealed(place / HELD_OUT)
    entry = models.entry(place)
    found = {
        MODEL: told,
        WISH: _of(entry.spec),
        DATA: _data(project, entry.spec.dataset),
        EVALUATION: hashlib.sha256((held + _of(entry.scores)).encode()).hexdigest(),
        EVIDENCE: _sealed(project / REVIEWS / model / EVIDENCE_FILE),
        VERDICTS: _of(replace(review, moves=())),
    }
    reasons = project / "reasons" / model
    for file in sorted(reasons.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            part = TESTS if file.parent == reasons else EXPLANATIONS
            found[f"{part}/{file.relative_to(reasons).as_posix()}"] = _sealed(file)
    return {name: each for name, each in found.items() if each}


def changed(before: dict[str, str], now: dict[str, str]) -> tuple[str, ...]:
    """The parts that are other than they were, each once; what was added is no change."""
    other = (name for name, each in before.items() if now.get(name) != each)
    return tuple(dict.fromkeys(name.partition("/")[0] for name in other))


def _data(project: Path, table: str) -> str:
    """Of the table's cells, and of what was understood of its file; none where it is gone."""
    try:
        folder = tables.place(project, table)
    except UserError:
        return GONE
    cells, record = _sealed(folder / SOURCE), _sealed(folder / tables.RECORD)
    return hashlib.sha256(f"{cells} {record}".encode()).hexdigest()


def _sealed(file: Path) -> str:
    """Of a file's content in clear, so that encryption is no change."""
    if not file.is_file():
        return GONE
    known = file.stat()
    return _remembered(file, known.st_ino, known.st_mtime_ns, known.st_size)


@lru_cache(FILES_REMEMBERED)
def _remembered(file: Path, inode: int, written: int, size: int) -> str:
    """A file is read once in a process, for as long as nobody writes it anew."""
    with rest.opened(file) as clear:
        return of_file(clear)


def _of(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
