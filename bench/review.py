"""The review of a forest of 100,000 rows: the evidence gathered, the page, and each question.

Run as ``python -m bench.review``. The page is opened by a click in the sidebar of a server that has
just been started, with the evidence on disk: from the click to its title and rest. Then each
question's fold is opened, from the click to rest with its charts drawn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from bench.figure import figure, told
from bench.journey import Journey, done, idle, travelled
from bench.pages import changed
from bench.server import chromium, opened, ready, serving, tab
from bench.tables import customers
from core.questions.question import questions
from core.text.phrases import phrases

ROWS = 100_000
PAGE, QUESTION = 2_000, 2_000  # milliseconds
GATHERED = 900  # seconds, beside the app
AGAIN = 5
OPEN = """
(title) => new Promise((done) => {
  const app = document.querySelector('[data-testid=stApp]');
  const folds = [...document.querySelectorAll('summary')];
  const fold = folds.find((each) => each.textContent.includes(title));
  const start = performance.now();
  const body = fold.closest('[data-testid=stExpander]');
  const watch = new MutationObserver(() => {
    if (app.dataset.testScriptState !== 'notRunning') return;
    if (!body.querySelector('form, [data-testid=stForm]')) return;
    watch.disconnect();
    done(performance.now() - start);
  });
  watch.observe(app, {attributes: true, childList: true, subtree: true});
  fold.click();
})
"""


def folds(page: Any) -> dict[str, float]:
    """Milliseconds until each question's evidence is there."""
    say, took = phrases(), {}
    for question in questions():
        page.wait_for_timeout(300)
        took[question.key] = float(page.evaluate(OPEN, say(f"questions.{question.key}.title")))
    return took


def gathered(journey: Journey) -> float:
    """Seconds until all evidence is there."""
    start = time.monotonic()
    asked = {"project": journey.project, "model": journey.models["forest"], "columns": ["region"]}
    done(journey.home, "gather", **asked)
    idle(journey.home)
    return time.monotonic() - start


def figures() -> Iterator[dict[str, object]]:
    """Gathering, the first opening, the next ones, and the slowest question."""
    with travelled(customers(ROWS), "bought", "yes", "forest") as journey:
        yield figure("review.gathered", "value", gathered(journey), GATHERED)
        with serving(home=journey.home) as server, chromium() as browser, tab(browser) as page:
            opened(page, journey.address(server, "", "forest"))
            ready(page)
            yield figure("review.first", "value", changed(page, "review"), PAGE)
            again = []
            for _ in range(AGAIN):
                changed(page, "")
                again.append(changed(page, "review"))
            yield figure("review.again", "value", max(again), PAGE)
            took = folds(page)
            yield figure("review.question", "value", max(took.values()), QUESTION, each=took)


if __name__ == "__main__":
    raise SystemExit(told(figures()))
