"""Glances: a file is looked at once while a page is drawn, and again after a writing."""

from __future__ import annotations

from pathlib import Path

from core.store.folder import discard, write
from core.store.glance import glancing, is_there, look


def test_outside_every_look_is_fresh(tmp_path: Path) -> None:
    file = tmp_path / "a"
    assert look(file) is None
    file.write_text("1")
    assert is_there(file)


def test_within_a_file_is_looked_at_once(tmp_path: Path) -> None:
    file = tmp_path / "a"
    with glancing():
        assert not is_there(file)
        file.write_text("another process")
        assert not is_there(file)
    assert is_there(file)


def test_a_writing_of_ours_is_seen_at_once(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "a"
    with glancing():
        assert not is_there(file)
        write(file, b"1")
        assert is_there(file)
        with glancing():  # a fragment within a page
            discard(file.parent)
        assert not is_there(file)


def test_what_is_below_a_file_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    assert look(tmp_path / "a" / "b") is None
    assert not is_there(tmp_path)
