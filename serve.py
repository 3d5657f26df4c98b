"""What ``whybuy run`` starts: the pages with guards around them, and routes that answer at once."""

from pathlib import Path

import streamlit as st

from pages.shared import serving
from pages.shared.around.reaper import kept_clean

APP = Path(__file__).with_name("app.py")
serving.begin(APP.parent)
app = st.App(APP, routes=serving.routes(), middleware=serving.guards(), lifespan=kept_clean)
