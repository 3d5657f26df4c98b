"""What was said of a table's columns, as a model of it can hold to it, kept for the next run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import streamlit as st

from core import wire
from core.store import markings
from core.what_if.marking import Marked, Marking, marked, remarked
from pages.shared import cached, session

KEPT = 100


def marked_of(project: str, model: str) -> Marked:
    """The marking of the model's table; ``project`` is its folder."""
    table = cached.saved(project, model).model.spec.dataset
    return _marked(project, model, _text(markings.kept(Path(project), table)))


def now() -> Marked:
    """The marking for the model in use."""
    return marked_of(str(session.folder()), session.model_id())


def digest(order: list[str]) -> str:
    """The marking of the table in use, and columns in an order, as a short name."""
    project = session.folder()
    table = cached.saved(str(project), session.model_id()).model.spec.dataset
    told = msgspec.json.encode((markings.kept(project, table), order))
    return hashlib.sha256(told).hexdigest()[:16]


def mark(marks: Marking) -> None:
    """Keeps marks of some columns; all models of the table hold to them. Raises DiskFull."""
    project = session.folder()
    model = cached.saved(str(project), session.model_id()).model
    before = markings.kept(project, model.spec.dataset)
    markings.keep(project, model.spec.dataset, remarked(before, marks, model))


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _marked(project: str, model: str, text: str) -> Marked:
    return marked(wire.read(text, Marking), cached.saved(project, model).model)


def _text(marking: Marking) -> str:
    return msgspec.json.encode(marking).decode()
