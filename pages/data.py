"""What is in the table, what is wrong with it, and what is asked of it."""

from typing import Any

import streamlit as st

from core.data.dataset import Dataset
from core.data.infer import propose_outcome
from core.schema import Kind
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain
from pages.shared import (
    bring_part,
    cached,
    columns_part,
    findings_part,
    journey,
    people_part,
    privacy_part,
    removed,
    rights,
    session,
    understood_part,
    working,
)
from pages.shared.fold import fold
from pages.shared.frame import page


def brought(result: dict[str, str]) -> None:
    """The table that was read is the one in use."""
    session.choose(project=result["project"])
    st.session_state.pop("bring", None)
    cached.propose(result["project"])


def question(dataset: Dataset, say: Phrases) -> None:
    """The column to predict and, for two answers, the one of interest."""
    now, may_ask = session.project(), session.may(Right.WORK)
    names = [c.name for c in dataset.schema.columns if c.kind not in (Kind.DATE, Kind.TEXT)]
    target_at, outcome_at = st.columns(2)
    target = target_at.selectbox(
        say("pages.data.target"),
        names,
        index=names.index(now.target) if now.target in names else None,
        **rights.limits(Right.WORK, say, hint=say("pages.data.target_help")),
        key=f"target-{now.id}",
    )
    if target is None:
        return
    levels = dataset.schema[target].levels
    outcome = ""
    if len(levels) == 2:
        default = now.outcome if now.outcome in levels else propose_outcome(dataset.schema[target])
        outcome = outcome_at.segmented_control(
            say("pages.data.outcome"),
            levels,
            default=default,
            required=True,
            format_func=plain,
            **rights.limits(Right.WORK, say, hint=say("pages.data.outcome_help")),
            key=f"outcome-{now.id}-{target}",
        )
    if may_ask and (target, outcome) != (now.target, now.outcome):
        session.ask(target, outcome)
        st.rerun()


def overview(dataset: Dataset, say: Phrases) -> None:
    """Four numbers: rows, columns, and what the target holds."""
    places = iter(st.columns(4))
    number(next(places), say("pages.data.rows"), dataset.rows, say)
    number(next(places), say("pages.data.columns"), len(dataset.schema.columns), say)
    asked = session.project()
    if not asked.target:
        return
    found, names = cached.summary(), {"target": asked.target, "outcome": asked.outcome}
    if asked.outcome:
        with next(places).container(border=True, height="stretch"):
            label = plain(say("pages.data.share", **names))
            st.metric(label, say("pages.data.percent", share=found.share))
            st.caption(say("pages.data.share_of", count=found.hits, rows=found.known))
    elif found.mean is not None:
        number(next(places), plain(say("pages.data.middle", **names)), found.mean, say)
    else:
        number(next(places), plain(say("pages.data.classes", **names)), found.classes, say)
    number(next(places), say("pages.data.missing_answers"), found.missing, say)


def number(place: Any, label: str, value: float, say: Phrases) -> None:
    """One number in a card."""
    with place.container(border=True, height="stretch"):
        st.metric(label, say("pages.data.number", value=value))


def preview(say: Phrases) -> None:
    """The first rows."""
    st.dataframe(cached.preview(), hide_index=True, alt=say("pages.data.preview"))


with page("data") as say:
    working.panel("bring", say, brought)
    project = session.maybe_project()
    if project is not None:
        removed.told(project, say)
    if project is None or not project.table or st.session_state.get("bring"):
        bring_part.part(say)
    if project is not None and project.table and not st.session_state.get("bring"):
        dataset = session.dataset()
        question(dataset, say)
        overview(dataset, say)
        bring_part.told(dataset, say)
        understood_part.part(say)
        findings_part.part(say)
        columns_part.part(say)
        privacy_part.part(say)
        people_part.part(say)
        fold(say("pages.data.preview"), "preview", lambda: preview(say), ":material/table_rows:")
        with st.container(horizontal=True):
            if st.button(say("pages.data.next"), type="primary"):
                journey.go("explore")
            bring = rights.of_a_bringer(say)
            if st.button(say("pages.data.another"), icon=":material/upload:", **bring):
                st.session_state["bring"] = True
                st.rerun()
            journey.link("behaviour", say("pages.data.log"))
