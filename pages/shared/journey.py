"""The pages in order, with a tick at each finished step."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.errors import UserError
from core.store.glance import glancing
from pages.shared import session
from pages.shared.around import inside

FOLDER = Path(__file__).resolve().parents[1]
ICONS = {
    "home": ":material/home:",
    "data": ":material/table:",
    "behaviour": ":material/timeline:",
    "explore": ":material/search:",
    "train": ":material/model_training:",
    "evaluate": ":material/query_stats:",
    "explain": ":material/lightbulb:",
    "what_if": ":material/tune:",
    "models": ":material/inventory_2:",
    "review": ":material/verified:",
    "drift": ":material/update:",
}
DONE = ":material/check_circle:"


def sections() -> list[st.Page]:
    """Every page, for ``st.navigation``."""
    inside.vouch()
    with glancing():
        say, done = session.words(), finished()
    return [
        st.Page(
            FOLDER / f"{name}.py",
            title=say(f"pages.{name}.name"),
            icon=DONE if name in done else icon,
            url_path="" if name == "home" else name,
            default=name == "home",
        )
        for name, icon in ICONS.items()
    ]


def finished() -> frozenset[str]:
    """The steps that have been taken for the project in use."""
    session.recall()
    project = session.maybe_project()
    if project is None or not project.table:
        return frozenset()
    done = {"data"} if project.target else set()
    try:
        if session.dataset().provenance.recipe:
            done.add("behaviour")
        session.model_id()
    except UserError:
        return frozenset(done)
    return frozenset(done | {"train"})


def begin_at(name: str) -> None:
    """Sends a visitor whose address named a page of a server that has not run ``app.py`` yet.

    Streamlit runs a file of a folder named ``pages`` by itself until then, without navigation.
    """
    if not st.session_state.get("begun"):
        st.session_state["wanted"] = name
        st.switch_page(FOLDER.parent / "app.py", query_params=dict(st.query_params))


def resume() -> None:
    """Opens the page that the address named, now that there is a navigation."""
    st.session_state["begun"] = True
    wanted = st.session_state.pop("wanted", None)
    if wanted:
        st.switch_page(FOLDER / f"{wanted}.py", query_params=dict(st.query_params))


def go(name: str) -> None:
    """Opens another page."""
    st.switch_page(FOLDER / f"{name}.py")


def link(name: str, label: str) -> None:
    """A link to another page."""
    st.page_link(FOLDER / f"{name}.py", label=label, icon=":material/arrow_forward:")
