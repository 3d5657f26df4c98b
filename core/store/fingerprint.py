"""The SHA-256 by which the trail names a thing: a table, what its columns mean, a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from core.data.dataset import Dataset
from core.schema import Schema


def of_table(dataset: Dataset) -> str:
    """Of the Parquet file of a table as it is used: its personal data are out of it."""
    return of_file(dataset.source)


def of_schema(schema: Schema) -> str:
    """Of what the columns of a table mean."""
    return hashlib.sha256(msgspec.json.encode(schema, order="deterministic")).hexdigest()


def of_file(file: Path) -> str:
    """Of what a file holds, byte for byte."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
