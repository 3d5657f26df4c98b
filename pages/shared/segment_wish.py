"""What a person asks of a segment: who is in it, one or two levers, formulas, and money."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.explore.filters import Filter
from core.schema import Kind
from core.store.models import SavedModel
from core.text.phrases import Phrases
from core.text.plain import plain
from core.train.field import Field
from core.what_if.lever import MOVES, Lever, Move, starting_amount
from core.what_if.segment import Among, Derived, Segment
from core.what_if.totals import Money
from pages.shared import cached, cohort_choice, inputs, session

AVERAGE_ROW = -1
LEVERS = ("one", "two")
KEPT: Literal["session"] = "session"


def wish(saved: SavedModel, of: str, say: Phrases) -> Segment:
    """The segment as the widgets stand."""
    st.subheader(say("segment.tab.who"))
    among = _among(saved, say)
    filters = _filters(say)
    st.subheader(say("segment.tab.change"))
    levers = [_lever(LEVERS[0], saved, of, say)]
    if st.toggle(say("segment.tab.second"), key="segment-second", persist_state=KEPT):
        levers.append(_lever(LEVERS[1], saved, of, say))
    return Segment(among, filters, tuple(levers), _derived(saved, say))


def _among(saved: SavedModel, say: Phrases) -> Among:
    chosen = st.segmented_control(
        say("segment.tab.among"),
        list(Among),
        default=Among.HELD_OUT,
        required=True,
        format_func=lambda among: say(f"segment.among.{among}.name"),
        key="segment-among",
        persist_state=KEPT,
    )
    counts = {"rows": session.dataset().rows, "held_out": len(saved.model.held_out)}
    st.caption(say(f"segment.among.{chosen}.help", **counts))
    return Among(chosen)


def _filters(say: Phrases) -> tuple[Filter, ...]:
    label, everyone = say("segment.tab.filters"), say("segment.tab.everyone")
    saved = cohort_choice.filters(say)
    conditions = inputs.conditions(label, session.dataset().schema, "segment-filters", everyone)
    return (*saved, *conditions)


def _lever(which: str, saved: SavedModel, of: str, say: Phrases) -> Lever:
    model = saved.model
    columns = {c.name: c for c in model.spec.features if MOVES[c.kind]}
    order = cached.order(str(session.folder()), model.spec.id, AVERAGE_ROW, of)
    fields = {field.column: field for field in model.fields}
    name = st.selectbox(
        say("segment.tab.column"),
        [name for name in order if name in columns],
        format_func=plain,
        key=f"segment-column-{which}",
        persist_state=KEPT,
    )
    left, right = st.columns(2)
    move = left.selectbox(
        say("segment.tab.move"),
        MOVES[columns[name].kind],
        format_func=lambda move: say(f"segment.move.{move}"),
        key=f"segment-move-{which}-{name}",
        persist_state=KEPT,
    )
    with right:
        amount = _amount(which, move, fields[name], say)
    whole = fields[name].whole and move is Move.MULTIPLY and _whole(which, name, say)
    return Lever(name, move, amount, whole)


def _amount(which: str, move: Move, field: Field, say: Phrases) -> float | str:
    start, key = starting_amount(move, field), f"segment-amount-{which}-{move}-{field.column}"
    label = say(f"segment.amount.{move}")
    if isinstance(start, str):
        level = st.selectbox(label, field.levels, format_func=plain, key=key, persist_state=KEPT)
        return str(level)
    help_ = None
    if field.kind is Kind.NUMBER and field.low is not None:
        help_ = say("segment.tab.range", low=field.low, high=field.high)
    return float(
        st.number_input(
            label, value=float(start), format="%g", help=help_, key=key, persist_state=KEPT
        )
    )


def _whole(which: str, name: str, say: Phrases) -> bool:
    key = f"segment-whole-{which}-{name}"
    return st.toggle(say("segment.tab.whole"), True, key=key, persist_state=KEPT)


def _derived(saved: SavedModel, say: Phrases) -> tuple[Derived, ...]:
    numbers = [c.name for c in saved.model.spec.features if c.kind is Kind.NUMBER]
    with st.expander(say("segment.tab.derived"), icon=":material/function:"):
        st.caption(say("segment.tab.derived_help"))
        chosen = st.multiselect(
            say("segment.tab.derived_columns"),
            numbers,
            format_func=plain,
            placeholder=say("segment.tab.none"),
            key="segment-derived",
            persist_state=KEPT,
        )
        typed = {
            name: st.text_input(
                say("segment.tab.formula", column=plain(name)),
                key=f"segment-formula-{name}",
                placeholder=say("segment.tab.formula_example"),
                persist_state=KEPT,
            )
            for name in chosen
        }
    return tuple(Derived(name, text) for name, text in typed.items() if text.strip())


def money(saved: SavedModel, say: Phrases) -> Money | None:
    """What one more positive brings and one touched customer costs; None where nothing is said."""
    kind = "class" if saved.model.classes else "value"
    with st.expander(say("segment.tab.money"), icon=":material/payments:"):
        left, right = st.columns(2)
        margin = left.number_input(
            say(f"segment.money.margin_{kind}"), value=None, key="segment-margin", format="%g",
            help=say(f"segment.money.margin_{kind}_help"), persist_state=KEPT,
        )  # fmt: skip
        cost = right.number_input(
            say("segment.money.cost"), 0.0, value=None, key="segment-cost", format="%g",
            help=say("segment.money.cost_help"), persist_state=KEPT,
        )  # fmt: skip
    return None if margin is None else Money(float(margin), float(cost or 0.0))
