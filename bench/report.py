"""The report of a model of 100,000 rows: how long it takes, how large it is, how soon it is drawn.

Run as ``python -m bench.report [rows]``. A forest is trained with its rivals, and 500 held-out
customers are explained, before anything is measured. Each writing is a process of its own, as
``whybuy report`` is: what it imports counts. Chromium, where it is there, opens the file without a
network until its last chart is drawn.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from bench.figure import figure, told
from bench.server import chromium
from bench.tables import customers, written
from core.explain.shapley.method import Asked
from core.models.family import family
from core.progress import silent
from core.store import projects, tables
from core.store.reasons import Way, way_text
from core.tasks.models import train_model
from core.tasks.reasons import explain_model
from core.tasks.tables import bring, check
from core.train.wish import Choices, wish

ROWS = 100_000
EXPLAINED = 500
TIMES = 3
SECONDS, BYTES, DRAWN = 10.0, 6_000_000, 10.0
# the shell's command, which says at its end whether it brought TensorFlow
ASKED = """
import atexit, sys
from core.cli import main
atexit.register(lambda: print("tensorflow" in sys.modules))
main()
"""


def figures(rows: int, folder: Path) -> Iterator[dict[str, object]]:
    """Seconds to write each form, its size, and seconds until a browser has drawn it."""
    home = folder / "home"
    named = _made(rows, home, folder)
    for form in ("html", "json"):
        out = folder / f"card.{form}"
        took, worked, heavy = zip(*(_written(named, out, home) for _ in range(TIMES)), strict=True)
        facts = {"rows": rows, "least": round(min(took), 2), "processor": round(min(worked), 2)}
        facts |= {"tensorflow": any(heavy)}
        yield figure(
            f"report as {form}, seconds", "value", sorted(took)[TIMES // 2], SECONDS, **facts
        )
        yield figure(f"report as {form}, bytes", "value", out.stat().st_size, BYTES)
    yield figure("report drawn, seconds", "value", _drawn(folder / "card.html"), DRAWN)


def _made(rows: int, home: Path, folder: Path) -> str:
    """PROJECT/MODEL of a forest with its rivals and reasons."""
    file = written(customers(rows), folder / "customers.csv")
    made = bring(home, silent, str(file), "customers.csv")
    project, place = made["project"], projects.folder(home, made["project"])
    check(home, silent, project, made["table"], "bought")
    dataset = tables.load(place, made["table"])
    spec = wish(dataset, "bought", "yes", Choices())
    alone = replace(spec, family="column", params={})
    train_model(home, silent, project, msgspec.to_builtins(alone))
    model = train_model(home, silent, project, msgspec.to_builtins(spec))["model"]
    way = way_text(Way("yes", str(family(spec.family).reasons), Asked()))
    explain_model(home, silent, project, model, way, EXPLAINED)
    return f"{project}/{model}"


def _written(named: str, out: Path, home: Path) -> tuple[float, float, bool]:
    """Seconds of a process that writes it, by the clock and by the processor, and whether it
    brought TensorFlow."""
    command = [sys.executable, "-c", ASKED, "report", named, "--out", str(out)]
    before, begun = sum(os.times()[2:4]), time.perf_counter()
    done = subprocess.run(
        command, env=os.environ | {"WHYBUY_HOME": str(home)}, capture_output=True, check=True
    )
    took = time.perf_counter() - begun
    return took, sum(os.times()[2:4]) - before, done.stdout.split()[-1] == b"True"


def _drawn(file: Path) -> float:
    with chromium() as browser:
        context: Any = browser.new_context(offline=True)
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-drawn]", state="attached")
        return time.perf_counter() - begun


if __name__ == "__main__":
    with TemporaryDirectory(prefix="whybuy-bench-") as place:
        asked = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
        sys.exit(told(figures(asked, Path(place))))
