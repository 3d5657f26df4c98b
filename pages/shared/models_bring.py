"""A model comes as the file that another project or machine exported it to."""

from __future__ import annotations

import streamlit as st

from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import intake, rights, session, working
from pages.shared.around import inside

SLOT = "models"
CAME = "models-came"


def part(say: Phrases) -> None:
    """A place for the file; it is checked by a process of its own."""
    st.write(say("pages.models.bring_about"))
    if not rights.told(Right.WORK, say):
        return
    inside.takes_uploads()
    turn = st.session_state.setdefault("models-turn", 0)
    upload = st.file_uploader(say("pages.models.file"), ["zip"], key=f"models-file-{turn}")
    if upload is not None and not working.running(SLOT):
        file = intake.received(upload)
        st.session_state["models-turn"] = turn + 1
        project = session.project().id
        working.start(SLOT, "import_model", project=project, file=str(file), name=upload.name)
        st.rerun()


def came(result: dict[str, str]) -> None:
    """The model that came is told of once."""
    st.session_state[CAME] = result["model"]


def told(say: Phrases) -> None:
    """That a model came in, or came back."""
    model = st.session_state.pop(CAME, None)
    if model:
        st.info(plain_words(say("pages.models.came", model=model)), icon=":material/check:")
