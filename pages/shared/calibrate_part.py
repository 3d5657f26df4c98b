"""Chances put right by customers set aside, and both models compared afterwards."""

from __future__ import annotations

from functools import partial

import msgspec
import streamlit as st

from core.models.family import Task
from core.search.calibrating import can_be
from core.store.roles import Right
from core.text.phrases import Phrases
from pages.shared import cached, rights, session, working
from pages.shared.fold import fold

SLOT = "calibrate"


def panel(say: Phrases) -> None:
    """The work, above what is compared: once it has ended, the new model is."""
    working.panel(SLOT, say, _made)


def part(say: Phrases) -> None:
    """A fold for models whose chances can be put right."""
    using = session.model_id()
    spec = cached.saved(str(session.folder()), using).model.spec
    if spec.task is not Task.REGRESSION and can_be(spec):
        inside = partial(_inside, using, say)
        fold(say("pages.evaluate.calibrate"), "calibrate-fold", inside, ":material/balance:")


def _inside(using: str, say: Phrases) -> None:
    spec = cached.saved(str(session.folder()), using).model.spec
    asked = msgspec.to_builtins(spec)
    working.join(SLOT, SLOT, project=session.project().id, spec=asked)
    st.caption(say("pages.evaluate.calibrate_help"))
    if st.button(
        say("pages.evaluate.calibrate_go"),
        icon=":material/balance:",
        key="calibrate-go",
        **rights.limits(Right.WORK, say, working.running(SLOT)),
    ):
        working.start(SLOT, SLOT, project=session.project().id, spec=asked)
        st.rerun()


def _made(result: dict[str, str]) -> None:
    """The new model is in use, with the one before beside it."""
    made = result["model"]
    session.choose(model=made)
    st.session_state[f"compared-{made}"] = [made, result["before"]]
