"""The proof that no feature knows what comes after the cutoff: built again from a log that ends
there, every cell must be the same.

What the table of customers says has no time: a column of it that follows what customers did after
the cutoff is looked for apart (``from_the_future``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.parquet as pq

from core.behaviour.built import TYPED, How, typed
from core.behaviour.engines import DUCKDB
from core.behaviour.features.feature import Plan
from core.behaviour.labels import SORTS
from core.behaviour.question import Question, iso
from core.behaviour.recorded import AT, CUSTOMER, CUSTOMERS, CUTOFF, EVENTS, MOMENTS, Recorded
from core.data.engine import engine, identifier, literal
from core.progress import Report, part
from core.schema import Kind

MOMENTS_PROVEN = 8
SAME = 1e-9  # relative: sums of many numbers are added in another order
FOLLOWS = 0.9  # of the customers with something after the cutoff
STAGE = "behaviour.stage.proving"
KEYS = (CUSTOMER, CUTOFF)
Asked = tuple[Question, Plan]


@dataclass(frozen=True)
class Proof:
    """``equal`` of ``cells`` are the same when built from a log cut at the ``cutoffs``.

    ``differ`` names columns with unequal cells and how many; ``future`` columns of the table of
    customers that follow what came after the cutoff, each with the figure that it follows and the
    share of customers in whom it does.
    """

    cells: int
    equal: int
    cutoffs: tuple[str, ...]
    differ: tuple[tuple[str, int], ...]
    future: tuple[tuple[str, str, float], ...]

    @property
    def holds(self) -> bool:
        """Whether nothing from after the cutoff was found."""
        return self.equal == self.cells and not self.future


def prove(
    recorded: Recorded, asked: Asked, beside: Path, report: Report, url: str = DUCKDB
) -> Proof:
    """Builds the features twice, of the whole log and of logs that end at the cutoffs.

    Of a question of moments, eight of them are proven. Raises as ``built.typed``.
    """
    question, how = asked[0], How(url, answers=False)
    with TemporaryDirectory(dir=beside, prefix=".proving") as folder:
        aside = Path(folder)
        cutoffs = _cutoffs(recorded, question)
        _some_moments(recorded, question, cutoffs, aside)
        known = Recorded(aside if question.has_moments else recorded.folder, recorded.story)
        whole = aside / f"whole-{TYPED}"
        typed(known, asked, whole, how, part(report, 0.0, 0.4))
        differ: dict[str, int] = {}
        cells = 0
        for place, at in enumerate(cutoffs):
            begin, end = (0.4 + 0.5 * n / len(cutoffs) for n in (place, place + 1))
            found, seen = _at(known, (asked, how), at, whole, part(report, begin, end))
            cells += seen
            for name, count in found.items():
                differ[name] = differ.get(name, 0) + count
        future = from_the_future(recorded, min(cutoffs)) if not question.has_moments else ()
    wrong = tuple(sorted(((n, c) for n, c in differ.items() if c), key=lambda e: (-e[1], e[0])))
    said = tuple(iso(at) for at in cutoffs)
    return Proof(cells, cells - sum(count for _, count in wrong), said, wrong, future)


def _cutoffs(recorded: Recorded, question: Question) -> tuple[int, ...]:
    if not question.has_moments:
        return question.moments
    with engine(recorded.folder) as connection:
        found = connection.execute(
            f"SELECT DISTINCT {CUTOFF} FROM {_file(recorded.moments)}"  # noqa: S608
            f" WHERE sort = {literal(SORTS[question.asks])}"
            f" ORDER BY hash({CUTOFF}) LIMIT {MOMENTS_PROVEN}"
        ).fetchall()
    return tuple(sorted(int(at) for (at,) in found))


def _some_moments(
    recorded: Recorded, question: Question, cutoffs: tuple[int, ...], aside: Path
) -> None:
    """Of a question of moments, a history with those that are proven only."""
    if not question.has_moments:
        return
    listed = ", ".join(map(str, cutoffs))
    with engine(aside) as connection:
        _copy(
            connection, f"{_file(recorded.moments)} WHERE {CUTOFF} IN ({listed})", aside / MOMENTS
        )
    (aside / EVENTS).symlink_to(recorded.events.resolve())
    if recorded.customers.is_file():
        (aside / CUSTOMERS).symlink_to(recorded.customers.resolve())


def _at(
    recorded: Recorded, wanted: tuple[Asked, How], at: int, whole: Path, report: Report
) -> tuple[dict[str, int], int]:
    """Unequal cells by column, and how many cells there are, at one cutoff."""
    (question, plan), how = wanted
    cut = whole.parent / f"cut-{at}"
    cut.mkdir()
    with engine(whole.parent) as connection:
        _cut(connection, recorded, at, cut)
        if not question.has_moments:
            question = replace(question, cutoffs=(iso(at),))
        again = cut / TYPED
        typed(Recorded(cut, recorded.story), (question, plan), again, how, report)
        report(1.0, STAGE)
        return _compared(connection, whole, again, at)


def _cut(connection: duckdb.DuckDBPyConnection, recorded: Recorded, at: int, into: Path) -> None:
    """The history as it was known just before a cutoff."""
    _copy(
        connection, f'{_file(recorded.events)} WHERE "{AT}" < {at} ORDER BY "{AT}"', into / EVENTS
    )
    if recorded.moments.is_file():
        _copy(connection, f"{_file(recorded.moments)} WHERE {CUTOFF} = {at}", into / MOMENTS)
    if not recorded.customers.is_file():
        return
    dates = recorded.story.dates
    known = pq.read_schema(recorded.customers).names
    blanked = ", ".join(
        f"CASE WHEN {identifier(n)} < {at} THEN {identifier(n)} END AS {identifier(n)}"
        for n in dates
        if n in known
    )
    chosen = f"* REPLACE ({blanked})" if blanked else "*"
    unknown = "WHERE known_at IS NULL OR known_at < " + str(at) if "known_at" in known else ""
    _copy(connection, f"{_file(recorded.customers)} {unknown}", into / CUSTOMERS, chosen)


def _compared(
    connection: duckdb.DuckDBPyConnection, whole: Path, again: Path, at: int
) -> tuple[dict[str, int], int]:
    """Cells of rows that only one of the two has are all unequal."""
    schema = pq.read_schema(whole)
    keys = [*KEYS, "moment"] if "moment" in schema.names else list(KEYS)
    names = [name for name in schema.names if name not in (*keys, "label")]
    joined = " AND ".join(f"a.{key} = b.{key}" for key in keys)
    alone = f"a.{CUSTOMER} IS NULL OR b.{CUSTOMER} IS NULL"
    differs = ", ".join(
        f"count(*) FILTER (WHERE {alone} OR {_unequal(schema.field(n).type, n)})" for n in names
    )
    found = connection.execute(
        f"SELECT count(*), {differs} FROM"  # noqa: S608
        f" (SELECT * FROM {_file(whole)} WHERE {CUTOFF} = {at}) a"
        f" FULL JOIN {_file(again)} b ON {joined}"
    ).fetchone()
    rows, *counts = found or (0,)
    return dict(zip(names, map(int, counts), strict=True)), int(rows) * len(names)


def _unequal(kind: object, name: str) -> str:
    one, other = f"a.{identifier(name)}", f"b.{identifier(name)}"
    if str(kind) in ("double", "float"):
        near = f"abs({one} - {other}) <= {SAME} * greatest(1, abs({one}))"
        return f"NOT coalesce({near}, {one} IS NULL AND {other} IS NULL)"
    return f"{one} IS DISTINCT FROM {other}"


FIGURES = {
    "events": "count(*)",
    "purchases": "count(DISTINCT purchase) FILTER (WHERE buys)",
    "spend": "round(sum(amount) FILTER (WHERE buys), 2)",
    "average": "round(avg(amount) FILTER (WHERE buys), 2)",
    "last_event": f'max("{AT}") // 86400000',
    "last_purchase": f'max("{AT}") FILTER (WHERE buys) // 86400000',
}


def from_the_future(recorded: Recorded, at: int) -> tuple[tuple[str, str, float], ...]:
    """Columns of the table of customers that tell what customers did until the log's end.

    Looked at are the customers of whom a figure changes after the cutoff: a column that equals the
    figure of the whole log in nine of ten of them was written after it.
    """
    if not recorded.customers.is_file():
        return ()
    numbers = [n for n, kind in recorded.story.attributes if kind == Kind.NUMBER]
    cells = {name: f"round(CAST(c.{identifier(name)} AS DOUBLE), 2)" for name in numbers}
    cells |= {
        name: f"CAST(c.{identifier(name)} AS BIGINT) // 86400000" for name in recorded.story.dates
    }
    found = []
    with engine(recorded.folder) as connection:
        for name, cell in cells.items():
            for key, figure in FIGURES.items():
                share = _follows(connection, recorded, cell, figure, at)
                if share >= FOLLOWS:
                    found.append((name, key, share))
                    break
    return tuple(found)


def _follows(
    connection: duckdb.DuckDBPyConnection, recorded: Recorded, cell: str, figure: str, at: int
) -> float:
    """In which share of the customers whose figure changes the cell is that of the whole log."""
    events, until = _file(recorded.events), f'WHERE "{AT}" < {at}'
    found = connection.execute(
        f"WITH ended AS (SELECT {CUSTOMER}, {figure} AS whole_log FROM {events} GROUP BY 1),"  # noqa: S608
        f" past AS (SELECT {CUSTOMER}, {figure} AS to_cutoff FROM {events} {until} GROUP BY 1)"
        f" SELECT count(*), count(*) FILTER (WHERE {cell} = whole_log) FROM ended"
        f" JOIN past USING ({CUSTOMER}) JOIN {_file(recorded.customers)} c USING ({CUSTOMER})"
        " WHERE whole_log IS DISTINCT FROM to_cutoff AND whole_log IS NOT NULL"
    ).fetchone()
    changed, same = found or (0, 0)
    return same / changed if changed >= 10 else 0.0


def _file(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"


def _copy(
    connection: duckdb.DuckDBPyConnection, source: str, into: Path, chosen: str = "*"
) -> None:
    connection.execute(
        f"COPY (SELECT {chosen} FROM {source}) TO {literal(str(into))} (FORMAT parquet)"  # noqa: S608
    )
