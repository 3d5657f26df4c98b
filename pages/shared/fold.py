"""A folded section whose inside is made when it is opened: what nobody sees costs nothing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def fold(label: str, key: str, inside: Callable[[], None], icon: str | None = None) -> None:
    """An expander under ``key`` that calls ``inside`` while it is open."""
    box = st.expander(label, key=key, icon=icon, on_change="rerun")
    if box.open:
        with box:
            inside()
