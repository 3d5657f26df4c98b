"""A what-if change, from the key press to the new number and to the new chart on screen.

Run as ``python -m bench.what_if``: a forest and a network on a table like a shop's sessions, one
field moved by the arrow keys, 60 presses each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.figure import figure, spread, told
from bench.journey import Journey, holds_tensorflow, idle, travelled
from bench.server import Server, chromium, opened, serving, tab
from bench.tables import sessions
from core.text.phrases import phrases

PRESSES = 60
FIRST = 5  # presses that do not count
GOAL = 250  # milliseconds
FIELD = "PageValues"
KEYS = ("ArrowUp", "ArrowDown")
QUIET = 400  # milliseconds without a change: everything has arrived
WATCH = """
(label) => {
  const metrics = [...document.querySelectorAll('[data-testid=stMetric]')];
  const number = metrics.find((metric) => metric.textContent.includes(label));
  const chart = document.querySelector('[class*=st-key-chart-comparison]');
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
  drawn.observe(chart, {...all, attributes: true, attributeFilter: ['d', 'transform']});
}
"""
ARRIVED = f"""
() => seen.chart && performance.now() - seen.latest > {QUIET} && {{
  number: seen.number ? seen.number - seen.pressed : null,
  chart: seen.chart - seen.pressed}}
"""


def pressed(page: Any, key: str) -> dict[str, float | None]:
    """Milliseconds from one key press until the number and until the chart's last change.

    None for a number that stays: a forest has steps.
    """
    page.keyboard.press(key)
    return dict(page.wait_for_function(ARRIVED, timeout=20_000).json_value())


def presses(page: Any) -> list[dict[str, float | None]]:
    """Arrow keys up and down in the field."""
    page.get_by_role("group", name=FIELD, exact=True).locator("input").first.focus()
    page.evaluate(WATCH, phrases()("pages.what_if.after"))
    keys = [KEYS[turn % 14 >= 8] for turn in range(FIRST + PRESSES)]
    return [pressed(page, key) for key in keys][FIRST:]


def answered(browser: Any, server: Server, journey: Journey, family: str) -> Iterator[dict]:
    """The 95th percentile until the number and until the chart, for one family."""
    with tab(browser) as page:
        opened(page, journey.address(server, "what_if", family))
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        idle(journey.home)
        found = presses(page)
    for what in ("number", "chart"):
        times = [each[what] for each in found if each[what] is not None]
        facts = spread(times) | {"changes": len(times)}
        yield figure(f"what_if.{family}.{what}", "value", facts["p95"], GOAL, **facts)


def figures() -> Iterator[dict[str, object]]:
    """Both families on one server."""
    with (
        travelled(sessions(), "Revenue", "TRUE", "forest", "mlp") as journey,
        serving(home=journey.home) as server,
        chromium() as browser,
    ):
        for family in journey.models:
            yield from answered(browser, server, journey, family)
        yield figure("what_if.tensorflow", "value", float(holds_tensorflow(server)), 0)


if __name__ == "__main__":
    raise SystemExit(told(figures()))
