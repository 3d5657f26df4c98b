"""What the store holds for a review, kept for the next run until a file of it changes."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.questions import known as kept
from core.questions.known import Known
from core.questions.question import Question, questions
from core.review.piece import Piece
from core.store import reviews
from core.store.glance import look
from core.text.phrases import Phrases, phrases
from pages.shared import cached, session

PLACES = ("reviews", "reasons")


def known() -> Known:
    """Of the model in use."""
    project, model = str(session.folder()), session.model_id()
    return _known(project, model, _written(), cached.schema_key())


def pieces(question: Question, say: Phrases) -> tuple[Piece, ...]:
    """The evidence for a question."""
    project, model = str(session.folder()), session.model_id()
    return _pieces(project, model, _written(), cached.schema_key(), question.key, say.language)


def standing() -> reviews.Standing:
    """How the review of the model in use stands now."""
    return reviews.standing(session.folder(), session.model_id())


@st.cache_resource(max_entries=cached.MODELS_KEPT, show_spinner=False)
def _known(project: str, model: str, written: str, schema: str) -> Known:
    return kept.of(Path(project), cached.saved(project, model))


@st.cache_resource(max_entries=cached.ANSWERS_KEPT, show_spinner=False)
def _pieces(
    project: str, model: str, written: str, schema: str, key: str, language: str
) -> tuple[Piece, ...]:
    of = {question.key: question for question in questions()}[key]
    return of.pieces(_known(project, model, written, schema), phrases(language))


def _written() -> str:
    """When the files that a review shows were last written."""
    folder, model = session.folder(), session.model_id()
    places = [folder / place / model for place in PLACES]
    places.append(folder / "tables" / session.project().table / "findings")
    files = sorted(file for place in places if place.is_dir() for file in place.rglob("*.*"))
    told = ((str(file), look(file)) for file in files)
    return " ".join(f"{name} {at.st_mtime_ns}" for name, at in told if at is not None)
