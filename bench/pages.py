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
from core.text.phrases import phrases

ROWS = 100_000
CHANGES = 40
GOAL = 400  # milliseconds
CHANGE = """
([name, title]) => new Promise((done) => {
  const links = [...document.querySelectorAll('[data-testid=stSidebarNavLink]')];
  const app = document.querySelector('[data-testid=stApp]');
  const start = performance.now();
  const watch = new MutationObserver(() => {
    if (app.dataset.testScriptState !== 'notRunning') return;
    if (!document.querySelector('h1')?.textContent.includes(title)) return;
    watch.disconnect();
    done(performance.now() - start);
  });
  watch.observe(app, {attributes: true, childList: true, subtree: true});
  links.find((link) => new URL(link.href).pathname.slice(1) === name).click();
})
"""


def changed(page: Any, name: str) -> float:
    """Milliseconds from a click in the sidebar to the page's own title and rest."""
    title = phrases()(f"pages.{name or 'home'}.title")
    return float(page.evaluate(CHANGE, [name, title]))


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
