"""A what-if change, from the key press to the new number and to the new chart on screen.

Run as ``python -m bench.what_if``: a forest, a kernel machine and a network on a table like a
shop's sessions, one field moved by the arrow keys, 60 presses each, served as ``whybuy run``
serves. Beside them ``bare``, the same of a Streamlit page with one slider, one number and one
Plotly chart and no model: what a page made of widgets takes on this machine now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figure import figure, spread, told
from bench.journey import holds_tensorflow, idle, travelled
from bench.server import ROOT, Server, chromium, opened, serving, tab
from bench.tables import sessions
from core.text.phrases import phrases

PRESSES = 60
FIRST = 5  # presses that do not count
GOALS = {"forest": 150, "svm": 200, "mlp": 200}  # milliseconds
FIELD = "PageValues"
Times = dict[str, list[float]]
KEYS = ("ArrowUp", "ArrowDown")
QUIET = 400  # milliseconds without a change: everything has arrived
WATCH = """
([number, chart]) => {
  const seen = window.seen = {pressed: 0, number: 0, chart: 0};
  addEventListener('keydown', () => Object.assign(seen, {
    pressed: performance.now(), number: 0, chart: 0}), true);
  const note = (what) => () => {
    if (!seen.pressed) return;
    seen.latest = performance.now();
    if (what === 'chart' || !seen.number) seen[what] = seen.latest;
  };
  const all = {childList: true, subtree: true, characterData: true};
  new MutationObserver(note('number')).observe(number, all);
  const drawn = new MutationObserver(note('chart'));
  drawn.observe(chart, {
    ...all, attributes: true, attributeFilter: ['d', 'transform', 'style', 'points']});
}
"""
ARRIVED = f"""
() => seen.chart && performance.now() - seen.latest > {QUIET} && {{
  number: seen.number ? seen.number - seen.pressed : null,
  chart: seen.chart - seen.pressed}}
"""
WATCHED = {
    True: (".live .number:last-child", ".live .reasons"),
    False: ("[data-testid=stMetric]", "[class*=st-key-chart-comparison]"),
}


BARE = f"""
import plotly.graph_objects as go
import streamlit as st

@st.fragment
def answer():
    value = st.slider({FIELD!r}, 0.0, 90.0, 0.0, 1.0)
    st.metric({phrases()("live.words.after")!r}, f"{{value}}%")
    with st.container(key="chart-comparison"):
        st.plotly_chart(go.Figure(go.Bar(x=[value, 1, 2, 3], y=list("abcd"), orientation="h")))

st.title("Bare")
answer()
"""


def pressed(page: Any, key: str) -> dict[str, float | None]:
    """Milliseconds from one key press until the number and until the chart's last change.

    None for a number that stays: a forest has steps.
    """
    page.keyboard.press(key)
    return dict(page.wait_for_function(ARRIVED, polling=100, timeout=20_000).json_value())


def presses(page: Any, live: bool) -> list[dict[str, float | None]]:
    """Arrow keys up and down in the field."""
    page.locator(f"input[type=range][aria-label^={FIELD!r}]").first.focus()
    number, chart = (page.locator(each).first.element_handle() for each in WATCHED[live])
    page.evaluate(WATCH, [number, chart])
    keys = [KEYS[turn % 14 >= 8] for turn in range(FIRST + PRESSES)]
    return [pressed(page, key) for key in keys][FIRST:]


def moved(browser: Any, address: str, home: Path, live: bool) -> Times:
    """Milliseconds until the number and until the chart, of every press."""
    with tab(browser) as page:
        opened(page, address)
        page.locator(".live .reasons" if live else ".js-plotly-plot .main-svg").first.wait_for()
        idle(home)
        found = presses(page, live)
    return {
        what: [each[what] for each in found if each[what] is not None]
        for what in ("number", "chart")
    }


@contextmanager
def bare() -> Iterator[Server]:
    """A server of the page without a model."""
    with TemporaryDirectory() as aside:
        script = Path(aside) / "bare.py"
        script.write_text(BARE, "utf-8")
        with serving(script) as server:
            yield server


def figures() -> Iterator[dict[str, object]]:
    """Every family on one server, and the bare page beside them."""
    with (
        travelled(sessions(), "Revenue", "TRUE", *GOALS) as journey,
        serving(ROOT / "serve.py", journey.home) as server,
        bare() as other,
        chromium() as browser,
    ):
        for family, goal in GOALS.items():
            least = moved(browser, other.address, journey.home, live=False)
            address = journey.address(server, "what_if", family)
            times = moved(browser, address, journey.home, live=True)
            for what, each in times.items():
                facts = spread(each) | {"changes": len(each), "bare": spread(least[what])}
                yield figure(f"what_if.{family}.{what}", "value", facts["p95"], goal, **facts)
        yield figure("what_if.tensorflow", "value", float(holds_tensorflow(server)), 0)


if __name__ == "__main__":
    raise SystemExit(told(figures()))
