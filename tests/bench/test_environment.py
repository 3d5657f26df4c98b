"""An environment that is kept is made once, again where it is not whole, and found by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import environment
from bench.environment import READY, kept


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, tuple[str, ...]]]:
    """What is installed, and where; nothing is."""
    found: list[tuple[Path, tuple[str, ...]]] = []

    def make(place: Path, packages: tuple[str, ...]) -> Path | None:
        place.mkdir(exist_ok=True)
        found.append((place, packages))
        return None if "missing" in packages else place

    monkeypatch.setattr(environment, "_made", make)
    monkeypatch.delenv("A_TOOL", raising=False)
    return found


def test_it_is_made_once(made: list[tuple[Path, tuple[str, ...]]], tmp_path: Path) -> None:
    place = kept("A_TOOL", "tool==1", "part==2", cache=tmp_path)
    assert place == kept("A_TOOL", "tool==1", "part==2", cache=tmp_path)
    assert made == [(place, ("tool==1", "part==2"))]
    assert kept("A_TOOL", "tool==2", "part==2", cache=tmp_path) != place
    assert len(made) == 2


def test_what_was_not_made_whole_is_made_again(
    made: list[tuple[Path, tuple[str, ...]]], tmp_path: Path
) -> None:
    assert kept("A_TOOL", "missing", cache=tmp_path) is None
    assert kept("A_TOOL", "missing", cache=tmp_path) is None
    assert len(made) == 2
    assert not list(tmp_path.glob(f"*/{READY}"))


def test_one_that_is_there_already_is_taken(
    made: list[tuple[Path, tuple[str, ...]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_TOOL", str(tmp_path / "theirs"))
    assert kept("A_TOOL", "tool==1", cache=tmp_path) == tmp_path / "theirs"
    assert made == []
