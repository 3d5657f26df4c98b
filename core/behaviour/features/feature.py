"""The contract of a group of features: what one file in this room says about itself.

A group's file defines one constant ``GROUP``. It is found by ``groups()``; nothing else names it.
Whatever it computes, it sees only events of the lookback: ``core.behaviour.past`` hands it no
others. It is written in Ibis, so that every engine gives the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from core.behaviour.recorded import DAY
from core.discover import entries

if TYPE_CHECKING:
    import ibis.expr.types as ir

WORDS_AT_MOST = 8  # kinds, channels and categories with features of their own
WINDOWS = (7, 30, 90)  # days before the cutoff, where the lookback is longer


class Level(StrEnum):
    """What one row is of the table that a group summarises per customer and cutoff.

    EVENTS: an event, with ``before``, its milliseconds before the cutoff (1 or more), and all
    columns of ``recorded.COLUMNS``. DAYS: a day with events (``day``, ``before`` of its last event,
    ``events``, ``buys`` as a number of purchases' lines, and ``gap``: days since the active day
    before, NULL for the first). BUYING_DAYS: the same of days with purchases, with ``amount``.
    PURCHASES: a purchase with ``before``, ``lines``, ``quantity``, ``amount``. CATEGORIES: a
    category with ``events``, ``buys``, ``amount`` and the mean ``price``. PRODUCTS: a product,
    likewise. SESSIONS: a visit with ``events``, ``seconds``, ``bought``. WHOLE: an event of all
    time before the cutoff, with ``before``: for how long a customer has been known.
    """

    EVENTS = "events"
    DAYS = "days"
    BUYING_DAYS = "buying_days"
    PURCHASES = "purchases"
    CATEGORIES = "categories"
    PRODUCTS = "products"
    SESSIONS = "sessions"
    WHOLE = "whole"


@dataclass(frozen=True)
class Plan:
    """What of a log the features are made of: fixed when they are first built, and kept with the
    model, so that a new log gives the same columns.

    ``tells`` are the columns of ``recorded.COLUMNS`` that hold anything; ``kinds``, ``channels``
    and ``categories`` the words with features of their own, ``products`` those told apart;
    ``windows`` days before the cutoff, ``lookback`` the longest. ``left_out`` are features that a
    person did not want.
    """

    tells: tuple[str, ...]
    buys: bool
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    windows: tuple[int, ...] = WINDOWS
    lookback: int = 365
    attributes: tuple[tuple[str, str], ...] = ()
    dates: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feature:
    """One column of the table that is built.

    Its sentence of lineage is ``behaviour.lineage.<code>`` in core/text with ``facts``. ``unit`` is
    what its numbers count ("days", "purchases", "money", "share", ...). ``empty`` is the value for
    a customer with no row at its level; None where nothing can be said.
    """

    name: str
    code: str
    unit: str
    facts: dict[str, Any] = field(default_factory=dict)
    empty: float | None = 0.0


@dataclass(frozen=True)
class Measure:
    """A feature and how it is summarised: ``value(rows)`` is an aggregate over the rows of a
    customer and cutoff at the group's level."""

    feature: Feature
    value: Callable[[ir.Table], ir.Value]


@dataclass(frozen=True)
class Group:
    """Features summarised at one level. ``measures(plan)`` gives those that suit a plan."""

    key: str
    level: Level
    measures: Callable[[Plan], Iterator[Measure]]
    order: int = 0


def groups() -> dict[str, Group]:
    """Every group by key."""
    return cast(dict[str, Group], entries("core.behaviour.features", "GROUP"))


def chosen(plan: Plan) -> tuple[tuple[Group, tuple[Measure, ...]], ...]:
    """The groups with those of their measures that the plan wants.

    Of two of one name (a log may call a kind "purchase", too) the first is meant.
    """
    found, taken = [], {*plan.left_out, *dict(plan.attributes)}
    for group in groups().values():
        wanted = {m.feature.name: m for m in reversed(tuple(group.measures(plan)))}
        kept = tuple(m for name, m in reversed(wanted.items()) if name not in taken)
        taken |= {measure.feature.name for measure in kept}
        if kept:
            found.append((group, kept))
    return tuple(found)


def within(rows: ir.Table, days: int) -> ir.BooleanValue:
    """Whether a row lies in the last so many days before the cutoff."""
    return cast("ir.BooleanValue", rows.before <= days * DAY)


def in_days(milliseconds: ir.NumericValue) -> ir.FloatingValue:
    """The same in days; a bare 86400000.0 would be a decimal to Spark, with decimals of its own."""
    import ibis

    day = ibis.literal(float(DAY), "float64")
    return cast("ir.FloatingValue", milliseconds.cast("float64") / day)


def share(condition: ir.BooleanValue, where: ir.BooleanValue | None = None) -> ir.Value:
    """The share of rows of which it is true."""
    return condition.cast("float64").mean(where=where)


def number(condition: ir.BooleanValue) -> ir.Value:
    """The number of rows of which it is true."""
    return condition.cast("int64").sum().cast("float64")


def word(text: str) -> str:
    """A word of the log as part of a column's name."""
    from re import sub

    return sub(r"\W+", "_", text.strip().lower()).strip("_") or "blank"
