"""What stayed of a project whose customers' data were removed when their time was over."""

from __future__ import annotations

import streamlit as st

from core.store import projects, retention
from core.store.projects import Project
from core.store.retention import Kept, Measured
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import session


def is_gone(project: Project) -> bool:
    """Whether the customers' data of a project were removed."""
    known = _kept(project)
    return known is not None and bool(known.removed)


def told(project: Project, say: Phrases) -> None:
    """What stayed of a project whose customers' data are gone; nothing where they are there."""
    known = _kept(project)
    if known is None or not known.removed:
        return
    facts = {"name": project.name, "date": known.removed[:10], "days": known.days}
    st.caption(plain_words(say("privacy.keep.went", **facts)))
    for each in known.measured:
        st.caption(plain_words(_measure(each, say)))


def _kept(project: Project) -> Kept | None:
    return retention.kept(projects.folder(session.home(), project.id))


def _measure(each: Measured, say: Phrases) -> str:
    first = each.headline
    return say(
        "privacy.keep.measured",
        model=say(f"models.{each.family}.name"),
        target=each.target,
        metric=say(f"evaluate.metric.{first.metric}.name"),
        value=first.value,
        low=first.low,
        high=first.high,
        rows=each.held_out_rows,
    )
