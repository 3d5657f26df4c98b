"""What should be predicted, and from which past: a log, a question, its table and its proof."""

import streamlit as st

from core.behaviour.asking import tells_history
from core.text.phrases import Phrases
from pages.shared import (
    behaviour_bring,
    behaviour_build,
    behaviour_features,
    behaviour_log,
    behaviour_pictures,
    behaviour_question,
    behaviour_tables,
)
from pages.shared.behaviour_log import Known
from pages.shared.frame import page

TABS = ("question", "features", "pictures", "tables")


def without_history(log: Known, say: Phrases) -> None:
    """The tables as they are understood; the history is recorded where nothing is wrong."""
    if not behaviour_tables.wrong(log, say):
        behaviour_log.recording(log, say)
    behaviour_tables.part(log, None, say)


def with_history(log: Known, say: Phrases) -> None:
    """The table in use, and one part of the work at a time."""
    found = behaviour_log.looked_over(log, say)
    behaviour_build.result(log, say)
    labels = [say(f"behaviour.tab.{name}") for name in TABS]
    tabs = st.tabs(labels, key="behaviour-tabs", on_change="rerun")
    opened = {name: tab for name, tab in zip(TABS, tabs, strict=True) if tab.open}
    for name, tab in opened.items():
        with tab:
            if name == "question":
                behaviour_question.part(log, found, say)
            elif name == "features":
                behaviour_features.part(log, found, say)
            elif name == "pictures":
                behaviour_pictures.part(log, found, say)
            else:
                behaviour_tables.told(found.story, say)
                behaviour_tables.part(log, found.story, say)


with page("behaviour") as say:
    behaviour_bring.panel(say)
    log = behaviour_log.known()
    if log is None or not tells_history(log.log.uses):
        behaviour_bring.nothing(log is not None, say)
    elif behaviour_log.recorded(log):
        with_history(log, say)
    else:
        without_history(log, say)
