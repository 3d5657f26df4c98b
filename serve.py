"""What ``whybuy run`` starts: the pages, and beside them the routes that answer at once."""

from pathlib import Path

import streamlit as st

from pages.shared import serving

app = st.App(Path(__file__).with_name("app.py"), routes=serving.routes())
