"""Widgets that fit a value: a family's settings, a filter's range, a customer's field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field as SettingField
from dataclasses import fields
from datetime import date
from typing import Any

import streamlit as st

from core.explore.filters import Filter
from core.explore.profile import Profile
from core.models.family import Family
from core.schema import Column, Kind
from core.text.phrases import Phrases
from core.text.plain import plain
from core.what_if.controls import Control, Sort

SHORT = 18  # so many letters stay visible side by side; longer choices go into a list


def settings(family: Family, say: Phrases) -> dict[str, Any]:
    """A family's settings, each with its default, its limits and its words."""
    return {
        f.name: _setting(family.key, f, say) for f in fields(family.params) if "low" in f.metadata
    }


def _setting(family: str, setting: SettingField[Any], say: Phrases) -> Any:
    words = f"models.{family}.settings.{setting.name}"
    label, key = say(f"{words}.label"), f"setting-{family}-{setting.name}"
    common: dict[str, Any] = {"help": say(f"{words}.help"), "key": key, "persist_state": "session"}
    default: Any = setting.default
    choices = setting.metadata["choices"]
    if choices:
        return st.selectbox(
            label,
            choices,
            index=choices.index(default),
            format_func=lambda choice: say(f"{words}.choice.{choice}"),
            **common,
        )
    if isinstance(default, bool):
        return st.toggle(label, default, **common)
    low, high = setting.metadata["low"], setting.metadata["high"]
    number = type(default)
    return st.number_input(
        label,
        None if low is None else number(low),
        None if high is None else number(high),
        default,
        format=None if number is int else "%g",
        **common,
    )


def condition(column: Column, known: Profile) -> Filter | None:
    """What rows of one column are wanted; None while nothing is narrowed."""
    key = f"filter-{column.name}"
    if column.kind is Kind.NUMBER and known.spread is not None:
        low, high = known.spread.span
        if low == high:
            return None
        found = st.slider(plain(column.name), low, high, (low, high), key=key)
        return None if found == (low, high) else Filter(column.name, *found)
    if column.kind is Kind.DATE and known.first is not None and known.last is not None:
        days = st.date_input(plain(column.name), (known.first.date(), known.last.date()), key=key)
        if len(days) < 2:  # only one end is chosen yet
            return None
        return Filter(column.name, days[0].isoformat(), days[1].isoformat())
    levels = st.multiselect(plain(column.name), column.levels, key=key)
    return Filter(column.name, levels=tuple(levels)) if levels else None


def field(control: Control, turn: str, say: Phrases) -> Any:
    """One field of a customer, at the value it stands at."""
    return _FIELDS[control.sort](control, _key(control, turn), say)


def kept(control: Control, turn: str) -> Any:
    """What a field stands at that is not on the page now."""
    return st.session_state.get(_key(control, turn), control.value)


def _key(control: Control, turn: str) -> str:
    return f"field-{turn}-{control.column}"


def _slider(control: Control, key: str, say: Phrases) -> Any:
    return st.slider(
        plain(control.column),
        control.low,
        control.high,
        control.value,
        control.step,
        key=key,
        persist_state="session",
    )


def _number(control: Control, key: str, say: Phrases) -> Any:
    return st.number_input(
        plain(control.column),
        value=control.value,
        step=control.step,
        format="%d" if isinstance(control.step, int) else "%g",
        placeholder=say("pages.what_if.missing"),
        help=say("pages.what_if.range", low=control.low, high=control.high),
        key=key,
        persist_state="session",
    )


def _choice(control: Control, key: str, say: Phrases) -> Any:
    none = say("pages.what_if.missing")
    options = [*control.levels, None] if control.gaps or control.value is None else control.levels
    label = plain(control.column)
    if None not in options and sum(len(str(level)) for level in options) <= SHORT:
        return st.segmented_control(
            label,
            options,
            default=control.value,
            required=True,
            format_func=plain,
            key=key,
            persist_state="session",
        )
    return st.selectbox(
        label,
        options,
        index=list(options).index(control.value),
        format_func=lambda level: none if level is None else level,
        key=key,
        persist_state="session",
    )


def _date(control: Control, key: str, say: Phrases) -> Any:
    value = control.value if isinstance(control.value, date) else None
    return st.date_input(
        plain(control.column),
        value,
        date(1900, 1, 1),
        date(2100, 12, 31),
        key=key,
        persist_state="session",
    )


_FIELDS: dict[Sort, Callable[[Control, str, Phrases], Any]] = {
    Sort.SLIDER: _slider,
    Sort.NUMBER: _number,
    Sort.CHOICE: _choice,
    Sort.DATE: _date,
}
