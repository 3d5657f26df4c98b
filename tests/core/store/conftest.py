"""A home with two projects and a model of each kind, made once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.core.store.shelves import KEY, Shelf, filled


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """What tests copy and leave as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", KEY)
        return filled(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def ours(made: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A copy of it, with the index."""
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    shutil.copytree(made.home, tmp_path / "home")
    return Shelf(tmp_path / "home", made.old, made.foreign)
