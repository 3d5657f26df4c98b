"""Kept scenarios of the question in use, side by side."""

from __future__ import annotations

import streamlit as st

from core.charts.scenarios import Line, points
from core.explain.explanation import Scale
from core.explain.sentences import subject
from core.store import scenarios
from core.store.models import SavedModel
from core.store.roles import Right
from core.store.scenarios import Kept
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from core.what_if import segment_words
from core.what_if.totals import outcome_of
from pages.shared import opening, session, show


def tab(saved: SavedModel, of: str, say: Phrases) -> None:
    """All scenarios of what is looked at, as one chart and table; each opens again, or goes."""
    every = scenarios.listed(session.folder())
    spec = saved.model.spec
    asked = outcome_of(saved.model, of)
    shown = [
        one
        for one in every
        if (one.made.target, one.made.of) == (spec.target.name, asked)
        and one.made.figures.customers
    ]
    if not shown:
        st.info(say("segment.scenarios.empty"), icon=":material/info:")
    else:
        scale = Scale.CHANCE if saved.model.classes else Scale.VALUE
        names = session.names(say)
        lines = tuple(_line(one, names, say) for one in shown)
        subject_ = subject(asked, scale, spec.target.name)
        show.draw("scenarios", points(lines, scale, subject_), say)
        st.caption(say("segment.tab.caution"))
        _kept_again(shown, say)
    if len(every) > len(shown):
        st.caption(say("segment.scenarios.others", others=len(every) - len(shown)))


def _line(one: Kept, names: dict[str, str], say: Phrases) -> Line:
    made = one.made
    return Line(
        name=one.name,
        who=_who(one, say),
        what=_what(one, say),
        model=names.get(made.model, say("segment.scenarios.model_gone")),
        made_at=one.made_at,
        figures=made.figures,
    )


def _who(one: Kept, say: Phrases) -> str:
    made = one.made
    if made.segment is not None:
        return segment_words.who(made.segment, say)
    if made.customer is None or made.customer.row < 0:
        return say("segment.scenarios.average")
    return say("segment.scenarios.row", number=session.row_shown(made.customer.row))


def _what(one: Kept, say: Phrases) -> str:
    made = one.made
    if made.segment is not None:
        return segment_words.what(made.segment, say)
    return segment_words.edits(made.customer.edits if made.customer else {}, say)


def _kept_again(shown: list[Kept], say: Phrases) -> None:
    """One of them is chosen, and opened again or deleted."""
    known = {one.id: one for one in shown}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            say("segment.scenarios.which"),
            list(known),
            format_func=lambda id_: plain(known[id_].name if id_ in known else id_),
            key="scenario-chosen",
            width=360,
        )
        of = "segment" if known[chosen].made.segment is not None else "customer"
        opened = st.button(
            say("segment.scenarios.open"),
            on_click=opening.reopen,
            args=(known[chosen], say),
            help=say(f"segment.scenarios.open_{of}"),
            icon=":material/edit:",
            key="scenario-open",
        )
        if session.may(Right.WORK):
            _removal(known[chosen], say)
    if opened:
        st.rerun()


def _removal(chosen: Kept, say: Phrases) -> None:
    with st.popover(say("segment.scenarios.remove"), icon=":material/delete:"):
        st.write(plain_words(say("segment.scenarios.sure", name=chosen.name)))
        if st.button(say("segment.scenarios.yes"), key="scenario-remove-yes"):
            scenarios.remove(session.folder(), chosen.id)
            st.rerun()
