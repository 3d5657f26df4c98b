from __future__ import annotations

import duckdb
import pytest

from core.behaviour.question import millis
from core.behaviour.times import Clock, clock_of, clock_sql
from core.schema import Column, Kind
from tests.core.behaviour.conftest import Brought


def at(text: str, pattern: str, zone: str = "UTC") -> int | None:
    clock = Clock(Column("t", Kind.DATE), (pattern,))
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT {clock.sql('t', zone)} FROM (SELECT ? AS t)", [text])  # noqa: S608
        return rows.fetchall()[0][0]


@pytest.mark.parametrize(
    ("text", "pattern", "zone", "expected"),
    [
        ("2025-01-15 12:00:00", "%Y-%m-%d %H:%M:%S", "UTC", "2025-01-15T12:00:00"),
        ("2025-01-15 12:00:00", "%Y-%m-%d %H:%M:%S", "America/Sao_Paulo", "2025-01-15T15:00:00"),
        ("2025-03-30 01:59:59", "%Y-%m-%d %H:%M:%S", "Europe/Berlin", "2025-03-30T00:59:59"),
        ("2025-03-30 03:00:00", "%Y-%m-%d %H:%M:%S", "Europe/Berlin", "2025-03-30T01:00:00"),
        ("2025-01-15T12:00:00+05:30", "%Y-%m-%dT%H:%M:%S%z", "UTC", "2025-01-15T06:30:00"),
        ("2025-01-15T12:00:00-08:00", "%Y-%m-%dT%H:%M:%S%z", "Asia/Tokyo", "2025-01-15T20:00:00"),
        ("2025-01-15T12:00:00Z", "%Y-%m-%dT%H:%M:%S%z", "Asia/Tokyo", "2025-01-15T12:00:00"),
        ("1736942400", "unix", "Asia/Tokyo", "2025-01-15T12:00:00"),
        ("1736942400000", "unix ms", "Asia/Tokyo", "2025-01-15T12:00:00"),
    ],
)
def test_an_instant(text: str, pattern: str, zone: str, expected: str) -> None:
    assert at(text, pattern, zone) == millis(expected)


def test_what_is_no_time_is_nothing() -> None:
    assert at("never", "%Y-%m-%d") is None


def test_ways_of_writing_are_found(brought: Brought) -> None:
    ways = ("2025-02-{0:02d} 08:00:00", "{0:02d}/02/2025 08:00", "17388288{0:02d}")
    cells = [ways[n % 3].format(n % 28 + 1) for n in range(90)]
    table = brought("id,event_time\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells)))
    with duckdb.connect() as connection:
        clock = clock_of(table, "event_time", connection)
    assert set(clock.patterns) == {"%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "unix"}
    assert not clock.days_only


def test_a_time_of_day_and_a_count_of_milliseconds() -> None:
    text, number = Column("c", Kind.TEXT), Column("c", Kind.NUMBER)
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT {clock_sql('a', text)}, {clock_sql('b', number)}"  # noqa: S608
            " FROM (SELECT '01:00:30' AS a, '526309' AS b)"
        ).fetchall()
    assert rows == [(3_630_000, 526_309)]
