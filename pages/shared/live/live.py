"""The component on the page: what it is given, and the edits it tells back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import streamlit as st

from core.charts.colours import DOWN, NEUTRAL, UP
from core.explain.values import cut
from core.text.phrases import Phrases
from core.text.plain import visible
from core.what_if.controls import Control, Sort
from core.what_if.live import Plain, View, cells, plain, plain_cell
from core.what_if.marking import Marked, allowed
from pages.shared import serving
from pages.shared.live import ground
from pages.shared.live.permit import Shown, permit

FOLDER = Path(__file__).parent
SCRIPTS = ("marks.js", "fields.js", "answer.js", "live.js")  # one module, in this order
KEY = "what-if-live"
EDITS = "what-if-edits"  # the session's word for them: other tabs write it too
WHOSE = "what-if-whose"
FIRST_FIELDS = 8
LONGEST_TEXT = 200  # characters of a text that are shown
WORDS = (
    *("fields", "answer", "before", "after", "reset", "missing", "more", "chart_before"),
    *("chart_after", "table", "column", "caution", "back", "slider", "curve", "old", "new"),
    *("was", "now", "change", "offline"),
)

_COMPONENT = st.components.v2.component(
    "whybuy_live",
    html="<div class='live'></div>",
    css=(FOLDER / "live.css").read_text("utf-8"),
    js="\n".join((FOLDER / script).read_text("utf-8") for script in SCRIPTS),
)


def customer(shown: Shown, order: list[str], say: Phrases) -> dict[str, Plain]:
    """One customer's fields, the most influential first, and the answer beside them.

    Gives the edits that hold now.
    """
    stands = ground.ground(shown)
    known, marked = stands.controls, stands.marked
    edits = current(shown, known, marked)
    told = st.session_state.get(KEY, {}).get("told") or {}
    data = {
        "whose": _whose(shown),
        "of": shown.of,
        "permit": permit(shown),
        "route": serving.route(),
        "heard": told.get("turn", 0),
        "edits": edits,
        "fields": [_field(known[name], say) | _mark(known[name], marked, say) for name in order],
        "first": FIRST_FIELDS,
        "words": {word: say(f"live.words.{word}") for word in WORDS},
        "colours": {"up": UP, "down": DOWN, "same": NEUTRAL},
    }
    _COMPONENT(key=KEY, data=data | _answered(shown, edits, told, order), on_told_change=_heard)
    return edits


def _answered(
    shown: Shown, edits: dict[str, Plain], told: dict[str, Any], order: list[str]
) -> dict[str, Any]:
    """The answer and the lines; nothing where the browser told the edits and has had both."""
    mine = told.get("whose") == _whose(shown) and told.get("of") == shown.of
    if mine and told["quick"] and serving.route() and told["edits"] == edits:
        return {"answer": None, "lines": []}
    view = View(rows=tuple(told["rows"]) if mine else ())
    return {
        "answer": msgspec.to_builtins(ground.answer(shown, edits, view)),
        "lines": msgspec.to_builtins(ground.lines(shown, edits, tuple(order[:FIRST_FIELDS]))),
    }


def begin(shown: Shown) -> None:
    """Another customer, or another model, starts unchanged."""
    if st.session_state.setdefault(WHOSE, _whose(shown)) != _whose(shown):
        st.session_state[WHOSE] = _whose(shown)
        st.session_state[EDITS] = {}


def stand_at(shown: Shown, edits: Mapping[str, object]) -> None:
    """That customer's fields stand at the edits when they are drawn next."""
    st.session_state[WHOSE], st.session_state[EDITS] = _whose(shown), dict(edits)


def current(shown: Shown, known: dict[str, Control], marked: Marked) -> dict[str, Plain]:
    """The session's edits as far as they are this customer's, and may be made."""
    begin(shown)
    return plain(allowed(marked, cells(known, st.session_state.get(EDITS, {}))))


def _whose(shown: Shown) -> str:
    return f"{shown.project}/{shown.model}/{shown.row}"


def _heard() -> None:
    told = st.session_state[KEY].told
    if told["whose"] == st.session_state.get(WHOSE):
        st.session_state[EDITS] = dict(told["edits"])


def _field(control: Control, say: Phrases) -> dict[str, Any]:
    """A field as JSON knows it."""
    shown: dict[str, Any] = {
        "column": control.column,
        "label": visible(control.column),
        "sort": "number" if control.sort is Sort.SLIDER else str(control.sort),
        "value": plain_cell(control.value),
        "gaps": control.gaps or control.value is None,
    }
    if control.sort is Sort.TEXT:
        value = None if control.value is None else cut(control.value, LONGEST_TEXT)
        return shown | {"sort": "stands", "value": value, "hint": say("live.field.text")}
    if control.sort is Sort.CHOICE:
        return shown | {"levels": [[level, visible(level)] for level in control.levels]}
    low, high = plain_cell(control.low), plain_cell(control.high)
    return shown | {"low": low, "high": high, "step": control.step, "whole": _whole(control)}


def _mark(control: Control, marked: Marked, say: Phrases) -> dict[str, Any]:
    """How a field that nobody changes by hand is shown; nothing for others, and for texts."""
    name = control.column
    if marked.may_change(name) or control.sort is Sort.TEXT:
        return {}
    if name in marked.formulas:
        hint = say("live.field.derived", formula=visible(marked.formulas[name].text))
    else:
        hint = say("live.field.faulty" if name in marked.faults else "live.field.fixed")
    return {"sort": "stands", "hint": hint}


def _whole(control: Control) -> bool:
    return isinstance(control.low, int)
