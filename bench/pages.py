"""Changing page with 100,000 rows and a forest, from the click to the new title and rest.

Run as ``python -m bench.pages``: every page is visited once, then 40 changes are measured in the
browser.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bench.figure import figure, spread, told
from bench.journey import PAGES, holds_tensorflow, idle, travelled
from bench.server import chromium, opened, ready, serving, tab
from bench.tables import customers

ROWS = 100_000
CHANGES = 40
GOAL = 400  # milliseconds
CHANGE = """
async (name) => {
  const links = [...document.querySelectorAll('[data-testid=stSidebarNavLink]')];
  const path = (link) => new URL(link.href).pathname.slice(1);
  const app = () => document.querySelector('[data-testid=stApp]');
  const title = () => document.querySelector('h1')?.innerText;
  const before = title();
  const start = performance.now();
  links.find((link) => path(link) === name).click();
  while (title() === before || app().dataset.testScriptState !== 'notRunning')
    await new Promise((next) => requestAnimationFrame(next));
  return performance.now() - start;
}
"""


def changed(page: Any, name: str) -> float:
    """Milliseconds from a click in the sidebar to the page at rest."""
    return float(page.evaluate(CHANGE, name))


def figures() -> Iterator[dict[str, object]]:
    """The 95th percentile of all changes, and what each page takes."""
    with (
        travelled(customers(ROWS), "bought", "yes", "forest") as journey,
        serving(home=journey.home) as server,
        chromium() as browser,
        tab(browser) as page,
    ):
        opened(page, journey.address(server, "", "forest"))
        for name in (*PAGES[1:], *PAGES):
            changed(page, name)
            idle(journey.home)
            ready(page)
        times = defaultdict(list)
        for turn in range(CHANGES):
            name = PAGES[(turn * 3 + 1) % len(PAGES)]
            times[name or "home"].append(changed(page, name))
            page.wait_for_timeout(300)
        every = spread([time for each in times.values() for time in each])
        medians = {name: spread(each)["median"] for name, each in times.items()}
        yield figure("pages.change", "value", every["p95"], GOAL, **every, medians=medians)
        yield figure("pages.tensorflow", "value", float(holds_tensorflow(server)), 0)


if __name__ == "__main__":
    raise SystemExit(told(figures()))
