"""What of Streamlit goes otherwise: its names are still there, garbage is looked for at times."""

from __future__ import annotations

import gc
import tomllib
from pathlib import Path

import pytest
from streamlit.runtime import runtime
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from pages.shared import mended

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"


def test_what_is_mended_is_still_called_so() -> None:
    assert hasattr(runtime, mended.PACE_OF)
    assert hasattr(ScriptRunner, mended.RUN)


def test_streamlit_leaves_garbage_to_us() -> None:
    assert tomllib.loads(CONFIG.read_text("utf-8"))["runner"]["postScriptGC"] is False


def test_garbage_is_looked_for_once_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now, done = [0.0], []
    monkeypatch.setattr(mended.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(gc, "collect", lambda: done.append(now[0]))
    rounds = mended.Rounds(10.0)
    for now[0] in (1.0, 2.0, 10.9, 11.0, 12.0, 40.0):
        rounds.collect()
    assert done == [1.0, 11.0, 40.0]


def test_it_is_mended_once() -> None:
    mended.mend()
    once = getattr(ScriptRunner, mended.RUN)
    mended.mend()
    assert getattr(ScriptRunner, mended.RUN) is once
    assert not hasattr(once.__wrapped__, "__wrapped__")
