"""Whether a model's figures hold: the tests of it, each shown as soon as it is there."""

from __future__ import annotations

from functools import partial

import msgspec
import streamlit as st

from core.charts.splits import Splits
from core.robust.sentences import signal, steadiness
from core.store import robustness
from core.store.robustness import Examined
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.train.spec import ModelSpec
from pages.shared import cached, rights, session, show, working
from pages.shared.fold import fold

SLOT = "examine"


def part(say: Phrases) -> None:
    """A fold that is made when it is opened."""
    fold(say("pages.evaluate.trust"), "trust-fold", partial(_inside, say), ":material/verified:")


def _inside(say: Phrases) -> None:
    project, using = session.folder(), session.model_id()
    spec = cached.saved(str(project), using).model.spec
    working.join(SLOT, SLOT, project=project.name, spec=msgspec.to_builtins(spec))
    found = robustness.load(project, using)
    if not found.whole:
        _asked(spec, say)
    working.panel(SLOT, say, lambda result: None, lambda: _seen(using))
    _shown(found, spec, say)


def _seen(model: str) -> int:
    found = robustness.load(session.folder(), model)
    parts = (found.permutation, found.stability, found.learning, found.splits)
    return sum(each is not None for each in parts)


def _asked(spec: ModelSpec, say: Phrases) -> None:
    st.caption(say("pages.evaluate.trust_help"))
    limits = rights.limits(Right.REVIEW, say, working.running(SLOT), None, Right.WORK)
    if st.button(
        say("pages.evaluate.trust_go"),
        icon=":material/verified:",
        key="trust-go",
        **limits,
    ):
        asked = msgspec.to_builtins(spec)
        working.start(SLOT, SLOT, project=session.project().id, spec=asked)
        st.rerun()


def _shown(found: Examined, spec: ModelSpec, say: Phrases) -> None:
    if found.permutation is not None:
        sure, words = signal(found.permutation, say)
        told = st.success if sure else st.error
        told(plain_words(words), icon=":material/check:" if sure else ":material/warning:")
    if found.stability is not None:
        st.write(plain_words(" ".join(steadiness(found.stability, spec.task, say))))
    left, right = st.columns(2)
    if found.learning is not None:
        with left:
            show.draw("learning_curve", found.learning, say)
    if found.splits:
        own = (spec.split.kind, spec.split.column)
        with right:
            show.draw("splits", Splits(spec.task, found.splits, own), say)
