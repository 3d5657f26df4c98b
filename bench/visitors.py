"""Fifty visitors who think 5 to 15 seconds between two steps, while a training runs.

Run as ``python -m bench.visitors [VISITORS] [SECONDS]``. Each visitor is a tab of a browser of its
own, spoken for by ``tests.sessions``: pages, tabs, folds, sliders, choices and downloads by chance,
five visitors to a project. A rerun is timed from the question to its last element. Memory is that
of the server without its workers; beside the times stands how much of a core the server took.

First one visitor is there alone, beside the same training: how much longer a change of page takes
among many, and what each further visitor takes of memory, is told against that one.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
import psutil

from bench.figure import figure, spread, told
from bench.journey import done
from bench.tables import customers, written
from core import jobs
from core.forkserver import SERVES
from core.status import State
from core.store import projects, tables
from core.train.wish import Choices, wish
from tests.sessions.client import Visitor
from tests.sessions.served import serving
from tests.sessions.wander import Wanderer

VISITORS, SECONDS = 50, 180.0
VISITORS_TO_A_PROJECT = 5
THINK = (5.0, 15.0)  # seconds
ROWS = 2_000
ROWS_TRAINED = 100_000
GOAL = 2000.0  # milliseconds
TIMES_GOAL = 3.0  # a change of page, against one visitor's
MEMORY_GOAL = 2000.0  # MB
ALONE_THINKS = (0.5, 1.5)  # seconds: as many changes of page, sooner
LOOK_EVERY = 0.5
MEGA = 1_000_000
WORKER = "core.worker"


@dataclass
class Seen:
    """What all visitors together saw."""

    milliseconds: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)  # milliseconds of those to another page
    slowest: dict[str, float] = field(default_factory=dict)  # by page
    errors: list[str] = field(default_factory=list)
    peak: float = 0.0  # MB
    trained: int = 0
    cores: float = 0.0

    def took(self, visitor: Visitor, before: str) -> None:
        """One step of a visitor, who was on a page before."""
        found = visitor.seconds * 1000
        self.milliseconds.append(found)
        if visitor.page != before:
            self.turns.append(found)
        page = visitor.page or "home"
        self.slowest[page] = max(self.slowest.get(page, 0.0), round(found))


def project(home: Path, aside: Path, number: int, rows: int = ROWS) -> dict[str, str]:
    """A project, with a forest where it has few rows; what an address names."""
    file = written(customers(rows, seed=number), aside / f"customers-{number}.csv")
    brought = done(home, "bring", file=str(file), name=file.name)["project"]
    made = projects.aimed(home, brought, "bought", "yes")
    if rows > ROWS:
        return {"project": made.id}
    return {"project": made.id, "model": done(home, "train", **asked(home, made.id, 0))["model"]}


def asked(home: Path, project: str, seed: int) -> dict[str, object]:
    """The arguments of a training."""
    known = projects.load(home, project)
    dataset = tables.load(projects.folder(home, project), known.table)
    spec = wish(dataset, known.target, known.outcome, Choices("forest", {}, seed=seed))
    return {"project": project, "spec": msgspec.to_builtins(spec)}


def visit(
    address: str,
    opens: dict[str, str],
    seed: int,
    end: float,
    seen: Seen,
    think: tuple[float, float],
) -> None:
    """One visitor until the end; what goes wrong is noted."""
    draw = np.random.default_rng(seed)
    visitor = Visitor(address, wait=120.0)
    wanderer = Wanderer(visitor, draw)
    time.sleep(draw.uniform(0, think[1]))  # not all arrive at once
    try:
        visitor.open(**opens)
        while time.monotonic() < end:
            time.sleep(draw.uniform(*think))
            page = visitor.page
            wanderer.step()
            seen.took(visitor, page)
    except (AssertionError, OSError, LookupError, TimeoutError) as fault:
        seen.errors.append(f"{visitor.page} {type(fault).__name__}: {fault}"[:300])
    finally:
        visitor.close()


def trainings(home: Path, project: str, end: float, seen: Seen) -> None:
    """One training after the other until the end."""
    seed = 1
    while time.monotonic() < end:
        job = jobs.start(home, "train", **asked(home, project, seed))
        while not jobs.status(job).state.ended and time.monotonic() < end:
            time.sleep(LOOK_EVERY)
        seen.trained += jobs.status(job).state is State.DONE
        seed += 1
    jobs.stop(job)


@contextmanager
def memory_of(server: psutil.Process, seen: Seen) -> Iterator[None]:
    """The most that a server and its helpers, but not its workers, have held."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_EVERY):
            seen.peak = max(seen.peak, resident(server))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def resident(server: psutil.Process) -> float:
    """MB of a server and its helpers, but not its workers, now."""
    found = 0
    for each in [server, *server.children(recursive=True)]:
        try:
            if not _is_job(each):
                found += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return found / MEGA


def _is_job(each: psutil.Process) -> bool:
    """A worker; one that only forks workers is a helper."""
    words, parent = each.cmdline(), each.parent()
    by_worker = parent is not None and WORKER in parent.cmdline()
    return WORKER in words and (SERVES not in words or by_worker)


def crowd(visitors: int, seconds: float, think: tuple[float, float] = THINK) -> Seen:
    """What so many see, each of whom thinks so long."""
    seen = Seen()
    with TemporaryDirectory(prefix="whybuy-bench-", ignore_cleanup_errors=True) as aside:
        home = Path(aside) / "home"
        many = -(-visitors // VISITORS_TO_A_PROJECT)
        opens = [project(home, Path(aside), number) for number in range(many)]
        large = project(home, Path(aside), many, ROWS_TRAINED)["project"]
        with serving(home) as served, ThreadPoolExecutor(visitors + 1) as threads:
            server = psutil.Process(served.process.pid)
            before, began = sum(server.cpu_times()[:2]), time.monotonic()
            end = began + seconds
            with memory_of(server, seen):
                threads.submit(trainings, home, large, end, seen)
                work = [
                    threads.submit(
                        visit, served.address, opens[each % many], each, end, seen, think
                    )
                    for each in range(visitors)
                ]
                for each in work:
                    each.result()
            busy = sum(server.cpu_times()[:2]) - before
            seen.cores = round(busy / (time.monotonic() - began), 2)
    return seen


def figures(visitors: int = VISITORS, seconds: float = SECONDS) -> Iterator[dict[str, object]]:
    """The 95th percentile of all reruns and of changes of page, errors, and memory."""
    alone = crowd(1, seconds, ALONE_THINKS)
    seen = crowd(visitors, seconds)
    facts = {**spread(seen.milliseconds), "reruns": len(seen.milliseconds)}
    facts |= {"visitors": visitors, "cores": seen.cores, "trained": seen.trained}
    yield figure("visitors.rerun", "value", facts["p95"], GOAL, **facts, slowest=seen.slowest)
    one, many = spread(alone.turns), spread(seen.turns)
    counts = {"turns": len(seen.turns), "turns_alone": len(alone.turns)}
    facts = {"p95": many["p95"], "p95_alone": one["p95"], "median_alone": one["median"], **counts}
    times = many["p95"] / one["p95"]
    yield figure("visitors.page_change", "ratio", times, TIMES_GOAL, **facts)
    errors = [*alone.errors, *seen.errors]
    yield figure("visitors.errors", "value", len(errors), 0, first=errors[:5])
    each = (seen.peak - alone.peak) / max(visitors - 1, 1)
    facts = {"alone": round(alone.peak), "each_further": round(each, 1)}
    yield figure("visitors.memory", "value", seen.peak, MEMORY_GOAL, **facts)


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:]]
    raise SystemExit(told(figures(int(given[0]) if given else VISITORS, *given[1:])))
