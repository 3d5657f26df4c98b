"""One answer to a change, as words and numbers that are ready to be drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pandas as pd

from core.explain.explaining import Explainer
from core.explain.explanation import Explanation, Scale
from core.explain.values import in_words
from core.text.phrases import Phrases, number
from core.what_if import pairs
from core.what_if.controls import Control, Sort, changes
from core.what_if.marking import Marked, allowed, following
from core.what_if.pairs import Pair, Pairs
from core.what_if.scenario import Cell, Scenario, compare, edited
from core.what_if.support import Support, outside

Plain = float | str | None
TICKS = 4  # about so many intervals on the axis
NARROWEST = 2.0  # the axis of chances shows at least so many points
LEAST = 1e-300  # of a span that can be cut into parts
LONGEST_EDIT = 1000


@dataclass(frozen=True, eq=False)
class Ground:
    """What all answers about one customer share: ``row`` (1, columns), explained as ``known``.

    ``marked`` is what was said of the columns: which may change, and which follow from others.
    """

    ready: Explainer
    support: Support
    row: pd.DataFrame
    known: Explanation
    controls: dict[str, Control]
    marked: Marked = field(default_factory=Marked)


@dataclass(frozen=True)
class View:
    """What stands on the screen and stays: the columns named, and the axis (low, high)."""

    rows: tuple[str, ...] = ()
    span: tuple[float, float] | None = None


@dataclass(frozen=True)
class Row:
    """One reason before and after, in the axis's unit and as written; ``column`` empty for all
    others together. ``way`` is up, down or same.
    """

    column: str
    label: str
    whole: str
    before: float
    after: float
    was: str
    now: str
    change: str
    old: str
    new: str
    way: str
    edited: bool


@dataclass(frozen=True)
class Axis:
    """The axis of the reasons: its ends and its marks with their words."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    title: str


@dataclass(frozen=True)
class Answer:
    """Before, after and the difference in words, the reasons, and what to be wary of.

    ``follows`` is where the derived columns stand after the edits.
    """

    before: str
    after: str
    difference: str
    way: str
    title: str
    sentence: str
    warning: str
    rows: tuple[Row, ...]
    axis: Axis
    follows: dict[str, Plain] = field(default_factory=dict)


def cells(known: Mapping[str, Control], given: Mapping[str, object]) -> dict[str, Cell]:
    """The edits among plain values by column: what differs from where the fields stood.

    Columns that the model does not know are left out, and texts: they stay as they are.
    """
    now = {
        column: _cell(known[column], value)
        for column, value in given.items()
        if column in known and known[column].sort is not Sort.TEXT
    }
    return changes(dict(known), now)


def plain(edits: Mapping[str, object]) -> dict[str, Plain]:
    """Edits as JSON knows them: dates in ISO's way."""
    return {column: plain_cell(value) for column, value in edits.items()}


def plain_cell(value: object) -> Plain:
    """One value as JSON knows it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return value
    return float(value)  # type: ignore[arg-type]


def scenario_of(ground: Ground, given: Mapping[str, object]) -> Scenario:
    """The customer with the edits among plain values that may be made, and what follows of them.

    Raises BadValue, and UnknownColumn.
    """
    edits = allowed(ground.marked, cells(ground.controls, given))
    after = following(ground.marked, ground.row, edits, ground.ready.model)
    return Scenario(ground.row, edits | after)


def answer(ground: Ground, scenario: Scenario, view: View, say: Phrases) -> Answer:
    """What the model says after the scenario's edits, beside what it said before.

    Raises BadValue, and UnknownColumn.
    """
    model, edits = ground.ready.model, scenario.edits
    of = ground.known.of if model.classes else ""
    found = compare(ground.ready, scenario, of, ground.known)
    named = view.rows or pairs.strongest(ground.known)
    shown = pairs.points(ground.known, found.after, target=model.spec.target.name, named=named)
    before, after, difference = shown.words
    return Answer(
        before=before,
        after=after,
        difference=say(f"live.difference_{shown.unit.scale}", difference=difference),
        way=_way(shown.after - shown.before),
        title=pairs.title(shown, say) if edits else say("live.unchanged"),
        sentence=pairs.sentence(shown, say) if edits else "",
        warning=_warning(ground, scenario, say) if edits else "",
        rows=tuple(_row(pair, shown, say) for pair in shown.all),
        axis=_axis(shown, view.span, say),
        follows=_follows(ground, edits),
    )


def _follows(ground: Ground, edits: dict[str, Cell]) -> dict[str, Plain]:
    return {
        name: plain_cell(edits.get(name, ground.controls[name].value))
        for name in ground.marked.formulas
    }


def _cell(control: Control, value: object) -> Cell | date:
    """A plain value as the field's own; a day's text stays text where it is no day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(control.value, date) and isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return value
    if isinstance(value, str):
        return value[:LONGEST_EDIT] or None
    return value  # type: ignore[return-value]


def _warning(ground: Ground, scenario: Scenario, say: Phrases) -> str:
    """Says so where a formula has no value, and where the data end; else nothing."""
    empty = [name for name in ground.marked.formulas if scenario.edits.get(name, name) is None]
    if empty:
        return say("live.undefined", columns=tuple(empty))
    beyond = outside(ground.support, edited(scenario, ground.ready.model))
    if beyond.columns:
        return say("live.outside", columns=beyond.columns)
    return say("live.unusual") if beyond.combination else ""


def _row(pair: Pair, shown: Pairs, say: Phrases) -> Row:
    times = _times(shown)
    unit, (was, now) = shown.unit, pair.shown
    others = pair is shown.rest
    old, new = ("", "") if others else (in_words(value, say) for value in pair.values)
    return Row(
        column=pair.column,
        label=pairs.label(pair, shown, say, short=True),
        whole=pairs.hover(pair, shown, say),
        before=times * pair.effects[0],
        after=times * pair.effects[1],
        was=unit.change(was),
        now=unit.change(now),
        change=unit.change(now - was),
        old=old,
        new=new,
        way=_way(now - was),
        edited=pair.edited,
    )


def _way(difference: object) -> str:
    return "up" if difference > 0 else "down" if difference < 0 else "same"  # type: ignore[operator]


def _times(shown: Pairs) -> float:
    return 100.0 if shown.unit.scale is Scale.CHANCE else 1.0


def _axis(shown: Pairs, span: tuple[float, float] | None, say: Phrases) -> Axis:
    """Wide enough for every reason and for what was on it before: it never shrinks by itself."""
    effects = [_times(shown) * effect for pair in shown.all for effect in pair.effects]
    low, high = min(0.0, *effects), max(0.0, *effects)
    if shown.unit.scale is Scale.CHANCE and high - low < NARROWEST:
        low, high = min(low, -NARROWEST / 2), max(high, NARROWEST / 2)
    step = _step(high - low)
    low, high = step * math.floor(low / step), step * math.ceil(high / step)
    if span is not None and math.isfinite(span[1] - span[0]):
        low, high = min(low, span[0]), max(high, span[1])
        step = _step(high - low)
    if low == high:
        low, high = -step, step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    marks = [(i * step, _mark(i * step)) for i in range(first, last + 1)]
    title = say(f"charts_explain.axis.{shown.unit.scale}", subject=shown.subject)
    return Axis(low, high, tuple(marks), title)


def _step(span: float) -> float:
    """1, 2 or 5 times a power of ten that cuts the span into about four; of none, as of one."""
    span = span if span > LEAST else 1.0
    size = 10.0 ** math.floor(math.log10(span / TICKS))
    return next(times * size for times in (1, 2, 5, 10) if span / (times * size) <= TICKS + 1)


def _mark(at: float) -> str:
    return "0" if not at else ("+" if at > 0 else "−") + number(float(f"{abs(at):.6g}"))
