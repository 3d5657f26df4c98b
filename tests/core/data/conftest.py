"""Small tables on disk for the tests of the data room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.progress import silent

WHEN = "2026-01-01T00:00:00+00:00"
Loaded = Callable[..., Dataset]


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """Reads a file of this content; each call into a folder of its own."""
    calls = iter(range(10_000))

    def read(content: bytes | str | Path, name: str = "table.csv") -> Dataset:
        folder = tmp_path / str(next(calls))
        folder.mkdir()
        path = content if isinstance(content, Path) else folder / "given"
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load(path, name, folder / "into", WHEN, silent)

    return read
