"""One column more closely: how it is written, and the order of its answers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.data.correct import Edit
from core.data.dataset import Dataset
from core.data.lines import formats, level_lines, moved, read_as
from core.schema import Column, Kind
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from core.train.preparation import is_text
from core.train.texts import ROWS_OF_A_WORD
from pages.shared import cached, columns_kept, session


def closer(dataset: Dataset, say: Phrases) -> None:
    """What can be set for one column beyond its line in the table."""
    name = st.selectbox(
        say("columns.which"), dataset.schema.names, key=f"closer-{session.project().id}"
    )
    column = dataset.schema[name]
    if column.kind in (Kind.NUMBER, Kind.DATE):
        _format(dataset, column, say)
    elif column.kind is Kind.CATEGORY and column.levels:
        _levels(dataset, column, say)
    elif is_text(column) and column not in dataset.schema.features:
        st.caption(say("columns.text_offer", rows=ROWS_OF_A_WORD))
    else:
        st.caption(say("columns.nothing_closer"))


def _format(dataset: Dataset, column: Column, say: Phrases) -> None:
    known = formats(dataset, column)
    chosen = st.selectbox(
        say("columns.format"),
        known,
        format_func=lambda pattern: _format_name(column, pattern, say),
        key=f"format-{session.project().id}-{column.name}-{cached.schema_key()}",
    )
    for text, value in read_as(dataset, column, chosen):
        key = "columns.format_shown" if value else "columns.format_not"
        st.caption(plain_words(say(key, text=text, value=value)))
    if chosen != column.pattern:
        columns_kept.correct(dataset, {column.name: Edit(pattern=chosen)})
        st.rerun()


def _format_name(column: Column, pattern: str, say: Phrases) -> str:
    name = pattern.replace(" ", "_") or "plain"
    is_named = column.kind is Kind.NUMBER or "%" not in pattern
    return say(f"columns.format_of.{name}") if is_named else pattern


def _levels(dataset: Dataset, column: Column, say: Phrases) -> None:
    key = f"levels-{session.project().id}-{column.name}-{cached.schema_key()}"
    st.caption(say("columns.levels_help"))
    st.data_editor(
        level_lines(dataset, column),
        column_config={
            "place": st.column_config.NumberColumn(
                say("columns.place"), min_value=1, max_value=len(column.levels), step=1
            ),
            "level": st.column_config.TextColumn(say("columns.level"), disabled=True),
            "cells": st.column_config.NumberColumn(say("columns.cells"), disabled=True),
        },
        hide_index=True,
        key=key,
        alt=plain(column.name),
    )
    edited: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    places = {line: int(said["place"]) for line, said in edited.items() if said.get("place")}
    if places:
        columns_kept.correct(
            dataset, {column.name: Edit(levels=moved(column.levels, places), ordered=True)}
        )
        st.rerun()
