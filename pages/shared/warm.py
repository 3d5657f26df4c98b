"""What later pages need is loaded while a visitor reads the first one, or waits for the first.

Then it is left out of garbage rounds.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from pages.shared import session
from pages.shared.mended import mend

UNVISITED = 5.0  # seconds after the start: whoever comes earlier sees the first page sooner
HEAVY = (
    "plotly.graph_objects",
    "core.tasks.reasons",
    "core.tasks.segments",
    "core.explain.explaining",
    "core.what_if.support",
    "sklearn.ensemble",
    "sklearn.svm",
    "core.explain.shapley.exact.ready",
)


@cache
def warm() -> threading.Thread:
    """Starts the loading and mends Streamlit, once a server.

    Not kept by Streamlit, whose answers go whenever customers are removed: the loading would begin
    again, and leave what visitors hold just then out of garbage rounds for good.
    """
    mend()
    thread = threading.Thread(target=_load, daemon=True, name="warm")
    thread.start()
    return thread


@asynccontextmanager
async def warming() -> AsyncIterator[None]:
    """For the life of the server: the loading begins by itself where nobody comes at once, so that
    the first visitors of a server that has been up for a while do not share it with the loading."""

    async def later() -> None:
        await asyncio.sleep(UNVISITED)
        warm()

    task = asyncio.create_task(later(), name="whybuy-warm")
    try:
        yield
    finally:
        task.cancel()


def _load() -> None:
    from importlib import import_module
    from pkgutil import iter_modules

    parts = (f"{__package__}.{each.name}" for each in iter_modules([str(Path(__file__).parent)]))
    for name in (*HEAVY, *parts):
        import_module(name)
    from threadpoolctl import threadpool_limits

    from core import forkserver
    from core.charts.chart import Look, charts
    from core.explain.shapley.exact.ready import ready_beside
    from core.tasks.tidying import tidy
    from core.text.phrases import phrases

    threadpool_limits(1, user_api="blas")  # one row at a time gains nothing from more, and waits
    for chart in charts().values():  # Plotly loads its classes when a figure first needs them
        chart.draw(chart.example(), Look(phrases()))
    ready_beside()  # compiles the first time, else reads what was compiled
    tidy(session.home(), time.time())  # what a killed server left of uploads goes at start
    forkserver.begin()
    gc.collect()
    gc.freeze()  # Streamlit collects after every run: what will never die need not be looked at
