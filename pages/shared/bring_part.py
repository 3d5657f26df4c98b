"""Bringing a table: an upload, a folder of this machine, or a database."""

from __future__ import annotations

import os
from dataclasses import asdict

import streamlit as st

from core.data.apart import tables
from core.data.connection import Connection, connection_of, names
from core.data.databases import ROWS_AT_MOST, Asked
from core.data.dataset import Dataset
from core.data.folder import files_of, local_folder
from core.data.question import one_select
from core.data.source import known_endings
from core.data.unpack import ENDINGS as PACKED
from core.store import allowed, bringing
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from pages.shared import intake, rights, session, working
from pages.shared.around import inside

SLOT = "bring"
WAYS = {
    "file": ":material/upload:",
    "folder": ":material/folder:",
    "database": ":material/database:",
}
TYPED = ""  # the choice of a connection that is typed


def part(say: Phrases) -> None:
    """One way of bringing a table at a time; the upload first.

    Folders of this machine are for those who look after the app.
    """
    if not rights.told_a_bringer(say):
        return
    of_this_machine = () if allowed.runs_it(session.home()) else ("folder",)
    way = st.segmented_control(
        say("bring.way"),
        [each for each in WAYS if each not in of_this_machine],
        default="file",
        required=True,
        format_func=lambda each: f"{WAYS[each]} {say(f'bring.ways.{each}')}",
        key="bring-way",
    )
    {"file": _file, "folder": _folder, "database": _database}[way or "file"](say)


def told(dataset: Dataset, say: Phrases) -> None:
    """What was done while the table was read and should be known."""
    for note in dataset.provenance.notes:
        words = say(f"bring.note.{note.code}", count=note.count, example=note.example)
        st.caption(f":material/info: {plain_words(words)}")


def _file(say: Phrases) -> None:
    """An upload goes to disk and is read by a process of its own."""
    turn = st.session_state.setdefault("upload-turn", 0)
    endings = [ending.lstrip(".") for ending in (*known_endings(), *PACKED)]
    inside.takes_uploads()
    upload = st.file_uploader(say("bring.upload"), endings, key=f"upload-{turn}")
    if upload is not None and not working.running(SLOT):
        file = intake.received(upload)
        st.session_state["upload-turn"] = turn + 1
        working.start(SLOT, "bring", file=str(file), name=upload.name)
        st.rerun()


def _folder(say: Phrases) -> None:
    """A folder's files stay where they are."""
    typed = st.text_input(say("bring.folder"), help=say("bring.folder_help"), key="bring-folder")
    if not typed.strip():
        return
    allowed.need_to_run_it(session.home())
    found = files_of(local_folder(typed))
    kind = say(f"bring.kind.{found.kind}")
    count = len(found.files)
    st.write(plain_words(say("bring.found", files=count, kind=kind, megabytes=found.size / 1e6)))
    with_file = st.checkbox(say("bring.with_file"), key="bring-with-file")
    if st.button(say("bring.read"), type="primary", disabled=working.running(SLOT)):
        working.start(SLOT, "bring_folder", folder=str(found.place), with_file=with_file)
        st.rerun()


def _database(say: Phrases) -> None:
    """A named connection, or one that is typed and used once."""
    known = names(os.environ, bringing.secrets())
    chosen = st.selectbox(
        say("bring.connection"),
        [*known, TYPED] if allowed.runs_it(session.home()) else [*known],
        format_func=lambda name: name or say("bring.type_one"),
        help=say("bring.connection_help"),
        key="bring-connection",
    )
    turn = st.session_state.setdefault("secret-turn", 0)
    secret = ""
    if chosen == TYPED:
        secret = st.text_input(
            say("bring.string"),
            type="password",
            help=say("bring.string_help"),
            placeholder="postgresql://user:password@host/database",
            key=f"secret-{turn}",
        ).strip()
        if not secret:
            return
    if chosen is None:
        return
    if secret:
        allowed.need_to_run_it(session.home())
    connection = connection_of(secret) if secret else bringing.known_connection(chosen)
    asked = _asked(connection, say)
    ready = asked is not None and not working.running(SLOT)
    if st.button(say("bring.ask"), type="primary", disabled=not ready) and asked is not None:
        if asked.query:
            one_select(asked.query)
        st.session_state["secret-turn"] = turn + 1  # a new, empty field: the old one is forgotten
        st.session_state.pop("bring-tables", None)
        working.start(
            SLOT, "bring_query", secret=secret, database=connection.shown if secret else chosen,
            asked=asdict(asked),
        )  # fmt: skip
        st.rerun()


def _asked(connection: Connection, say: Phrases) -> Asked | None:
    """A table out of the database's list, or a question; None while neither is there."""
    way = st.segmented_control(
        say("bring.what"),
        ["table", "query"],
        default="table",
        required=True,
        format_func=lambda each: say(f"bring.whats.{each}"),
        key="bring-what",
    )
    if way == "query":
        query = st.text_area(say("bring.query"), help=say("bring.query_help"), key="bring-query")
        return Asked(query=query, limit=_limit(say)) if query.strip() else None
    listed = st.session_state.get("bring-tables", {})
    if connection.shown not in listed and st.button(say("bring.look")):
        with st.spinner(say("bring.looking")):
            listed = {connection.shown: tables(connection)}
        st.session_state["bring-tables"] = listed
    if connection.shown not in listed:
        return None
    table = st.selectbox(
        say("bring.table"),
        listed[connection.shown],
        index=None,
        format_func=plain,
        key="bring-table",
    )
    return Asked(table, limit=_limit(say)) if table else None


def _limit(say: Phrases) -> int:
    return int(
        st.number_input(
            say("bring.limit"), 1, ROWS_AT_MOST, 1_000_000, help=say("bring.limit_help"),
            key="bring-limit",
        )
    )  # fmt: skip
