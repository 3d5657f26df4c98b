"""What the app answers, a finished result in one click, and where you were."""

from pathlib import Path

import streamlit as st

from core.store import allowed, projects
from core.store.projects import Project
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain
from pages.shared import journey, removed, rights, session, working
from pages.shared.frame import page

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "samples" / "shop_customers.csv"
QUESTION = {"target": "will_buy_again", "outcome": "yes"}
CARDS = {
    "buy": ":material/shopping_cart:",
    "leave": ":material/logout:",
    "next": ":material/category:",
    "much": ":material/payments:",
}


def cards(say: Phrases) -> None:
    """The four questions."""
    for column, (name, icon) in zip(st.columns(len(CARDS)), CARDS.items(), strict=True):
        with column.container(border=True, height="stretch"):
            st.subheader(f"{icon} {say(f'pages.home.card.{name}.title')}")
            st.write(say(f"pages.home.card.{name}.text"))


def begin(say: Phrases) -> None:
    """The sample, or a table of one's own."""
    with st.container(horizontal=True):
        if st.button(
            say("pages.home.try"),
            type="primary",
            icon=":material/play_arrow:",
            **rights.of_a_bringer(say, working.running("sample")),
        ):
            name = say("pages.home.sample_name")
            working.start("sample", "try_sample", file=str(SAMPLE), title=name, **QUESTION)
            st.rerun()
        may_bring = rights.of_a_bringer(say)
        if st.button(say("pages.home.bring"), icon=":material/upload:", **may_bring):
            st.session_state["bring"] = True
            journey.go("data")
        if st.button(say("pages.home.log"), icon=":material/timeline:"):
            journey.go("behaviour")
    working.panel("sample", say, sampled)


def sampled(result: dict[str, str]) -> None:
    """The finished sample opens."""
    session.choose(project=result["project"])
    session.choose(model=result["model"])
    journey.go("evaluate")


def recent(say: Phrases) -> None:
    """Projects, last used first."""
    known = projects.recent(session.home())
    if not known:
        return
    st.subheader(say("pages.home.recent"))
    for project in known:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(plain(project.name), width="stretch")
            st.caption(plain(say("pages.home.made", when=project.created[:10])), width="content")
            if not removed.is_gone(project):
                opening(project, say)
            if allowed.may(projects.folder(session.home(), project.id), Right.ADMIN):
                with st.popover(say("pages.home.remove"), key=f"remove-{project.id}"):
                    removal(project, say)
        removed.told(project, say)


def opening(project: Project, say: Phrases) -> None:
    """The way to a project's table."""
    if st.button(say("pages.home.open"), key=f"open-{project.id}"):
        session.choose(project=project.id)
        journey.go("data")


def removal(project: Project, say: Phrases) -> None:
    """Asks once more before a project goes."""
    st.write(plain(say("pages.home.remove_sure", name=project.name)))
    if st.button(say("pages.home.remove_yes"), key=f"sure-{project.id}"):
        session.forget(project.id)
        st.rerun()


with page("home") as say:
    st.write(say("pages.home.lead"))
    cards(say)
    begin(say)
    recent(say)
    promises = st.columns(2)
    for column, name in zip(promises, ("stays", "get"), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{say(f'pages.home.{name}')}**")
            st.write(say(f"pages.home.{name}_text"))
