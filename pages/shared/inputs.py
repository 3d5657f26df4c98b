"""Widgets that fit a value: a family's settings, a filter's range."""

from __future__ import annotations

from dataclasses import Field as SettingField
from typing import Any

import streamlit as st

from core.explore.filters import Filter
from core.explore.profile import Profile
from core.models.family import USUAL, Family, Preset, Task
from core.schema import Column, Kind, Role, Schema
from core.text.phrases import Phrases
from core.text.plain import plain
from core.train.naming import preset_name
from pages.shared import explored

Filters = tuple[Filter, ...]


def settings(family: Family, task: Task, say: Phrases) -> dict[str, Any]:
    """A family's settings, each with where it starts, its limits and its words."""
    start = _start(family, task, say)
    return {f.name: _setting(family.key, f, start, say) for f in family.asked(task)}


def _start(family: Family, task: Task, say: Phrases) -> Preset:
    """What the settings start from, asked where there is a choice."""
    known = family.starts(task)
    if len(known) == 1:
        return next(iter(known.values()))
    chosen = st.selectbox(
        say("pages.train.start"),
        list(known),
        format_func=lambda key: preset_name(family.key, key, say),
        help=say("pages.train.start_help"),
        key=f"start-{family.key}-{task}",
        persist_state="session",
    )
    return known[chosen]


def _setting(family: str, setting: SettingField[Any], start: Preset, say: Phrases) -> Any:
    words = f"models.{family}.settings.{setting.name}"
    # another start has widgets of its own: they begin with its values and keep what was changed
    of = family if start is USUAL else f"{family}-{start.key}"
    label, key = say(f"{words}.label"), f"setting-{of}-{setting.name}"
    common: dict[str, Any] = {"help": say(f"{words}.help"), "key": key, "persist_state": "session"}
    default: Any = start.settings.get(setting.name, setting.default)
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


def conditions(label: str, schema: Schema, key: str, placeholder: str | None = None) -> Filters:
    """What rows are wanted: the columns to narrow, and a widget for each."""
    chosen = st.multiselect(
        label,
        [c.name for c in schema.columns if c.kind is not Kind.TEXT and c.role != Role.ID],
        format_func=plain,
        placeholder=placeholder,
        key=key,
        persist_state="session",
    )
    known = {name: explored.distribution(name, explored.EVERYONE) for name in chosen}
    wanted = [condition(schema[name], held) for name, held in known.items()]
    return tuple(each for each in wanted if each is not None)


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
