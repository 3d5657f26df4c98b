"""A smaller form of the model in use: looked for beside the page, and what it saves."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from core.search.shrinking import LARGEST_LOSS, USUAL_LOSS, can_be
from core.search.smaller import lines, verdict
from core.store import shrinking
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.train.form import is_smaller, whole
from core.train.naming import model_name
from core.train.spec import ModelSpec
from pages.shared import cached, rights, session, working
from pages.shared.fold import fold

SLOT = "shrink"
STEP = 0.001


def panel(say: Phrases) -> None:
    """The work, above what is compared: once it has ended, the smaller form is."""
    working.panel(SLOT, say, _made)


def part(say: Phrases) -> None:
    """A fold with the search, or with what came of it."""
    inside = partial(_inside, session.model_id(), say)
    fold(say("pages.evaluate.shrink"), "shrink-fold", inside, ":material/compress:")


def _inside(using: str, say: Phrases) -> None:
    spec = cached.saved(str(session.folder()), using).model.spec
    if is_smaller(spec):
        _shown(using, spec, say)
    elif can_be(spec):
        _asked(using, say)
    else:
        st.caption(say("pages.evaluate.shrink_cannot", family=say(f"models.{spec.family}.name")))


def _asked(using: str, say: Phrases) -> None:
    st.caption(say("pages.evaluate.shrink_help"))
    loss = st.number_input(
        say("pages.evaluate.shrink_loss"),
        0.0,
        LARGEST_LOSS,
        USUAL_LOSS,
        STEP,
        format="%.3f",
        help=say("pages.evaluate.shrink_loss_help"),
        key="shrink-loss",
        persist_state="session",
    )
    asked: dict[str, Any] = {"project": session.project().id, "model": using, "loss": loss}
    working.join(SLOT, SLOT, **asked)
    if st.button(
        say("pages.evaluate.shrink_go"),
        icon=":material/compress:",
        key="shrink-go",
        **rights.limits(Right.WORK, say, working.running(SLOT)),
    ):
        working.start(SLOT, SLOT, **asked)
        st.rerun()


def _shown(using: str, spec: ModelSpec, say: Phrases) -> None:
    """Of what it is the smaller form, and both beside each other."""
    st.write(plain_words(say("pages.evaluate.shrink_of", name=model_name(whole(spec), say))))
    found = shrinking.load(session.folder(), using)
    if found is not None:
        st.dataframe(lines(found, say), hide_index=True, width="stretch", key="shrink-table")
        st.write(plain_words(verdict(found, say)))


def _made(result: dict[str, str]) -> None:
    """The smaller form is in use, with the model it came of beside it."""
    made = result["model"]
    session.choose(model=made)
    st.session_state[f"compared-{made}"] = [made, result["before"]]
