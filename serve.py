"""What ``whybuy run`` starts: the pages with guards around them, and routes that answer at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from core.data.machine import few_arenas
from pages.shared import serving
from pages.shared.around.reaper import kept_clean
from pages.shared.warm import warming

APP = Path(__file__).with_name("app.py")


@asynccontextmanager
async def alive(app: st.App) -> AsyncIterator[None]:
    """For the life of the server."""
    async with kept_clean(app), warming():
        yield


few_arenas()
serving.begin(APP.parent)
app = st.App(APP, routes=serving.routes(), middleware=serving.guards(), lifespan=alive)
