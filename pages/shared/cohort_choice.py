"""The saved group of customers that pages are narrowed to, chosen once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.data.privacy.counts import K
from core.evaluate.among import judged_among
from core.evaluate.evaluation import Evaluation
from core.explain.explanation import Explanation
from core.explore.filter_words import all_words
from core.explore.filters import Filter
from core.explore.meeting import meeting
from core.store import cohorts, tables
from core.store.clock import now
from core.store.cohorts import Cohort
from core.store.fitting import as_asked
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words, visible
from pages.shared import cached, session

EVERYONE = ""
SAVED = "cohort-saved"
Evaluations = dict[str, Evaluation]


def chosen(say: Phrases) -> Cohort | None:
    """The cohort to look at; None for everyone, and where the project has none for its table."""
    known = {each.id: each for each in cohorts.fitting(session.folder(), session.dataset().schema)}
    if not known:
        return None
    place = key()
    if st.session_state.get(place) not in (None, EVERYONE, *known):  # deleted in another tab
        st.session_state.pop(place)
    id_ = st.selectbox(
        say("segments.cohort.label"),
        [EVERYONE, *known],
        format_func=lambda id_: (
            visible(known[id_].name) if id_ in known else say("segments.cohort.everyone")
        ),
        help=say("segments.cohort.help"),
        key=place,
        persist_state="session",
    )
    found = known.get(id_)
    if found is not None:
        facts = {"name": found.name, "filters": all_words(found.filters, say)}
        st.caption(plain_words(say("segments.cohort.shown", **facts)))
    return found


def filters(say: Phrases) -> tuple[Filter, ...]:
    """The conditions of the chosen cohort; none for everyone."""
    found = chosen(say)
    return found.filters if found else ()


def keep(name: str, wanted: tuple[Filter, ...], origin: cohorts.Origin | None = None) -> None:
    """Saves conditions under a name and draws the page again, so that every list has it."""
    made = cohorts.keep(session.folder(), name, wanted, now(), origin)
    st.session_state[SAVED] = made.name
    st.rerun()


def told_saved(say: Phrases) -> None:
    """Says once that a cohort was saved."""
    name = st.session_state.pop(SAVED, "")
    if name:
        st.toast(
            plain_words(say("segments.part.saved", name=name)), icon=":material/bookmark_added:"
        )


def saving(wanted: tuple[Filter, ...], say: Phrases) -> None:
    """A place to save conditions as a cohort, where there are any."""
    told_saved(say)
    if not wanted or not session.may(Right.WORK):
        return
    with st.popover(say("segments.cohort.keep"), icon=":material/bookmark_add:"):
        st.caption(say("segments.cohort.keep_help"))
        name = st.text_input(
            say("segments.part.name"), value=all_words(wanted, say), key="cohort-name"
        )
        if st.button(say("segments.part.save"), key="cohort-keep"):
            keep(name, wanted)


def judged(found: Evaluations, of: cached.Key, say: Phrases) -> tuple[Evaluations, cached.Key]:
    """The evaluations narrowed to the chosen cohort, and their key; as they were for everyone.

    ``of`` is the key of the evaluations. Where fewer than ten were held out, that is said instead.
    """
    cohort = chosen(say)
    if cohort is None:
        return found, of
    place = (*of, cached.filters_text(cohort.filters))
    narrowed = cached.answer((*place, "cohort"), lambda: _narrowed(found, cohort))
    every = next(iter(found.values())).predictions.rows
    if narrowed is None:
        facts = {"least": K, "name": cohort.name}
        st.info(plain_words(say("segments.cohort.nobody", **facts)), icon=":material/info:")
        return found, of
    left = next(iter(narrowed.values())).predictions.rows
    facts = {"name": cohort.name, "rows": len(left), "all": len(every)}
    st.caption(plain_words(say("segments.cohort.held_out", **facts)))
    return narrowed, place


@dataclass(frozen=True, eq=False)
class Narrowed:
    """The reasons to be shown, and whose they are: a cohort's by name, or everyone's."""

    found: Explanation
    cohort: str = ""


def explained(found: Explanation, of: cached.Key, say: Phrases) -> Narrowed:
    """The reasons of the chosen cohort's customers; of everyone where too few are explained."""
    cohort = chosen(say)
    if cohort is None:
        return Narrowed(found)
    place = (*of, "cohort", len(found.rows), cached.filters_text(cohort.filters))
    positions = cached.answer(place, lambda: _positions(found, cohort))
    if len(positions) < K:
        facts = {"name": cohort.name, "all": len(found.rows), "least": K}
        words = say("segments.cohort.none_explained", **facts)
        st.info(plain_words(words), icon=":material/info:")
        return Narrowed(found)
    facts = {"name": cohort.name, "rows": len(positions), "all": len(found.rows)}
    st.caption(plain_words(say("segments.cohort.explained", **facts)))
    return Narrowed(found.only(positions), cohort.name)


def _narrowed(found: Evaluations, cohort: Cohort) -> Evaluations | None:
    """None where a model held too few of them out."""
    inside = {name: _meeting(cohort, each.predictions.rows) for name, each in found.items()}
    if any(len(rows) < K for rows in inside.values()):
        return None
    return {name: judged_among(each, inside[name]) for name, each in found.items()}


def _positions(found: Explanation, cohort: Cohort) -> list[int]:
    inside = set(_meeting(cohort, found.rows).tolist())
    return [place for place, row in enumerate(found.rows.tolist()) if row in inside]


def _meeting(cohort: Cohort, rows: Any) -> Any:
    """Those of the rows of the model's table that belong to the cohort."""
    saved = cached.saved(str(session.folder()), session.model_id())
    spec = saved.model.spec
    dataset = as_asked(tables.load(session.folder(), spec.dataset), spec)
    return meeting(dataset, cohort.filters, rows.tolist())


def key() -> str:
    """Under which the choice stands that all pages share."""
    return f"cohort-{session.project().id}"
