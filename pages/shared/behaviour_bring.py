"""Bringing the tables of a log: several files at once, or the sample shop's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from core.data.source import known_endings
from core.data.unpack import ENDINGS as PACKED
from core.store.roles import Right
from core.text.phrases import Phrases
from pages.shared import intake, rights, session, working
from pages.shared.around import inside

SLOT = "log"
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
SHOP = ("customers.csv", "orders.csv", "order_lines.csv", "products.csv", "clicks.csv.gz")


def panel(say: Phrases) -> None:
    """What is being read."""
    working.panel(SLOT, say, _brought)


def nothing(flat: bool, say: Phrases) -> None:
    """What a log is, and two ways to one; ``flat`` where there is a table that is none."""
    with st.container(border=True):
        st.subheader(say("behaviour.empty.flat" if flat else "behaviour.empty.title"))
        st.write(say("behaviour.empty.flat_why" if flat else "behaviour.empty.why"))
        if st.button(
            say("behaviour.empty.sample"),
            type="primary",
            icon=":material/play_arrow:",
            help=say("behaviour.empty.sample_help"),
            disabled=working.running(SLOT) or not session.may_bring(),
        ):
            files = [str(SAMPLES / name) for name in SHOP]
            working.start(SLOT, "bring_log", files=files, title=say("behaviour.empty.sample_name"))
            st.rerun()
        upload(say("behaviour.empty.bring"), say)


def upload(label: str, say: Phrases) -> None:
    """Several files; they are read together when all are there."""
    if not _may_bring(say):
        return
    turn = st.session_state.setdefault("log-turn", 0)
    endings = [ending.lstrip(".") for ending in (*known_endings(), *PACKED)]
    inside.takes_uploads()
    files = st.file_uploader(label, endings, accept_multiple_files=True, key=f"log-upload-{turn}")
    if not files:
        return
    st.caption(say("behaviour.empty.read", files=len(files)))
    if st.button(
        say("behaviour.empty.go"), icon=":material/upload:", disabled=working.running(SLOT)
    ):
        _read(files)
        st.session_state["log-turn"] = turn + 1
        st.rerun()


def _may_bring(say: Phrases) -> bool:
    """Whether the visitor may bring tables, into the project in use or as a new one; else says why
    not."""
    project = session.maybe_project()
    if project is not None and project.table:
        return rights.told(Right.WORK, say)
    return rights.told_a_bringer(say)


def _read(files: list[Any]) -> None:
    """The files go to disk and are read by a process of its own, into the project in use."""
    taken = [str(intake.received(file)) for file in files]
    names = [file.name for file in files]
    project = session.maybe_project()
    if project is not None and project.table:
        working.start(SLOT, "bring_more", project=project.id, files=taken, names=names)
    else:
        working.start(SLOT, "bring_log", files=taken, title=names[0], names=names)


def _brought(result: dict[str, str]) -> None:
    """A new project is the one in use."""
    if "project" in result:
        session.choose(project=result["project"])
