"""An hour of mixed use by a few visitors, and whether anything grew that should not.

Run as ``python -m bench.soak [MINUTES]``. Visitors import tables, train, stop trainings, look
around, download, delete their projects, shut their tabs or are cut off, and come back. Three times
a minute, after a round of garbage collection, the server tells what it holds; the home's temporary
folders are looked at beside it. Growth is the slope of Theil and Sen over the last two thirds (Sen
1968, JASA 63). What is judged against the bound for an hour is the least slope of its interval at
90 %: what can hardly be put down to chance.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.figure import figure, told
from core.store import projects
from tests.sessions.canaries import Project, table
from tests.sessions.client import Visitor
from tests.sessions.served import Served, serving
from tests.sessions.wander import Wanderer

MINUTES = 60.0
VISITORS = 4
SAMPLES_A_MINUTE = 3
THINK = (0.2, 2.0)
STEPS = (5, 25)  # between a visitor's coming and going
SLOW = 120.0
TOLD_OF_TRACES = 9000  # characters
GROWTH = {  # most for an hour
    "memory": 60.0,  # MB
    "files": 6.0,
    "threads": 6.0,
    "sessions": 3.0,
    "media": 10.0,
    "deferred": 30.0,
    "uploads": 1.0,
    "temporary": 3.0,  # half-read uploads and tables
}
MINUTE = 60.0
HOUR = 3600.0


@dataclass
class Diary:
    """What was done, what went wrong, and what was held, by second."""

    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    samples: list[tuple[float, dict[str, float]]] = field(default_factory=list)


class Life:
    """One visitor who comes and goes until the end."""

    def __init__(self, served: Served, home: Path, number: int, diary: Diary) -> None:
        self._address, self._home, self._number = served.address, home, number
        self._draw = np.random.default_rng([7, number])
        self._diary = diary
        self._made = number * 1_000_000
        self._left: set[str] = set()

    def live(self, end: float) -> None:
        """Comes and goes; what goes wrong is noted, and the visitor comes again."""
        while time.monotonic() < end:
            visitor = Visitor(self._address, wait=SLOW)
            try:
                self._visit(visitor, end)
            except (AssertionError, OSError, LookupError, TimeoutError) as fault:
                self._diary.wrong.append(f"{visitor.page}: {type(fault).__name__} {fault}"[:1500])
            self._leave(visitor)

    def _visit(self, visitor: Visitor, end: float) -> None:
        visitor.open()
        for project in sorted(self._left):  # of visits that were broken off
            self._forget(visitor, project)
        mine = self._bring(visitor)
        self._train(visitor, stop=bool(self._draw.integers(2)))
        wanderer = Wanderer(visitor, self._draw)
        for _ in range(int(self._draw.integers(*STEPS))):
            if time.monotonic() > end:
                break
            time.sleep(self._draw.uniform(*THINK))
            wanderer.step()
            self._diary.done["step"] += 1
        self._forget(visitor, mine)

    def _bring(self, visitor: Visitor) -> str:
        self._made += 1
        who = Project(self._made % 50, f"zqin{self._made:08x}", "")
        visitor.click("Bring your own table")
        uploader = next(w for w in visitor.screen.widgets() if w.kind == "file_uploader")
        visitor.upload(uploader.key, f"{who.inside}.csv", table(who))
        visitor.until(lambda each: f"project={who.inside}" in each.screen.query, SLOW)
        mine = visitor.screen.query.partition("project=")[2].partition("&")[0]
        self._left.add(mine)
        self._diary.done["import"] += 1
        return mine

    def _train(self, visitor: Visitor, stop: bool) -> None:
        visitor.go("train").click("Train the model")
        if stop and visitor.has("stop-train"):
            visitor.click("stop-train")
            self._diary.done["stop"] += 1
        visitor.until(lambda each: not each.has("stop-train"), SLOW)
        self._diary.done["training"] += 1

    def _forget(self, visitor: Visitor, project: str) -> None:
        """The project goes by the first page's button, and with it the work that is under way."""
        visitor.go("")
        if visitor.has(f"sure-{project}"):
            visitor.click(f"sure-{project}")
            self._diary.done["deletion"] += 1
        self._left.discard(project)

    def _leave(self, visitor: Visitor) -> None:
        """Shuts the tab, or is cut off."""
        if self._draw.integers(2):
            visitor.wire.cut()
        visitor.close()
        self._diary.done["visit"] += 1


def watched(window: Path, home: Path, end: float, diary: Diary) -> None:
    """A sample a minute until the end."""
    begun = time.monotonic()
    while time.monotonic() < end:
        time.sleep(MINUTE / SAMPLES_A_MINUTE)
        if window.is_file():
            found = json.loads(window.read_text()) | left_on_disk(home)
            diary.samples.append((time.monotonic() - begun, found))
            if len(diary.samples) % SAMPLES_A_MINUTE == 0:
                line = {"minute": round((time.monotonic() - begun) / MINUTE, 1), **found}
                print(json.dumps(line), flush=True)


def left_on_disk(home: Path) -> dict[str, float]:
    """Counts of what is meant to go from the home by itself."""
    temporary = [*home.glob("uploads/*"), *home.glob("reading/*")]
    return {
        "temporary": float(len(temporary)),
        "jobs": float(len(list(home.glob("jobs/*/wish.json")))),
        "projects": float(len(projects.recent(home))),
    }


def growth(samples: list[tuple[float, float]]) -> tuple[float, float]:
    """Slope for an hour over the last two thirds, and the least that is not chance."""
    from scipy.stats import theilslopes

    kept = samples[len(samples) // 3 :]
    seconds, values = np.asarray(kept).T
    found = theilslopes(values, seconds, 0.9)
    return found.slope * HOUR, found.low_slope * HOUR


def figures(minutes: float = MINUTES) -> Iterator[dict[str, object]]:
    """One figure a thing that is held, and how much went wrong."""
    diary = Diary()
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        home, window = Path(aside) / "home", Path(aside) / "window.json"
        with serving(home, through=("bench.inside", str(window))) as served:
            end = time.monotonic() + minutes * MINUTE
            lives = [Life(served, home, number, diary) for number in range(VISITORS)]
            with ThreadPoolExecutor(VISITORS + 1) as threads:
                work = [threads.submit(each.live, end) for each in lives]
                work.append(threads.submit(watched, window, home, end, diary))
                for each in work:
                    each.result()
            printed = served.log.read_text("utf-8", "replace")
    for name, bound in GROWTH.items():
        values = [(when, found[name]) for when, found in diary.samples if name in found]
        slope, least = growth(values)
        facts = {"slope": round(slope, 2), "first": values[0][1], "last": values[-1][1]}
        yield figure(f"soak.{name}", "value", max(least, 0.0), bound, **facts)
    traces = printed.count("Traceback")
    wrong = {"first": diary.wrong[:5], "done": dict(diary.done)}
    yield figure("soak.errors", "value", len(diary.wrong), 0, **wrong)
    first = printed[max(0, printed.find("Traceback") - 200) :][:TOLD_OF_TRACES] if traces else ""
    yield figure("soak.traces", "value", traces, 0, first=first)


if __name__ == "__main__":
    raise SystemExit(told(figures(*(float(each) for each in sys.argv[1:]))))
