"""What a worker can be asked to do: every task is where it is said to be, and brings its own."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from core.jobs import BEGUN_AGAIN, LANES
from core.tasks.doing import TASKS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", TASKS)
def test_a_task_takes_a_home_and_reports(name: str) -> None:
    place, run = TASKS[name].place, TASKS[name].run
    assert place.startswith(("core.tasks.", "core.store."))
    assert place == f"{run.__module__}:{run.__qualname__}"
    assert {"home", "report"} <= set(inspect.signature(run).parameters)


def test_whatever_takes_turns_is_a_task() -> None:
    assert {*LANES, *BEGUN_AGAIN} <= {*TASKS}


@pytest.mark.parametrize(
    ("name", "without"),
    [("bring", "sklearn"), ("check", "sklearn"), ("check", "ibis"), ("explore", "ibis"),
     ("train", "ibis"), ("explain", "ibis"), ("explain", "optuna"), ("record", "sklearn"),
     ("train", "tensorflow")],
)  # fmt: skip
def test_a_task_brings_nothing_that_another_needs(name: str, without: str) -> None:
    code = (
        "import sys; from core.tasks.doing import TASKS; brought = 'pandas' in sys.modules;"
        f"TASKS[{name!r}].run; sys.exit(brought + 2 * ({without!r} in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0
