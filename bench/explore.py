"""Exploring a million rows in the browser: from a click to the drawn chart and rest.

Run as ``python -m bench.explore [rows]``: every look is asked for columns that were not asked
before, so that nothing is remembered. ``again`` is the same look a second time. In between,
``bare``: the change of two pages with a chart each, which is what Streamlit, Plotly and the browser
take on this machine now.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figure import figure, spread, told
from bench.journey import idle
from bench.pages import BARE_PAGES, bare, changed
from bench.server import Server, chromium, opened, ready, serving, tab
from bench.tables import customers, written
from core.progress import silent
from core.store import explored, projects, tables
from core.store.checked import findings_key
from core.tasks.tables import bring

ROWS = 1_000_000
Took = tuple[float, float]  # milliseconds by the clock, and of the server's processors
GOAL = 500  # milliseconds
PAUSE = 400  # milliseconds between looks
COLUMNS = ("spend", "basket", "score_3", "channel", "orders", "segment", "score_6", "joined")
PAIRS = (
    ("spend", "basket"), ("score_2", "channel"), ("region", "plan"), ("joined", "visits"),
    ("score_4", "score_5"), ("device", "segment"), ("basket", "plan"), ("joined", "device"),
)  # fmt: skip
TABS = {
    "Over time": "[class*='st-key-chart-course-target']",
    "Columns together": "[class*='st-key-chart-correlations']",
    "Missing values": "[class*='st-key-chart-missingness']",
    "All columns": "[data-testid=stDataFrame]",
    "Strongest": "[class*='st-key-chart-relation-spend']",
}
# the chart or table of a look is there, says the wanted words, and nothing runs
WATCH = """
([inside, words]) => {
  const app = document.querySelector('[data-testid=stApp]');
  const drawn = () => [...document.querySelectorAll(inside)].some(
    (each) => each.offsetParent !== null && words.every((word) => each.textContent.includes(word))
      && (each.dataset.testid === 'stDataFrame' || each.querySelector('.main-svg')));
  window.bench = new Promise((done) => {
    const start = performance.now();
    const look = () => {
      if (app.dataset.testScriptState !== 'notRunning' || !drawn()) return;
      watch.disconnect();
      done(performance.now() - start);
    };
    const watch = new MutationObserver(look);
    watch.observe(app, {attributes: true, childList: true, subtree: true, characterData: true});
  });
}
"""


@dataclass(frozen=True)
class Visit:
    """A tab of the browser, and the server it asks."""

    page: Any
    server: Server
    other: Any
    least: list[float]

    def asked(self, inside: str, words: tuple[str, ...], act: Callable[[], None]) -> Took:
        """From the act to the look that holds the words."""
        self.page.evaluate(WATCH, [inside, list(words)])
        before = sum(self.server.process.cpu_times()[:2])
        act()
        took = float(self.page.evaluate("window.bench"))
        worked = 1000 * (sum(self.server.process.cpu_times()[:2]) - before)
        self.least.append(changed(self.other, *BARE_PAGES[len(self.least) % 2]))
        self.page.bring_to_front()
        self.page.wait_for_timeout(PAUSE)  # it is painted first
        return took, worked

    def chosen(self, key: str, option: str, inside: str, words: tuple[str, ...]) -> Took:
        """The same for an option of a select box."""
        box = self.page.locator(f"[class*='st-key-{key}'] input").first
        box.click()
        box.fill(option)
        self.page.wait_for_timeout(PAUSE)
        return self.asked(inside, words, lambda: box.press("Enter"))

    def opened(self, name: str) -> Took:
        """The same for a tab of the page."""
        tab_of = self.page.get_by_role("tab", name=name, exact=True).first
        return self.asked(TABS[name], (), tab_of.click)


def looks(visit: Visit) -> dict[str, list[Took]]:
    """How long each kind of look took."""
    times: dict[str, list[Took]] = defaultdict(list)
    page = visit.page
    for again in ("", ", again"):
        for name in TABS:
            times[f"{name.lower()}{again}"].append(visit.opened(name))
    page.get_by_role("tab", name="One column", exact=True).first.click()
    ready(page)
    page.wait_for_timeout(2 * PAUSE)
    for column in COLUMNS:
        inside = "[class*='st-key-chart-relation-depth']"
        times["one column"].append(visit.chosen("explore-column", column, inside, (column,)))
    page.get_by_role("tab", name="Two columns", exact=True).first.click()
    ready(page)
    page.wait_for_timeout(2 * PAUSE)
    for one, other in PAIRS:
        visit.chosen("explore-first", one, "[class*='st-key-chart-pair-two']", (one,))
        second = f"explore-second-{one}"
        inside = "[class*='st-key-chart-pair-two']"
        times["two columns"].append(visit.chosen(second, other, inside, (one, other)))
    return times


@contextmanager
def brought(rows: int) -> Iterator[tuple[Path, str, float]]:
    """A home with one project of so many rows, and the seconds that counting its columns took."""
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        home = Path(aside) / "home"
        file = written(customers(rows), Path(aside) / "customers.csv")
        made = bring(home=home, report=silent, file=str(file), name=file.name)
        id_, table = made["project"], made["table"]
        projects.aimed(home, id_, "bought", "yes")
        schema = tables.load(projects.folder(home, id_), table).schema
        key = explored.key(findings_key(schema, "bought"), "yes")
        question = {"target": "bought", "outcome": "yes", "key": key}
        start = time.perf_counter()
        explored.look_over(home, silent, id_, table, question)
        yield home, id_, time.perf_counter() - start


def figures(rows: int) -> Iterator[dict[str, object]]:
    """Each look's median and worst against the goal, and all of them."""
    with (
        brought(rows) as (home, project, counting),
        serving(home=home) as server,
        chromium() as browser,
        tab(browser) as page,
        bare(browser) as other,
    ):
        opened(page, f"{server.address}/data?project={project}")  # where every journey begins
        idle(home)
        changed(page, "explore")
        page.locator("[class*='st-key-chart-'] .main-svg").first.wait_for()
        page.wait_for_timeout(5 * PAUSE)
        page.bring_to_front()
        times = looks(Visit(page, server, other, least := []))
    for name, each in times.items():
        yield figure(f"explore.{name}", "value", _clock(each)["median"], GOAL, **_clock(each),
                     server_cpu=_worked(each))  # fmt: skip
    every = [took for name, each in times.items() if "again" not in name for took in each]
    facts = {"rows": rows, "looks": len(every), "counting_s": round(counting, 1)}
    facts |= {"bare": spread(least), "server_cpu": _worked(every)} | _clock(every)
    yield figure("explore.all", "value", _clock(every)["p95"], GOAL, **facts)


def _clock(took: list[Took]) -> dict[str, float]:
    return spread([clock for clock, _ in took])


def _worked(took: list[Took]) -> float:
    """The median of the server's processor time, which says less of who else is at work."""
    return spread([worked for _, worked in took])["median"]


if __name__ == "__main__":
    raise SystemExit(told(figures(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)))
