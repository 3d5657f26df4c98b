"""One model trained beside the app, whoever on a page wishes for it."""

from __future__ import annotations

import msgspec
import streamlit as st

from core.text.phrases import Phrases
from core.train.spec import ModelSpec
from pages.shared import session, working

SLOT = "train"


def start(spec: ModelSpec, say: Phrases) -> None:
    """Trains unless this very model is there, which is then in use."""
    if any(entry.id == spec.id for entry in session.board()):
        session.choose(model=spec.id)
        st.info(say("pages.train.known"), icon=":material/info:")
        return
    working.start(SLOT, SLOT, project=session.project().id, spec=msgspec.to_builtins(spec))
    st.rerun()


def is_under_way() -> bool:
    """Whether one is."""
    return working.running(SLOT)
