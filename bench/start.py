"""First page usable: our app against a one-line Streamlit app, starts taking turns.

From the start of the server's process to a title in Chromium with no script running. Run as
``python -m bench.start``; then what the app's process has imported when the first page stands and
after every page has been visited.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.figure import figure, told
from bench.server import APP, ROOT, chromium, opened, serving, tab

STARTS = 6
GOAL = 1.5
ONE_LINE = 'import streamlit as st; st.title("Hello")\n'
LATER = ("tensorflow", "keras", "shap", "sklearn", "pandas")
NEVER = ("tensorflow", "keras")
FIRST_PAGE = f"""
import sys
from streamlit.testing.v1 import AppTest
import pages.shared.warm as warming
warming.warm = lambda: None
app = AppTest.from_file({str(APP)!r}, default_timeout=60).run()
assert app.title and not app.exception and not app.error, app
print([name for name in {LATER!r} if name in sys.modules])
"""


def seconds(browser: Any, script: Path) -> float:
    """One start, from nothing to a usable page."""
    started = time.perf_counter()
    with serving(script) as server, tab(browser) as page:
        opened(page, server.address)
        return time.perf_counter() - started


def starts() -> Iterator[dict[str, object]]:
    """Both apps in turn; the first pair fills the system's caches and does not count."""
    ours, theirs = [], []
    with TemporaryDirectory() as aside, chromium() as browser:
        bare = Path(aside) / "one_line.py"
        bare.write_text(ONE_LINE, "utf-8")
        for turn in range(STARTS + 1):
            pair = ((APP, ours), (bare, theirs))
            for script, times in pair if turn % 2 else pair[::-1]:
                times.append(seconds(browser, script))
    ours, theirs = ours[1:], theirs[1:]
    facts = {"seconds": round(min(ours), 2), "bare_seconds": round(min(theirs), 2)}
    yield figure("start.least", "ratio", min(ours) / min(theirs), GOAL, **facts)
    facts = {"seconds": round(median(ours), 2), "bare_seconds": round(median(theirs), 2)}
    yield figure("start.median", "ratio", median(ours) / median(theirs), GOAL, **facts)


def imported() -> dict[str, object]:
    """What the first page alone has brought in; ``pages`` and their tests do the rest."""
    found = subprocess.run(
        [sys.executable, "-c", FIRST_PAGE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = found.stdout.strip().splitlines()[-1]
    return figure("start.imported", "value", len(eval(names)), 0, names=names)  # noqa: S307


def figures() -> Iterator[dict[str, object]]:
    """Imports first: they need no browser."""
    yield imported()
    yield from starts()


if __name__ == "__main__":
    raise SystemExit(told(figures()))
