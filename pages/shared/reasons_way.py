"""How reasons are worked out: method, background, seed, and columns that count as one."""

from __future__ import annotations

import streamlit as st

from core.explain.explaining import methods_for
from core.explain.shapley.method import BACKGROUND_ROWS, Asked
from core.explain.shapley.players import Together
from core.store import families
from core.store.models import SavedModel
from core.store.reasons import LARGEST_SEED, Way, way_text
from core.text.phrases import Phrases
from core.text.plain import plain
from pages.shared import frame, session

SMALLEST = 2


def chosen(saved: SavedModel, of: str, say: Phrases) -> str:
    """The text of the way that the folded section asks for."""
    with st.expander(say("pages.explain.way"), icon=":material/settings:"):
        st.caption(say("pages.explain.way_help"))
        method, background, seed = st.columns(3)
        with method:
            by = _method(saved, say)
        with background:
            rows = _background(saved, say)
        with seed:
            drawn = _seed(saved, say)
        with frame.guarded(say):
            _families(saved, say)
    return way_text(Way(of, by, Asked(rows, drawn, together=together(saved))))


def together(saved: SavedModel) -> Together:
    """The project's families of columns, as far as the model has the columns."""
    kept = families.kept(session.folder(), saved.model.spec.dataset)
    return families.known(kept, tuple(column.name for column in saved.model.spec.features))


def _method(saved: SavedModel, say: Phrases) -> str:
    return str(
        st.selectbox(
            say("pages.explain.method"),
            methods_for(saved.model),
            format_func=lambda key: say(f"explain.method.{key}.name"),
            help=say("pages.explain.method_help"),
            key=f"reasons-method-{saved.model.spec.id}",
            persist_state="session",
        )
    )


def _background(saved: SavedModel, say: Phrases) -> int:
    most = len(saved.model.background)
    return int(
        st.number_input(
            say("pages.explain.background"),
            min(SMALLEST, most),
            most,
            min(BACKGROUND_ROWS, most),
            help=say("pages.explain.background_help"),
            key=f"reasons-background-{saved.model.spec.id}",
            persist_state="session",
        )
    )


def _seed(saved: SavedModel, say: Phrases) -> int:
    return int(
        st.number_input(
            say("pages.explain.seed"),
            0,
            LARGEST_SEED,
            min(saved.model.spec.seed, LARGEST_SEED),
            help=say("pages.explain.seed_help"),
            key=f"reasons-seed-{saved.model.spec.id}",
            persist_state="session",
        )
    )


def _families(saved: SavedModel, say: Phrases) -> None:
    """The families there are, each with a way out, and a place for one more."""
    st.markdown(f"**{say('pages.explain.families')}**", help=say("pages.explain.families_help"))
    project, table = session.folder(), saved.model.spec.dataset
    kept = families.kept(project, table)
    for name, members in kept:
        with st.container(horizontal=True, vertical_alignment="center", key=f"family-{name}"):
            st.write(plain(say("pages.explain.family", name=name, columns=members)))
            if st.button(say("pages.explain.family_remove"), key=f"family-remove-{name}"):
                families.keep(project, table, families.without(kept, name))
                st.rerun()
    columns = tuple(column.name for column in saved.model.spec.features)
    left, right = st.columns(2)
    with left:
        called = st.text_input(say("pages.explain.family_name"), key=f"family-name-{len(kept)}")
    with right:
        members = st.multiselect(
            say("pages.explain.family_columns"), columns, key=f"family-columns-{len(kept)}"
        )
    ready = bool(called) and len(members) > 1
    if st.button(say("pages.explain.family_add"), disabled=not ready, key="family-add"):
        families.keep(project, table, families.added(kept, called, tuple(members), columns))
        st.rerun()
