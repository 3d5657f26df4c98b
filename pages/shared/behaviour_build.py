"""The table of a question is built beside the page, shown, and proven to know no future."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import streamlit as st

from core.behaviour.asking import Overlook, begins
from core.behaviour.building import features_of, plan_of
from core.behaviour.lineage import suspects
from core.behaviour.proof import Proof
from core.behaviour.question import Question
from core.behaviour.recipe import Recipe
from core.store import log_work
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import behaviour_features, behaviour_log, cached, journey, session, show, working
from pages.shared.behaviour_log import Known

BUILD, PROVE = "build", "prove"
LACK = "build-lack"


def sentence(question: Question, say: Phrases) -> str:
    """The question in words."""
    if question.has_moments:
        return say(f"behaviour.said.{question.asks}", outcome=question.outcome)
    past = {"lookback": question.lookback, "cutoff": question.cutoffs[-1]}
    who = say(f"behaviour.who.{question.eligible}", **past)
    when = "later" if question.gap else "at_once"
    ahead = {"outcome": question.outcome, "begin": begins(question)}
    window = say(f"behaviour.window.{when}", **ahead)
    return say(f"behaviour.said.{question.asks}", who=who, window=window)


def button(log: Known, found: Overlook, wish: Question, say: Phrases) -> None:
    """The one thing to do with a question; a quiet one where the table in use answers it."""
    recipe = behaviour_log.built()
    same = recipe is not None and recipe.question == wish
    if st.button(
        say("behaviour.build.again" if same else "behaviour.build.go"),
        type="secondary" if same else "primary",
        icon=":material/table_chart:",
        disabled=working.running(BUILD),
        key="build-go",
        width="stretch",
    ):
        out = behaviour_features.left_out(log, plan_of(found.story, wish))
        _start(log, wish, out)
        st.rerun()


def _start(log: Known, wish: Question, left_out: Iterable[str]) -> None:
    question = msgspec.to_builtins(wish)
    working.start(BUILD, "build", project=log.project, question=question, left_out=list(left_out))


def _built(result: dict[str, str]) -> None:
    """Why no established model stands beside ours is told once."""
    st.session_state[LACK] = result["lack"]


def result(log: Known, say: Phrases) -> None:
    """What is being built, and the table in use where it was built of this log."""
    working.panel(BUILD, say, _built)
    recipe = behaviour_log.built()
    if recipe is None:
        return
    with st.container(border=True, gap="small"):
        words = say("behaviour.build.built", sentence=sentence(recipe.question, say))
        st.markdown(plain_words(words))
        with st.container(horizontal=True, vertical_alignment="center"):
            _numbers(recipe, say)
            journey.link("explore", say("behaviour.build.explore"))
            journey.link("train", say("behaviour.build.train"))
            _proving(log, say)
        working.panel(PROVE, say, lambda result: None)
        _proof(log, recipe, say)
        lack = st.session_state.get(LACK)
        if lack and f"behaviour.lack.{lack}" in say:
            st.caption(say(f"behaviour.lack.{lack}"))


def _proving(log: Known, say: Phrases) -> None:
    """The proof is asked for once."""
    table = session.project().table
    if log_work.proof(log.folder, table) is None and st.button(
        say("behaviour.proof.go"),
        icon=":material/verified:",
        help=say("behaviour.proof.why"),
        disabled=working.running(PROVE),
    ):
        working.start(PROVE, "prove", project=log.project, table=table)
        st.rerun()


def _numbers(recipe: Recipe, say: Phrases) -> None:
    """Rows, what the answers are, and how many features there are, in a line."""
    found, now = cached.summary(), session.project()
    said = [say("behaviour.build.rows", rows=found.known)]
    if now.outcome:
        said.append(say("behaviour.build.share", outcome=now.outcome, share=found.share))
    elif found.mean is not None:
        said.append(say("behaviour.build.middle", mean=found.mean))
    else:
        said.append(say("behaviour.build.classes", classes=found.classes))
    said.append(say("behaviour.build.features", features=len(features_of(recipe.plan))))
    st.caption(plain_words(" · ".join(said)))


def _proof(log: Known, recipe: Recipe, say: Phrases) -> None:
    """How many cells are equal, and what speaks against single columns."""
    found = log_work.proof(log.folder, session.project().table)
    if found is None:
        return
    facts = {"cells": found.cells, "equal": found.equal, "cutoffs": _cutoffs(found, recipe, say)}
    if found.holds:
        words = say("behaviour.proof.holds", **facts)
        st.caption(f":material/verified: {plain_words(words)}")
        return
    st.warning(plain_words(say("behaviour.proof.fails", **facts)), icon=":material/warning:")
    st.markdown(show.bullets(_against(found, say)))
    names = suspects(found, recipe.plan)
    if not names:
        return
    label = say(
        "behaviour.proof.mend" if len(names) == 1 else "behaviour.proof.mend_many",
        count=len(names),
    )
    if st.button(label, icon=":material/block:", key="proof-mend"):
        out = behaviour_features.leave_out(log, recipe.plan, names)
        _start(log, recipe.question, out)
        st.rerun()


def _against(found: Proof, say: Phrases) -> list[str]:
    differ = [say("behaviour.proof.differ", column=name, cells=n) for name, n in found.differ]
    return differ + [
        say(
            "behaviour.proof.future",
            column=name,
            figure=say(f"behaviour.figure.{figure}"),
            share=share,
        )
        for name, figure, share in found.future
    ]


def _cutoffs(found: Proof, recipe: Recipe, say: Phrases) -> str:
    if len(found.cutoffs) == 1:
        return found.cutoffs[0]
    key = "some" if recipe.question.has_moments else "several"
    ends = {"first": found.cutoffs[0], "last": found.cutoffs[-1]}
    return say(f"behaviour.proof.{key}", count=len(found.cutoffs), **ends)
