"""Reasons that a moment is enough for stand there at once; others are worked out beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import jobs
from pages.shared import reasons_now
from tests.pages.conftest import Open, words


def test_quick_reasons_need_no_work_beside(app: Open, project: str, home: Path) -> None:
    at = app("explain", project=project)
    assert not at.exception
    assert "200 of " in words(at)
    assert jobs.active(home) == ()


def test_what_a_moment_is_too_short_for_goes_on_beside(
    app: Open, project: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reasons_now, "MOMENT", 0.0)
    at = app("explain", project=project)
    assert not at.exception
    (beside,) = jobs.active(home)
    jobs.stop(beside)
    assert "The first reasons take a moment." in words(at)
