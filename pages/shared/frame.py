"""What every page stands in: title, what it is about, the sidebar, and where errors end."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import NotChosen, UserError, VaultLocked
from core.store import projects, vault
from core.store.access import access
from core.store.glance import glancing
from core.store.trace import silent_on_values
from core.store.who import acting, acting_as
from core.text.phrases import Phrases, languages
from core.text.plain import plain, plain_words
from pages.shared import journey, serving, session
from pages.shared.around import inside, signed

REFUSED = "refused"  # what a click could not do, until it is said
ICON = Path(__file__).with_name("icon.png")


@contextmanager
def page(name: str) -> Iterator[Phrases]:
    """Draws the frame of a page; whatever goes wrong within ends here as a sentence."""
    silent_on_values()
    inside.vouch()
    journey.begin_at(name)
    say = session.words()
    with glancing(), acting_as(inside.person()):
        st.set_page_config(page_title=say("pages.app"), page_icon=str(ICON), layout="wide")
        _admit(say)
        inside.at(name)
        session.recall()
        st.title(say(f"pages.{name}.title"))
        _sidebar(say)
        about, begun = "", False
        with guarded(say):
            about = "" if name == "home" else _about(say)
            begun = True
        if not begun:
            st.stop()
        with guarded(say):
            if about:
                st.caption(about)
            if refused := st.session_state.pop(REFUSED, None):
                st.error(sentence(say, *refused), icon=":material/error:")
            yield say


@contextmanager
def guarded(say: Phrases) -> Iterator[None]:
    """Errors within become a sentence in place; fragments need this of their own."""
    try:
        yield
    except NotChosen as error:
        _missing(say, error)
    except VaultLocked as error:
        if session.is_locked():
            _unlock(say)
        else:  # only the real ids are, and the page has a field for it
            st.error(sentence(say, error.code, error.facts), icon=":material/error:")
    except UserError as error:
        st.error(sentence(say, error.code, error.facts), icon=":material/error:")
    except Exception:  # the edge: the trace goes to the log, the person gets a reference
        reference = uuid.uuid4().hex[:8]
        logging.exception("reference %s", reference)
        st.error(sentence(say, "unexpected", {"reference": reference}), icon=":material/error:")


def sentence(say: Phrases, code: str, facts: dict[str, object]) -> str:
    """An error in words that no text of the user's can dress up."""
    return plain_words(say(f"errors.{code}", **facts))


def clicked(call: Callable[..., object]) -> Callable[..., None]:
    """For a widget's ``on_click``: what stood in the way is said on the page that is drawn then."""

    def called(*args: Any) -> None:
        try:
            call(*args)
        except UserError as error:
            st.session_state[REFUSED] = (error.code, error.facts)

    return called


def fragment(body: Callable[[Phrases], None], say: Phrases, every: float | None = None) -> None:
    """Runs ``body(say)`` as a fragment with its own guard, again every so many seconds."""

    def within() -> None:
        if inside.must_sign_in():  # signed out in another tab, or too long ago
            st.rerun()
        with glancing(), acting_as(inside.person()), guarded(say):
            body(say)

    st.fragment(within, run_every=every)()


def _admit(say: Phrases) -> None:
    """Ends the run for whoever has to sign in first, for another's session, and for a person whom
    nobody has let in."""
    if inside.must_sign_in():
        _sign_in(say)
        st.stop()
    if not inside.is_own_session():
        st.error(say("around.another"), icon=":material/block:")
        st.stop()
    if not session.may_bring() and not projects.recent(session.home()):
        facts = {"who": acting().name, "ask": access(session.home()).admins}
        st.warning(plain_words(say("people.outside", **facts)), icon=":material/block:")
        st.button(say("around.sign_in.out"), on_click=clicked(inside.sign_out), key="sign-out")
        st.stop()


def _sign_in(say: Phrases) -> None:
    """A button for each who vouches for people."""
    st.title(say("around.sign_in.title"))
    st.write(say("around.sign_in.why"))
    for name in signed.providers():
        with_whom = say("around.sign_in.with", name=name) if name else say("around.sign_in.go")
        st.button(
            plain(with_whom), type="primary", on_click=st.login, args=(name,),
            key=f"sign-in-{name}" if name else "sign-in",
        )  # fmt: skip


def _missing(say: Phrases, error: NotChosen) -> None:
    with st.container(border=True):
        st.subheader(say(f"pages.missing.{error.what}.title"))
        st.write(say(f"pages.missing.{error.what}.why"))
        if st.button(say(f"pages.missing.{error.what}.go"), type="primary", key="mend"):
            journey.go(error.page)


def _unlock(say: Phrases) -> None:
    """The one thing that can be done with a project that is encrypted under a passphrase."""
    with st.form("unlock"):
        st.subheader(say("privacy.locked.title"))
        st.write(say("privacy.locked.why"))
        word = st.text_input(say("privacy.vault.word"), type="password", key="word-unlock")
        asked = st.form_submit_button(say("privacy.locked.open"), type="primary")
    if asked and word:
        with guarded(say):
            vault.unlock(projects.folder(session.home(), session.project().id), word)
            st.rerun()


def _about(say: Phrases) -> str:
    project = session.maybe_project()
    if project is None or not project.table:
        return ""
    dataset = session.dataset()
    facts = {"name": dataset.name, "rows": dataset.rows, "target": project.target}
    if project.outcome:
        return plain_words(say("pages.about.outcome", outcome=project.outcome, **facts))
    return plain_words(
        say("pages.about.target" if project.target else "pages.about.table", **facts)
    )


def _sidebar(say: Phrases) -> None:
    with st.sidebar:
        _choose_project(say)
        if len(languages()) > 1:
            st.selectbox(say("pages.sidebar.language"), languages(), key="language")
        if inside.is_signed_in():
            st.caption(plain_words(say("people.as", who=acting().name)))
            st.button(say("around.sign_in.out"), on_click=clicked(inside.sign_out), key="sign-out")
        else:
            st.caption(say("people.here"))
        if not serving.route():
            st.caption(say("around.bare"))


def _choose_project(say: Phrases) -> None:
    known = projects.recent(session.home())
    if not known:
        return
    names = projects.told_apart(known)
    current = session.maybe_project()
    chosen = st.selectbox(
        say("pages.sidebar.project"),
        list(names),
        index=list(names).index(current.id) if current and current.id in names else None,
        format_func=lambda id_: names.get(id_, id_),
        placeholder=say("pages.sidebar.none"),
        key=f"sidebar-project-{current.id if current else ''}",
    )
    if chosen and (current is None or chosen != current.id):
        session.choose(project=chosen)
        st.rerun()
    _choose_model(say)


def _choose_model(say: Phrases) -> None:
    current = session.maybe_project()
    if current is None or not current.table or not current.target or session.is_locked():
        return
    using, names = session.maybe_model(), session.names(say)
    if using is None:
        return
    chosen = st.selectbox(
        say("pages.sidebar.model"),
        list(names),
        index=list(names).index(using),
        format_func=lambda id_: names[id_],
        key=f"sidebar-model-{using}-{len(names)}",
    )
    if chosen and chosen != using:
        session.choose(model=chosen)
        st.rerun()
