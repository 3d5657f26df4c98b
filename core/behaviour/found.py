"""What is wrong in the events of all tables together, and which of them stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

import duckdb

from core.behaviour.cleaning import Choices, Way
from core.behaviour.question import iso
from core.behaviour.recorded import DAY, Dealt

KINDS_AT_MOST = 50
HOUR = 'CAST(floor(raw."at" / 3600000.0) AS BIGINT)'
FAR = 3  # times as far before all others as these span
LEAST_FAR = 5 * 365  # days
EDGE = 0.001  # of the events lie beyond what counts as "all others" at each end
MANY = 20  # events, of which one may lie beyond
GAP_AT_LEAST = 3  # days
A_DAY_AT_LEAST = 20  # events on a usual day, for a gap to say anything


@dataclass(frozen=True)
class Kept:
    """SQL conditions for rows of ``raw`` that stay; what was found is ``dealt``.

    ``kinds`` are told apart where there are more than ``KINDS_AT_MOST``; empty for all.
    """

    condition: str
    dealt: tuple[Dealt, ...]
    first: int
    last: int
    kinds: tuple[str, ...] = field(default=())


def kept(
    connection: duckdb.DuckDBPyConnection, rows: int, read_at: str, choices: Choices
) -> Kept | None:
    """What of the view ``raw`` stays; None where nothing has a time. ``rows`` counts all."""
    dealt = _of_rows(connection, rows, choices)
    days = connection.execute(
        'SELECT CAST(floor("at" / 86400000.0) AS BIGINT) AS day, count(*) FROM raw'
        " WHERE NOT out GROUP BY day ORDER BY day"
    ).fetchall()
    if not days:
        return None
    first, last = _span(days, _read(read_at))
    condition = "NOT out"
    if not first <= days[0][0] * DAY <= days[-1][0] * DAY + DAY - 1 <= last:
        dealt += _jumps(connection, rows, (first, last), choices)
        if choices.jumps is Way.LEFT_OUT:
            condition += f' AND "at" BETWEEN {first} AND {last}'
            days = [each for each in days if first < (each[0] + 1) * DAY and each[0] * DAY <= last]
    if not days:
        return None
    again = _repeated(connection, condition, rows, choices)
    dealt += again
    if any(each.choice == Way.LEFT_OUT for each in again):
        condition += (
            " AND NOT EXISTS (SELECT 1 FROM again"
            " WHERE again.mark = raw.mark AND again.row < raw.row)"
        )
    robots, more = _bots(connection, condition, rows, choices)
    dealt += robots
    condition += more
    kinds, folded = _kinds(connection, condition, rows)
    return Kept(condition, (*dealt, *folded, *_gaps(days)), first, last, kinds)


def _of_rows(connection: duckdb.DuckDBPyConnection, rows: int, choices: Choices) -> list[Dealt]:
    """What single rows said of themselves."""
    done = {"negative": choices.negative, "cancelled": choices.cancelled}
    found = connection.execute(
        "SELECT found, count(*), arg_min(said, (source, row)) FROM raw"
        " WHERE found IS NOT NULL AND NOT extra GROUP BY found ORDER BY found"
    ).fetchall()
    dealt = [
        Dealt(code, count, rows, done.get(code, Way.LEFT_OUT), said or "")
        for code, count, said in found
    ]
    back = connection.execute(
        "SELECT count(*), arg_min(said, (source, row)) FROM raw WHERE extra AND NOT out"
    ).fetchone()
    if back is not None and back[0]:
        dealt.append(Dealt("returned", back[0], rows, Way.AS_RETURNS, back[1] or ""))
    return dealt


def _span(days: Sequence[tuple[int, int]], last: int) -> tuple[int, int]:
    """The first and last millisecond that events can have, the last being known."""
    here = [(day, count) for day, count in days if day * DAY <= last] or days[:1]
    total = sum(count for _, count in here)
    spare = max(EDGE * total, 1.0) if total >= MANY else 0.0
    passed, low, high = 0, None, here[-1][0]
    for day, count in here:
        passed += count
        if low is None and passed > spare:
            low = day
        if passed >= total - spare:
            high = day
            break
    low = high if low is None else low
    return (low - max(FAR * (high - low), LEAST_FAR)) * DAY, last


def _read(read_at: str) -> int:
    """The end of the day after a table was read: clocks elsewhere may be ahead."""
    at = datetime.fromisoformat(read_at) if read_at else datetime.max.replace(year=2200)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (round(at.timestamp() * 1000) // DAY + 2) * DAY - 1


def _jumps(
    connection: duckdb.DuckDBPyConnection, rows: int, span: tuple[int, int], choices: Choices
) -> list[Dealt]:
    dealt = []
    for code, condition, nearest in (
        ("future", f'"at" > {span[1]}', 'max("at")'),
        ("early", f'"at" < {span[0]}', 'min("at")'),
    ):
        row = connection.execute(
            f"SELECT count(*) FILTER (NOT extra), {nearest} FROM raw WHERE NOT out AND {condition}"  # noqa: S608
        ).fetchone()
        if row is not None and row[0]:
            dealt.append(Dealt(code, row[0], rows, choices.jumps, iso(row[1])))
    return dealt


def _repeated(
    connection: duckdb.DuckDBPyConnection, condition: str, rows: int, choices: Choices
) -> list[Dealt]:
    """Makes the table ``again`` of the marks of rows that are to be left out after the first."""
    told = {Way.WHERE_TIMED: "timed", Way.LEFT_OUT: "true", Way.KEPT: "false"}[choices.repeated]
    connection.execute(
        "CREATE TEMP TABLE twice AS SELECT mark, min(row) AS row, count(*) AS rows,"  # noqa: S608
        f" bool_or(extra) AS extra, bool_or({told}) AS goes FROM raw WHERE {condition}"
        " GROUP BY mark HAVING count(*) > 1"
    )
    connection.execute("CREATE TEMP TABLE again AS SELECT mark, row FROM twice WHERE goes")
    found = connection.execute(
        "SELECT goes, sum(rows - 1)::BIGINT, min(row) + 1 FROM twice WHERE NOT extra GROUP BY goes"
        " ORDER BY goes DESC"
    ).fetchall()
    return [
        Dealt("repeated", count, rows, Way.LEFT_OUT if goes else Way.KEPT, str(row))
        for goes, count, row in found
    ]


def _bots(
    connection: duckdb.DuckDBPyConnection, condition: str, rows: int, choices: Choices
) -> tuple[list[Dealt], str]:
    """Bursts of events that are no purchases, and the condition that leaves them out."""
    looked_at, most = f"FROM raw WHERE {condition} AND timed AND NOT buys", choices.bot_events
    connection.execute(
        f"CREATE TEMP TABLE bots AS SELECT customer, {HOUR} AS hour, count(*) AS events {looked_at}"
        f" AND customer IN (SELECT customer {looked_at} GROUP BY customer HAVING count(*) > {most})"
        f" GROUP BY 1, 2 HAVING count(*) > {most}"
    )
    burst = f" AND b.hour = {HOUR} AND timed AND NOT buys"
    burst = burst if choices.bots is not Way.WITH_CUSTOMER else ""
    theirs = f"EXISTS (SELECT 1 FROM bots b WHERE b.customer = raw.customer{burst})"  # noqa: S608
    row = connection.execute(
        "SELECT count(*), arg_max(customer, (events, customer)) FROM bots"
    ).fetchone()
    if row is None or not row[0]:
        return [], ""
    count = connection.execute(
        f"SELECT count(*) FILTER (NOT extra) FROM raw WHERE {condition} AND {theirs}"  # noqa: S608
    ).fetchone()
    dealt = Dealt("bots", count[0] if count else 0, rows, choices.bots, row[1])
    return [dealt], "" if choices.bots is Way.KEPT else f" AND NOT {theirs}"


def _kinds(
    connection: duckdb.DuckDBPyConnection, condition: str, rows: int
) -> tuple[tuple[str, ...], list[Dealt]]:
    """The kinds that are told apart, where there are too many."""
    counts = (
        f"SELECT kind, count(*) AS events, bool_or(buys) AS buys FROM raw WHERE {condition}"  # noqa: S608
        " GROUP BY kind"
    )
    number = connection.execute(f"SELECT count(*) FROM ({counts})").fetchone()  # noqa: S608
    if number is None or number[0] <= KINDS_AT_MOST:
        return (), []
    ranked = f"SELECT * FROM ({counts}) ORDER BY buys DESC, events DESC, kind"  # noqa: S608
    told = connection.execute(f"{ranked} LIMIT {KINDS_AT_MOST - 1}").fetchall()
    words = tuple(word for word, _, _ in told)
    others = connection.execute(
        f"SELECT count(*), sum(events)::BIGINT, min(kind) FROM"  # noqa: S608
        f" ({ranked} OFFSET {KINDS_AT_MOST - 1})"
    ).fetchall()[0]
    return words, [Dealt("kinds", others[1], rows, Way.OTHER, others[2])]


def _gaps(days: Sequence[tuple[int, int]]) -> list[Dealt]:
    """The longest time in which a busy log tells nothing."""
    usual = sorted(count for _, count in days)[len(days) // 2]
    pairs = [(b[0] - a[0] - 1, a[0]) for a, b in pairwise(days)]
    longest, day = max(pairs, default=(0, 0))
    if longest < GAP_AT_LEAST or usual < A_DAY_AT_LEAST:
        return []
    return [Dealt("gap", longest, days[-1][0] - days[0][0] + 1, Way.KEPT, iso((day + 1) * DAY))]
