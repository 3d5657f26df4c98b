"""What a visitor has chosen: ids and settings only, in the session and the address."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core import jobs
from core.data.dataset import Dataset
from core.errors import NotChosen, NotThere
from core.store import allowed, projects, vault
from core.store.glance import look
from core.store.projects import Project
from core.store.roles import Right
from core.text.phrases import Phrases, phrases

if TYPE_CHECKING:  # models and tables bring pandas, which the first page does without
    from core.store.models import Entry

ENGLISH = "en"
KEPT = ("project", "model")
BOARDS_KEPT = 50
WRITTEN = ("model.json", "manifest.json")  # what tells that a model is another


def home() -> Path:
    """Where everything is kept."""
    return projects.home()


def words() -> Phrases:
    """The sentences in the visitor's language."""
    return phrases(st.session_state.get("language", ENGLISH))


def recall() -> None:
    """Takes ids from the address once, and writes the chosen ones back to it."""
    for name in KEPT:
        if name not in st.session_state and name in st.query_params:
            st.session_state[name] = st.query_params[name]
        if st.session_state.get(name):
            st.query_params[name] = st.session_state[name]


def choose(**ids: str) -> None:
    """Remembers ids; a new project forgets the model of the old one."""
    if "project" in ids and ids["project"] != st.session_state.get("project"):
        st.session_state.pop("model", None)
        st.query_params.pop("model", None)
    for name, value in ids.items():
        st.session_state[name] = value
        st.query_params[name] = value


def forget(project_id: str) -> None:
    """Deletes a project; where it was in use, nothing is."""
    jobs.remove_project(home(), project_id)
    if st.session_state.get("project") == project_id:
        for name in KEPT:
            st.session_state.pop(name, None)
            st.query_params.pop(name, None)


def ask(target: str, outcome: str) -> None:
    """Remembers what is asked of the table in use."""
    projects.aimed(home(), project().id, target, outcome)


def use(table: str) -> None:
    """Takes another table of the project in use; its question stays."""
    projects.save(home(), replace(project(), table=table))


def asked() -> Project:
    """The project in use, with its question. Raises NotChosen."""
    found = project()
    if not found.target:
        raise NotChosen("target", "data")
    return found


def maybe_project() -> Project | None:
    """The project in use, or None."""
    chosen = st.session_state.get("project")
    if not chosen:
        return None
    try:
        return projects.load(home(), chosen)
    except NotThere:
        return None


def project() -> Project:
    """The project in use. Raises NotChosen."""
    found = maybe_project()
    if found is None or not found.table:
        raise NotChosen("table", "data")
    return found


def may(right: Right) -> bool:
    """Whether the visitor has that right in the project in use."""
    found = maybe_folder()
    return found is not None and allowed.may(found, right)


def maybe_folder() -> Path | None:
    """The folder of the project in use, with or without a table, or None."""
    found = maybe_project()
    return projects.folder(home(), found.id) if found is not None else None


def may_bring() -> bool:
    """Whether the visitor may bring tables of their own."""
    return allowed.is_welcome(home())


def folder() -> Path:
    """The folder of the project in use. Raises NotChosen."""
    return projects.folder(home(), project().id)


def is_locked() -> bool:
    """Whether the project in use waits for its passphrase."""
    found = maybe_project()
    return found is not None and vault.locks_all(projects.folder(home(), found.id))


def dataset() -> Dataset:
    """The table in use, as last corrected. Raises NotChosen."""
    from core.store import tables

    return tables.load(folder(), project().table)


def board() -> tuple[Entry, ...]:
    """Models that answer the question in use, newest first, without those put away."""
    from core.store import models, said

    now, away = asked(), said.archived(folder())
    there = tuple(entry for entry in _board()[0] if entry.id not in away)
    return models.answering(there, now.table, now.target, now.outcome)


def names(say: Phrases) -> dict[str, str]:
    """What the models of the question in use are called, by id, newest first."""
    from core.train.naming import names_by_id

    return names_by_id({entry.id: entry.spec for entry in board()}, say)


def damaged() -> tuple[str, ...]:
    """Ids of model folders that cannot be read."""
    return _board()[1]


def _board() -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    place = folder()
    shelf = place / "models"
    folders = sorted(shelf.iterdir()) if shelf.is_dir() else []
    looked_at = [(each.name, *(_written(each / file) for file in WRITTEN)) for each in folders]
    return _board_of(str(place), str(looked_at))


def _written(file: Path) -> int:
    known = look(file)
    return known.st_mtime_ns if known else 0  # replaced a moment ago, or no model


@st.cache_resource(max_entries=BOARDS_KEPT, show_spinner=False)
def _board_of(place: str, written: str) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """A run asks for the board several times: it is read again when a file of a model changed."""
    from core.store import models

    return models.board(Path(place))


def maybe_model() -> str | None:
    """The model in use, or None."""
    try:
        return model_id()
    except NotChosen:
        return None


def model_id() -> str:
    """The model in use: the chosen one, else the champion, else the newest that is no rival."""
    from core.models.family import family
    from core.store.registry import proposed

    answers = board()
    chosen = st.session_state.get("model")
    if any(entry.id == chosen for entry in answers):
        return str(chosen)
    if champion := proposed(folder(), answers):
        return champion
    trained = [entry.id for entry in answers if not family(entry.spec.family).beside]
    if not trained:
        raise NotChosen("model", "train")
    return trained[0]


def row_shown(row: int) -> int:
    """Rows count from 0 in core and from 1 on screen."""
    return row + 1


def row_asked(number: int) -> int:
    """The row of a number on screen."""
    return number - 1
