"""The part of a history that a picture shows, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.behaviour.recorded import DAY, Recorded
from core.data.engine import engine, literal

# SQL over events: the day of an event, and what makes lines one purchase
DAY_OF = f"CAST(floor(moment / {DAY}.0) AS BIGINT)"
PURCHASE = "coalesce(purchase, CAST(moment AS VARCHAR))"


@dataclass(frozen=True)
class Span:
    """Events from ``since`` on and before ``until``, in milliseconds; None where it is open."""

    since: int | None = None
    until: int | None = None


WHOLE = Span()


def events(recorded: Recorded, span: Span = WHOLE) -> str:
    """SQL to select from: the events of a span, their time as ``moment`` (AT is a word of SQL)."""
    ends = ["true"]
    if span.since is not None:
        ends.append(f'"at" >= {span.since:d}')
    if span.until is not None:
        ends.append(f'"at" < {span.until:d}')
    file = literal(str(recorded.events))
    columns = '* EXCLUDE ("at"), "at" AS moment'
    return f"(SELECT {columns} FROM read_parquet({file}) WHERE {' AND '.join(ends)})"  # noqa: S608


def purchase_days(recorded: Recorded, span: Span = WHOLE) -> str:
    """SQL to select from: each customer's days with a purchase, once each."""
    return f"(SELECT DISTINCT customer, {DAY_OF} AS day FROM {events(recorded, span)} WHERE buys)"  # noqa: S608


def asked(recorded: Recorded, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a question whose answer is small."""
    with engine(recorded.folder) as connection:
        return connection.execute(sql, values).fetchall()


def seen_until(recorded: Recorded, span: Span = WHOLE) -> int:
    """The first millisecond of which nothing is known.

    A log ends with its last event; the rest of the 24 hours after it counts as seen.
    """
    end = recorded.story.last + DAY
    return end if span.until is None or span.until > recorded.story.last else span.until


def listed(words: tuple[str, ...]) -> str:
    """Words as an SQL list."""
    return ", ".join(map(literal, words))
