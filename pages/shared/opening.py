"""A kept scenario is opened again: the fields of its tab stand at what was saved."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.explore.filters import Filter
from core.schema import Kind, Schema
from core.store import cohorts
from core.store.scenarios import Customer, Kept
from core.text.phrases import Phrases
from core.what_if.segment import Segment
from core.what_if.totals import Money
from pages.shared import (
    cached,
    cohort_choice,
    customer,
    explored,
    marking_kept,
    segment_kept,
    segment_tab,
    session,
)
from pages.shared.live import live
from pages.shared.live.permit import Shown
from pages.shared.segment_wish import LEVERS

TAB = "what-if-tab"
OF = "what-if-class"
OFFERED = "segment-formulas-offered"


def reopen(kept: Kept, say: Phrases) -> None:
    """The tab that a scenario was made on, with its model where that is still there.

    To be called before the widgets are drawn: by a button's ``on_click``.
    """
    made = kept.made
    if any(entry.id == made.model for entry in session.board()):
        session.choose(model=made.model)
    model = cached.saved(str(session.folder()), session.model_id()).model
    if made.of in model.classes:
        st.session_state[OF] = made.of
    if made.customer is not None:
        st.session_state[TAB] = say("live.tab.one")
        _customer(made.customer, Shown(session.project().id, session.model_id(), 0, "", ""))
    if made.segment is not None:
        st.session_state[TAB] = say("live.tab.segment")
        _segment(made.segment)
        _money(made.money)


def _customer(made: Customer, shown: Shown) -> None:
    """Which customer, and the edits; the row may be beyond a table that was shortened."""
    start = customer.AVERAGE if made.row < 0 else customer.ANY_ROW
    st.session_state["customer-start"] = start
    row = made.row
    if row >= 0:
        row = min(row, session.dataset().rows - 1)
        st.session_state["customer-row-start"] = session.row_shown(row)
    at = Shown(shown.project, shown.model, row, shown.of, shown.language)
    live.stand_at(at, made.edits)


def _segment(asked: Segment) -> None:
    """Who and what, as far as there are fields for it; what came of it is shown beside."""
    st.session_state["segment-among"] = asked.among
    _conditions(_cohort(asked.filters), session.dataset().schema)
    st.session_state["segment-second"] = len(asked.levers) > 1
    for which, lever in zip(LEVERS, asked.levers, strict=False):
        name, move = lever.column, lever.move
        st.session_state[f"segment-column-{which}"] = name
        st.session_state[f"segment-move-{which}-{name}"] = move
        st.session_state[f"segment-amount-{which}-{move}-{name}"] = lever.amount
        st.session_state[f"segment-whole-{which}-{name}"] = lever.whole
    offer_formulas()
    st.session_state["segment-derived"] = [each.column for each in asked.derived]
    for each in asked.derived:
        st.session_state[f"segment-formula-{each.column}"] = each.formula
    st.session_state[segment_tab.ASKED] = (session.model_id(), segment_kept.text(asked))


def offer_formulas() -> None:
    """The formulas of the marking stand in the segment's fields; another one's stay."""
    formulas = {name: found.text for name, found in marking_kept.now().formulas.items()}
    before: dict[str, str] = st.session_state.get(OFFERED, {})
    if formulas == before:
        return
    st.session_state[OFFERED] = formulas
    own = [name for name in st.session_state.get("segment-derived", ()) if name not in before]
    st.session_state["segment-derived"] = list(dict.fromkeys([*own, *formulas]))
    for name, text in formulas.items():
        st.session_state[f"segment-formula-{name}"] = text


def _money(made: Money | None) -> None:
    st.session_state["segment-margin"] = made.margin if made else None
    st.session_state["segment-cost"] = made.cost if made else None


def _cohort(filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
    """Chooses the cohort that the filters begin with, where one does; gives those that are left."""
    key = cohort_choice.key()
    for each in cohorts.fitting(session.folder(), session.dataset().schema):
        if each.filters and filters[: len(each.filters)] == each.filters:
            st.session_state[key] = each.id
            return filters[len(each.filters) :]
    st.session_state.pop(key, None)
    return filters


def _conditions(filters: tuple[Filter, ...], schema: Schema) -> None:
    """The conditions on columns of the table, in their fields."""
    known = {wanted.column: wanted for wanted in filters if wanted.column in schema}
    st.session_state["segment-filters"] = list(known)
    for name, wanted in known.items():
        held = explored.distribution(name, explored.EVERYONE)
        if schema[name].kind is Kind.NUMBER and held.spread is not None:
            low, high = held.spread.span
            ends = (_end(wanted.low, low, low, high), _end(wanted.high, high, low, high))
            st.session_state[f"filter-{name}"] = ends
        elif schema[name].kind is Kind.DATE and held.first is not None and held.last is not None:
            first, last = held.first.date(), held.last.date()
            ends = (_day(wanted.low, first, first, last), _day(wanted.high, last, first, last))
            st.session_state[f"filter-{name}"] = ends
        else:
            levels = [each for each in wanted.levels or () if each in schema[name].levels]
            st.session_state[f"filter-{name}"] = levels


def _end(wanted: float | str | None, usual: float, low: float, high: float) -> float:
    return usual if wanted is None else min(max(float(wanted), low), high)


def _day(wanted: float | str | None, usual: date, low: date, high: date) -> date:
    if wanted is None:
        return usual
    return min(max(date.fromisoformat(str(wanted)[:10]), low), high)
