"""What a page does around itself: signing out."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from core.errors import DiskFull
from core.store import signed_out
from pages.shared.around import inside, signed

TOLD = {"iss": "https://who.example", "sub": "a1", "iat": 1.0, "is_logged_in": True}


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What Streamlit was told to do."""
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path))
    monkeypatch.setattr(inside, "_told", lambda: TOLD)
    found: list[str] = []
    monkeypatch.setattr(st, "logout", lambda: found.append("out"))
    return found


def test_a_sign_in_is_over_before_the_browser_is_sent_away(left: list[str], tmp_path: Path) -> None:
    inside.sign_out()
    assert signed_out.is_noted(tmp_path, signed.sign_in(TOLD))
    assert left == ["out"]


def test_a_full_disk_keeps_nobody_in(left: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DiskFull("home")

    monkeypatch.setattr(signed_out, "note", full)
    with pytest.raises(DiskFull):
        inside.sign_out()
    assert left == ["out"]
