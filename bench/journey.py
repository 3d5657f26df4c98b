"""A project with models, made by the app's own workers, and its pages in the browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pandas as pd

from bench.server import Server
from bench.tables import written
from core import jobs
from core.status import State
from core.store import projects, tables
from core.train.wish import Choices, wish

PAGES = ("", "data", "explore", "train", "evaluate", "explain", "what_if", "review")
LOOK_EVERY = 0.2
QUIET = 1.5  # seconds without work before a bench begins


@dataclass(frozen=True)
class Journey:
    """A finished project under ``home``; ``models`` by family."""

    home: Path
    project: str
    models: dict[str, str]

    def address(self, server: Server, page: str, family: str) -> str:
        """A page with the project and a model in use."""
        asked = f"project={self.project}&model={self.models[family]}"
        return f"{server.address}/{page}?{asked}"


@contextmanager
def travelled(
    table: pd.DataFrame,
    target: str,
    outcome: str,
    *families: str,
    params: dict[str, Any] | None = None,
) -> Iterator[Journey]:
    """The table brought and each family trained, defaults if not told; gone after the block."""
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        home = Path(aside) / "home"
        file = written(table, Path(aside) / "customers.csv")
        brought = done(home, "bring", file=str(file), name=file.name)["project"]
        project = projects.aimed(home, brought, target, outcome)
        dataset = tables.load(projects.folder(home, project.id), project.table)
        made = {}
        for family in families:
            spec = wish(dataset, target, outcome, Choices(family, params or {}))
            asked = {"project": project.id, "spec": msgspec.to_builtins(spec)}
            made[family] = done(home, "train", **asked)["model"]
        yield Journey(home, project.id, made)


def done(home: Path, task: str, **arguments: Any) -> dict[str, Any]:
    """What a job gives in the end. Raises RuntimeError with its log."""
    job = jobs.start(home, task, **arguments)
    while not jobs.status(job).state.ended:
        time.sleep(LOOK_EVERY)
    found = jobs.status(job)
    if found.state is not State.DONE:
        raise RuntimeError(f"{task}: {found.error} {found.facts} {jobs.log(job)}")
    return found.result


def idle(home: Path) -> None:
    """Waits until no job has worked for a while."""
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET:
        time.sleep(LOOK_EVERY)
        if jobs.active(home):
            quiet_since = time.monotonic()


def holds_tensorflow(server: Server) -> bool:
    """True where TensorFlow's libraries are in the app's process."""
    return any("tensorflow" in region.path for region in server.process.memory_maps())
