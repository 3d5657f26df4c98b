"""How people write dates, and the SQL that reads each way of writing.

A pattern is that of ``strptime`` ("%z" at its end for a zone), or "unix", "unix ms" and "excel" for
seconds and milliseconds since 1970 and days since 1899-12-30.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import duckdb

DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y",
    "%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%d.%m.%Y", "%d.%m.%y",
    "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%d %b %Y", "%d %B %Y", "%d-%B-%Y",
    "%b %d %Y", "%b %d, %Y", "%B %d, %Y",
    "%a %b %d %Y", "%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y",
    "%Y年%m月%d日", "%Y年%m月", "%Y년 %m월 %d일", "%Y년%m월%d일", "%Y년 %m월",
    "%Y. %m. %d.", "%Y. %m. %d",
)  # fmt: skip
TIMES = ("", "%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")
JOINS = (" ", "T", ", ")
ZONE = r"\s*(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)$"
ZONED = "%z"
SHAPE = re.compile(r"(?=.*\d)[\w.,:/+ -]{6,40}")
EARLIEST, LATEST = 1800, 2200
AGREEING = 0.98
VALUES_LOOKED_AT = 2_000
# the first and last number that is a time of our days, and the SQL of the time
COUNTED = {
    "unix": (6.3e8, 2.2e9, "make_timestamp(CAST({} * 1e6 AS BIGINT))"),
    "unix ms": (6.3e11, 2.2e12, "make_timestamp(CAST({} * 1e3 AS BIGINT))"),
    "excel": (
        2e4,
        6e4,
        "TIMESTAMP '1899-12-30' + to_microseconds(CAST(round({} * 864e8) AS BIGINT))",
    ),
}
# "for ever" and "never" in the dates of databases
NO_DAY = re.compile(r"(9999|0000|0001)-?\d\d-?\d\d.*")


def date_sql(text: str, pattern: str) -> str:
    """SQL that makes a timestamp of the trimmed SQL text, and NULL of what is no date.

    Times of day with a zone keep the clock they show; the zone is not applied.
    """
    if pattern in COUNTED:
        first, last, time = COUNTED[pattern]
        number = f"TRY_CAST({text} AS DOUBLE)"
        # the bounds stand inside too: SQL may work out a branch that it does not take
        number = f"CASE WHEN {number} BETWEEN {first} AND {last} THEN {number} END"
        return time.format(number)
    if pattern.endswith(ZONED):
        text = f"regexp_replace({text}, '{ZONE}', '')"
        pattern = pattern.removesuffix(ZONED)
    read = f"try_strptime({text}, '{pattern}')"
    if pattern.startswith("%Y-%m-%d"):
        # a time at midnight is often left out, and fractions of seconds come and go
        regular = f"TRY_CAST(CASE WHEN {text} LIKE '____-%' THEN {text} END AS TIMESTAMP)"
        read = f"coalesce({read}, {regular})"
    return f"CASE WHEN year({read}) BETWEEN {EARLIEST} AND {LATEST} THEN {read} END"


def pattern_of(values: Sequence[str], connection: duckdb.DuckDBPyConnection) -> str | None:
    """The pattern that reads nearly all of the trimmed ``values``; None if there is none.

    Where these values do not tell day and month apart, the month is first between slashes and the
    day elsewhere, unless the other reading makes a table by month of one by day (1/2, 1/3, 1/4).
    """
    values = list(values[:VALUES_LOOKED_AT])
    if not values or sum(bool(SHAPE.fullmatch(v)) for v in values) < AGREEING * len(values):
        return None
    zoned = ":" in values[0] and re.search(ZONE, values[0]) is not None
    patterns = [
        p + ZONED * zoned for p in candidates(re.sub(ZONE, "", values[0]) if zoned else values[0])
    ]
    if not patterns:
        return None
    counted = ", ".join(
        f"count({expression}), count(DISTINCT month({expression})), count(DISTINCT {expression})"
        for expression in (date_sql("v", pattern) for pattern in patterns)
    )
    row = connection.execute(f"SELECT {counted} FROM unnest(?) AS t(v)", [values]).fetchone()  # noqa: S608
    found = list(zip(patterns, row[::3], row[1::3], row[2::3], strict=True)) if row else []
    most = max(count for _, count, _, _ in found)
    if most < AGREEING * len(values):
        return None
    best = [(months == 1 and dates > 2, p) for p, count, months, dates in found if count == most]
    # a whole table within one month is read the other way only where that spreads the dates
    return min(best, key=lambda entry: entry[0])[1]


def counted_pattern(values: Sequence[str]) -> str | None:
    """ "unix", "unix ms" or "excel" where each of the trimmed ``values`` can be such a time."""
    if not values or not all(re.fullmatch(r"\d{5,13}(\.\d*)?", v, re.ASCII) for v in values):
        return None
    numbers = [float(value) for value in values]
    for pattern, (first, last, _) in COUNTED.items():
        if all(first <= number <= last for number in numbers):
            return pattern
    return None


def turned(pattern: str) -> str | None:
    """The pattern with day and month the other way round; None where their order is told."""
    if not {"%d", "%m"} <= set(re.findall("%.", pattern)) or pattern.startswith("%Y"):
        return None
    return re.sub("%[dm]", lambda found: {"%d": "%m", "%m": "%d"}[found[0]], pattern)


def turned_cells(text: str, pattern: str) -> str | None:
    """SQL aggregates over the trimmed SQL text: cells that ``pattern`` reads, that the other order
    reads, and that are another day then; None where the order is told."""
    other = turned(pattern)
    if other is None:
        return None
    one, two = date_sql(text, pattern), date_sql(text, other)
    return f"count({one}), count({two}), count_if({one} <> {two})"


def candidates(value: str) -> Iterable[str]:
    """The patterns that have the marks of the value."""
    for time in TIMES:
        if (":" in value) != bool(time):
            continue
        for day in DAYS:
            for join in JOINS if time else ("",):
                pattern = day + join + time
                if _marks(pattern.replace("%", "")) == _marks(value):
                    yield pattern


def _marks(text: str) -> str:
    marks = re.sub(r"\.\d+(?=\D*$)", ".", text) if ":" in text else text
    return re.sub(r"[^\s/.,:年月日년월일-]+", "", marks)
