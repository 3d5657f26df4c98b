"""The model card and review report of the model in use, to be taken away as one file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from core.store.who import Who, acting, acting_as
from core.text.phrases import Phrases
from pages.shared import session, show
from pages.shared.fold import fold

KINDS = {"html": "text/html", "json": "application/json"}


def part(say: Phrases) -> None:
    """A fold that is made when it is opened."""
    fold(say("report.part.title"), "report-fold", partial(_inside, say), ":material/description:")


def _inside(say: Phrases) -> None:
    place, model = session.folder(), session.model_id()
    st.caption(say("report.part.about"))
    with st.container(horizontal=True):
        for form, kind in KINDS.items():
            label, file = say(f"report.part.{form}"), f"model-card-{model}.{form}"
            made = _made(place, model, form, say.language, acting())
            show.take(label, made, file, kind, f"report-{form}")


def _made(place: Path, model: str, form: str, language: str, who: Who) -> Callable[[], bytes]:
    """The file's content, made on the click, on behalf of whoever was shown the button."""

    def content() -> bytes:
        from core.report.export import Form, exported  # brings every chart

        with acting_as(who):
            return exported(place, model, Form(form), language)

    return content
