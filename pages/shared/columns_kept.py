"""Corrections of the columns of the table in use: kept, taken back, remembered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core.data.correct import Edit
from core.data.dataset import Dataset
from core.data.doubts import Doubt
from core.data.doubts import doubts as doubts_of
from core.data.lines import column_lines
from core.store import corrections, shapes, tables
from core.store.clock import now
from core.store.corrections import Corrections
from pages.shared import cached, session

ANSWERS_KEPT = 100


def made() -> Corrections:
    """What was corrected so far."""
    return corrections.kept(session.folder(), session.project().table)


def lines() -> Any:
    """The columns as lines to edit."""
    return _lines(str(session.folder()), session.project().table, cached.schema_key())


def doubts() -> tuple[Doubt, ...]:
    """What is to be asked and was not answered."""
    known = _doubts(str(session.folder()), session.project().table, cached.schema_key())
    answered = made().answered
    return tuple(doubt for doubt in known if doubt.key not in answered)


@st.cache_data(max_entries=ANSWERS_KEPT, show_spinner=False)
def _lines(project: str, table: str, key: str) -> Any:
    return column_lines(tables.load(Path(project), table))


@st.cache_data(max_entries=ANSWERS_KEPT, show_spinner=False)
def _doubts(project: str, table: str, key: str) -> tuple[Doubt, ...]:
    return doubts_of(tables.load(Path(project), table))


def correct(dataset: Dataset, edits: Mapping[str, Edit], answers: tuple[str, ...] = ()) -> None:
    """Corrects columns, and remembers it for the next table with the same ones."""
    corrections.correct(session.folder(), dataset, edits, answers)
    _remember()


def take_back(dataset: Dataset) -> None:
    """Undoes the latest correction."""
    corrections.undo(session.folder(), dataset)
    _remember()


def _remember() -> None:
    dataset = session.dataset()
    shapes.remember(session.home(), dataset, made(), now())
