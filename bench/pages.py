"""Changing page with 100,000 rows and a forest, from the click to the new title and rest.

Run as ``python -m bench.pages``: every page is visited once, then 40 changes are measured in the
browser. In between, ``bare``: the same of two pages with a title and a chart each, which is what
Streamlit and Plotly take on this machine now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figure import figure, spread, told
from bench.journey import PAGES, Journey, holds_tensorflow, idle, travelled
from bench.server import Server, chromium, opened, ready, serving, tab
from bench.tables import customers
from core.text.phrases import phrases

ROWS = 100_000
CHANGES = 40
GOAL = 400  # milliseconds
PAUSE = 300  # milliseconds between changes
BARE_PAGES = (("", "First"), ("second", "Second"))
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


BARE = """
import plotly.graph_objects as go
import streamlit as st

def drawn(title):
    st.title(title)
    st.plotly_chart(go.Figure(go.Bar(x=[1, 2, 3], y=list("abc"), orientation="h")))

def first():
    drawn("First")

def second():
    drawn("Second")

pages = [st.Page(first, url_path="first", default=True), st.Page(second, url_path="second")]
st.navigation(pages).run()
"""


def changed(page: Any, name: str, title: str = "") -> float:
    """Milliseconds from a click in the sidebar to the page's own title and rest."""
    title = title or phrases()(f"pages.{name or 'home'}.title")
    page.bring_to_front()
    page.wait_for_timeout(PAUSE)  # a tab that comes to the front is painted first
    took = float(page.evaluate(CHANGE, [name, title]))
    page.wait_for_timeout(PAUSE)
    return took


@contextmanager
def bare(browser: Any) -> Iterator[Any]:
    """A tab on the second of two bare pages."""
    with TemporaryDirectory() as aside:
        script = Path(aside) / "bare.py"
        script.write_text(BARE, "utf-8")
        with serving(script) as server, tab(browser) as page:
            opened(page, server.address)
            changed(page, "second", "Second")
            yield page


def visited(page: Any, journey: Journey, server: Server) -> None:
    """Every page once, each until its own work is done, and home again."""
    opened(page, journey.address(server, "", "forest"))
    for name in (*PAGES[1:], *PAGES):
        changed(page, name)
        idle(journey.home)
        ready(page)


def changes(page: Any, other: Any) -> tuple[dict[str, list[float]], list[float]]:
    """All changes by page, and those of the bare pages in between."""
    times, least = defaultdict(list), []
    for turn in range(CHANGES):
        name = PAGES[(turn * 3 + 1) % len(PAGES)]
        times[name or "home"].append(changed(page, name))
        least.append(changed(other, *BARE_PAGES[turn % 2]))
    return times, least


def figures() -> Iterator[dict[str, object]]:
    """The 95th percentile of all changes, and what each page takes."""
    with (
        travelled(customers(ROWS), "bought", "yes", "forest") as journey,
        serving(home=journey.home) as server,
        chromium() as browser,
        tab(browser) as page,
        bare(browser) as other,
    ):
        visited(page, journey, server)
        times, least = changes(page, other)
        facts: dict[str, Any] = dict(spread([time for each in times.values() for time in each]))
        medians = {name: spread(each)["median"] for name, each in times.items()}
        facts |= {"medians": medians, "bare": spread(least)}
        yield figure("pages.change", "value", facts["p95"], GOAL, **facts)
        yield figure("pages.tensorflow", "value", float(holds_tensorflow(server)), 0)


if __name__ == "__main__":
    raise SystemExit(told(figures()))
