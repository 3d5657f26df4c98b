"""What later pages need is loaded while the first one is read, then left out of garbage rounds."""

from __future__ import annotations

import gc
import threading
import time

import streamlit as st
from streamlit.runtime import runtime

from pages.shared import session

PACE = 0.05  # seconds between two packets of elements: the browser draws the page once a packet
PACE_OF = "MESSAGE_FLUSH_INTERVAL_SECS"  # of Streamlit's loop; 0.005 there
HEAVY = (
    "plotly.graph_objects",
    "core.tasks",
    "core.explain.explaining",
    "core.what_if.support",
    "sklearn.ensemble",
    "sklearn.svm",
    "core.explain.shapley.exact.ready",
)


@st.cache_resource(show_spinner=False)
def warm() -> threading.Thread:
    """Starts the loading, once a server, and sets how often elements are sent."""
    vars(runtime)[PACE_OF] = PACE
    thread = threading.Thread(target=_load, daemon=True, name="warm")
    thread.start()
    return thread


def _load() -> None:
    from importlib import import_module

    for name in HEAVY:
        import_module(name)
    from threadpoolctl import threadpool_limits

    from core import tasks
    from core.charts.chart import Look, charts
    from core.explain.shapley.exact.ready import ready_beside
    from core.text.phrases import phrases

    threadpool_limits(1, user_api="blas")  # one row at a time gains nothing from more, and waits
    for chart in charts().values():  # Plotly loads its classes when a figure first needs them
        chart.draw(chart.example(), Look(phrases()))
    ready_beside()  # compiles the first time, else reads what was compiled
    tasks.tidy(session.home(), time.time())  # what a killed server left of uploads goes at start
    gc.collect()
    gc.freeze()  # Streamlit collects after every run: what will never die need not be looked at
