"""Compiled loops are kept on disk, beside the modules or in a folder of the person's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import core.explain.shapley.exact.ready as module
from core.models.packed.compiled import compiled

ROOT = Path(__file__).resolve().parents[5]
LOOP = """
from core.models.packed.compiled import compiled

@compiled()
def twice(value):
    return 2 * value

print(twice(4), twice.stats.cache_path)
"""


def where(folder: Path, **environment: str) -> str:
    """What a fresh process says of a loop in ``folder``: its answer and its cache."""
    (folder / "loop.py").write_text(LOOP)
    given = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"} | environment
    command = [sys.executable, str(folder / "loop.py")]
    answer = subprocess.run(command, env=given, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


def test_the_cache_lies_beside_the_module(tmp_path: Path) -> None:
    assert where(tmp_path, HOME=str(tmp_path)) == f"8 {tmp_path / '__pycache__'}"


def test_in_a_folder_that_cannot_be_written_it_lies_with_the_person(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("a file where a folder would be made")
    home = tmp_path / "home"
    home.mkdir()
    said, cache = where(tmp_path, HOME=str(home), XDG_CACHE_HOME=str(home)).split(" ", 1)
    assert said == "8"
    assert cache.startswith(str(home))


def test_without_any_place_loops_still_run(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("")
    nowhere = tmp_path / "home"
    nowhere.write_text("")
    found = where(tmp_path, HOME=str(nowhere), XDG_CACHE_HOME=str(nowhere))
    assert found.split(" ")[0] == "8"
    assert "home" not in found


def test_what_is_compiled_is_not_compiled_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(module.subprocess, "run", lambda command, **_: started.append(command[-1]))
    monkeypatch.setattr(module, "ready", lambda: started.append("here"))
    monkeypatch.setattr(module, "is_compiled", lambda: True)
    module.ready_beside()
    assert started == ["here"]
    monkeypatch.setattr(module, "is_compiled", lambda: False)
    module.ready_beside()
    assert started == ["here", module.MODULE, "here"]
    assert module.__name__ == module.MODULE


def test_a_loop_that_ran_is_known_to_be_compiled() -> None:
    module.ready()
    assert module.is_compiled()


def test_the_options_reach_numba() -> None:
    loop = compiled(fastmath={"contract"})(lambda value: value + 1)
    assert loop.targetoptions["fastmath"] == {"contract"}
    assert loop.targetoptions["nogil"]
