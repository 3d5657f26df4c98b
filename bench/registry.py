"""500 models of a project are listed, as the page asks: ``python -m bench.registry [models]``.

Each time is of a process of its own that has imported what the page imports and read nothing of the
project yet: the table of models, with names in words, who is champion, what is put away, notes, and
what is set aside. ``first`` is the same where no line is kept yet: after an upgrade, or after a
customer was deleted. Memory is what the process holds more once it has listed them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import figure, spread, told
from bench.server import ROOT
from bench.tables import customers, written
from core.progress import silent
from core.store import board, fitting, models, projects, registry, tables
from core.tasks.tables import bring
from core.train.wish import Choices, wish

MODELS = 500
ROWS = 2_000
PROCESSES = 9
GOAL = 300  # milliseconds
FIRST = 5_000
MEMORY = 64  # megabytes
LIST = """
import json, sys, time
from pathlib import Path
import psutil
from core.models.family import families
from core.store import registry, registry_words
from core.text.phrases import phrases
say, _ = phrases(), families()
process = psutil.Process()
before, start = process.memory_info().rss, time.perf_counter()
found = registry.registry(Path(sys.argv[1]))
called = registry_words.names(found.models, say)
labels = registry_words.labels(found.models, called, say)
table = registry_words.table(found.models, called, say)
took = 1000 * (time.perf_counter() - start)
more = (process.memory_info().rss - before) / 1e6
assert len(table) == len(labels) == len(set(labels.values())) == int(sys.argv[2]), len(table)
print(json.dumps([took, more]))
"""


def filled(home: Path, wanted: int) -> Path:
    """A project with so many models, some of them noted, archived or champions; gives its folder.

    They are one tree under many seeds: a list opens no estimator.
    """
    file = written(customers(ROWS), home.parent / "customers.csv")
    made = bring(home=home, report=silent, file=str(file), name=file.name)
    projects.aimed(home, made["project"], "bought", "yes")
    folder = projects.folder(home, made["project"])
    dataset = tables.load(folder, made["table"])
    saved = fitting.fit(dataset, wish(dataset, "bought", "yes", Choices("tree")))
    for seed in range(wanted):
        spec = replace(saved.model.spec, seed=seed)
        when = f"2026-01-01T{seed // 60:02}:{seed % 60:02}:00+00:00"
        model = replace(saved.model, spec=spec)
        models.save(folder / "models" / spec.id, replace(saved, model=model, trained_at=when))
        if seed % 10 == 0:
            registry.note(folder, spec.id, f"note {seed}")
        if seed % 25 == 0:
            registry.archive(folder, spec.id)
    registry.crown(folder, spec.id)
    return folder


def listed(folder: Path, wanted: int) -> tuple[float, float]:
    """Milliseconds and megabytes of one process that lists them."""
    words = [sys.executable, "-c", LIST, str(folder), str(wanted)]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    took, more = json.loads(found.stdout)
    return float(took), float(more)


def figures(wanted: int) -> Iterator[dict[str, object]]:
    """The first listing, then the usual one."""
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        folder = filled(Path(aside) / "home", wanted)
        board.forget(folder)
        first, _ = listed(folder, wanted)
        yield figure("registry.first", "value", first, FIRST, models=wanted)
        found = [listed(folder, wanted) for _ in range(PROCESSES)]
        times = spread([took for took, _ in found])
        size = (folder / board.FILE).stat().st_size
        facts = {"models": wanted, "kept_bytes": size}
        yield figure("registry.listed", "value", times["median"], GOAL, **times, **facts)
        most = max(more for _, more in found)
        yield figure("registry.memory", "value", most, MEMORY, models=wanted)


if __name__ == "__main__":
    raise SystemExit(told(figures(int(sys.argv[1]) if len(sys.argv) > 1 else MODELS)))
