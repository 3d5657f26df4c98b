"""Tables of a shop become the history of its customers, on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec

from core import wire
from core.behaviour.attributes import Attributes, attributes_of
from core.behaviour.cleaning import Choices, checked
from core.behaviour.found import Kept, kept
from core.behaviour.joined import join_up
from core.behaviour.logs import logs_of
from core.behaviour.meaning import Part, Use
from core.behaviour.moments import moments_sql, owned_sql
from core.behaviour.raw import found_sql, rows_of
from core.behaviour.recorded import COLUMNS, CUSTOMERS, EVENTS, MOMENTS, PULSE, Recorded, Story
from core.behaviour.told import told
from core.behaviour.views import Seen, seen
from core.behaviour.wanted import joinable, readable, wanted
from core.data.dataset import Dataset
from core.data.engine import engine, literal, watched
from core.errors import NoEvents
from core.progress import Report, part

STORY = "story.json"
READING, SORTING, COUNTING = (
    "behaviour_tables.stage.reading",
    "behaviour_tables.stage.sorting",
    "behaviour_tables.stage.counting",
)
WRITTEN = (EVENTS, CUSTOMERS, MOMENTS, PULSE, STORY)
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"


@dataclass(frozen=True)
class Work:
    """A recording under way: ``folder`` holds its files until they are whole."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    tables: tuple[Seen, ...]
    choices: Choices
    report: Report

    def file(self, name: str) -> str:
        """SQL to read one of its files."""
        return f"read_parquet({literal(str(self.folder / name))})"

    def write(self, sql: str, name: str, share: tuple[float, float], stage: str) -> None:
        target = literal(str(self.folder / name))
        watched(
            self.connection, f"COPY ({sql}) TO {target} {PARQUET}", part(self.report, *share), stage
        )

    def number(self, sql: str) -> int:
        row = self.connection.execute(sql).fetchone()
        return int(row[0] or 0) if row else 0


def record(
    datasets: Mapping[str, Dataset],
    uses: tuple[Use, ...],
    choices: Choices,
    into: Path,
    report: Report,
) -> Recorded:
    """The history that the tables tell, written into folder ``into`` as ``recorded`` says.

    ``datasets`` are by the id that ``uses`` name. Raises the errors of "asking a history",
    BadSetting, UnknownColumn, and what ``report`` raises; then ``into`` holds nothing new.
    """
    checked(choices)
    wanted(datasets, uses)
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=into, prefix=".recording") as aside, engine(into) as connection:
        connection.execute("SET preserve_insertion_order = false")
        report(0.0, READING)
        tables = tuple(
            seen(connection, datasets[use.table], use, place, choices.zone)
            for place, use in enumerate(uses)
            if use.part is not Part.OTHER
        )
        work = Work(connection, Path(aside), tables, choices, report)
        story = _written(work, max(datasets[use.table].provenance.read_at for use in uses))
        (work.folder / STORY).write_bytes(msgspec.json.encode(story))
        for name in WRITTEN:
            (into / name).unlink(missing_ok=True)
            if (work.folder / name).is_file():
                (work.folder / name).replace(into / name)
    report(1.0, COUNTING)
    return Recorded(into, story)


def story(folder: Path) -> Story:
    """The story of a recorded history."""
    return wire.read((folder / STORY).read_bytes(), Story)


def recorded(folder: Path) -> Recorded:
    """A history that was recorded before."""
    return Recorded(folder, story(folder))


def _written(work: Work, read_at: str) -> Story:
    """Writes every file and gives the story."""
    join_up(work.connection, work.tables)
    joinable(work.connection, work.tables)
    logs = logs_of(work.connection, work.tables, work.choices)
    sources = rows_of(work.connection, work.tables, work.choices) + [log.sql for log in logs]
    raw = " UNION ALL ".join(f"({found_sql(sql, work.choices)})" for sql in sources)
    work.write(raw, "raw.parquet", (0.02, 0.5), READING)
    work.connection.execute(f"CREATE TEMP VIEW raw AS SELECT * FROM {work.file('raw.parquet')}")  # noqa: S608
    readable(work.connection, work.tables)
    rows = work.number("SELECT count(*) FROM raw WHERE NOT extra")
    stays = kept(work.connection, rows, read_at, work.choices)
    if stays is None:
        raise NoEvents(work.tables[0].use.name if work.tables else "")
    _events(work, stays)
    moments = _moments(work, stays)
    attributes = _customers(work, moments)
    _pulse(work)
    (work.folder / "raw.parquet").unlink()
    return told(work, stays, attributes, logs, moments)


def _events(work: Work, stays: Kept) -> None:
    kind = "kind"
    if stays.kinds:
        kind = (
            f"CASE WHEN kind IN ({', '.join(map(literal, stays.kinds))}) THEN kind ELSE 'other' END"
        )
    columns = ", ".join(f"{kind} AS kind" if name == "kind" else f'"{name}"' for name in COLUMNS)
    ordered = f'SELECT {columns} FROM raw WHERE {stays.condition} ORDER BY "at", source, extra, row'  # noqa: S608
    work.write(ordered, EVENTS, (0.55, 0.8), SORTING)


def _moments(work: Work, stays: Kept) -> bool:
    """Whether there are moments."""
    has_lines = any(table.part is Part.LINES for table in work.tables)
    work.connection.execute(f"CREATE TEMP TABLE own AS {owned_sql(has_lines)}")
    numbered = (
        'SELECT customer, session, product, "at" AS instant, file_row_number AS number'  # noqa: S608
        f" FROM read_parquet({literal(str(work.folder / EVENTS))}, file_row_number = true)"
    )
    sql = moments_sql(work.tables, f"({numbered})", work.choices.zone)
    if not sql:
        return False
    inside = f"customer IS NOT NULL AND cutoff BETWEEN {stays.first} AND {stays.last}"
    work.write(
        f"SELECT row_number() OVER (ORDER BY sort, cutoff, customer, label) - 1 AS moment, *"  # noqa: S608
        f" FROM ({sql}) WHERE {inside} ORDER BY moment",
        MOMENTS,
        (0.8, 0.85),
        COUNTING,
    )
    return work.number(f"SELECT count(*) FROM {work.file(MOMENTS)}") > 0  # noqa: S608


def _customers(work: Work, moments: bool) -> Attributes:
    attributes = attributes_of(work.connection, work.tables, work.choices.zone)
    names = [f"attributes_{t.place}" for t in work.tables if t.part is Part.CUSTOMERS]
    sources = [work.file(EVENTS), *([work.file(MOMENTS)] if moments else []), *names]
    everyone = " UNION ALL ".join(f"SELECT customer FROM {source}" for source in sources)  # noqa: S608
    work.connection.execute(
        f"CREATE TEMP TABLE everyone AS SELECT DISTINCT customer FROM ({everyone})"  # noqa: S608
    )
    work.write(f"{attributes.sql} ORDER BY everyone.customer", CUSTOMERS, (0.85, 0.9), COUNTING)
    return attributes


def _pulse(work: Work) -> None:
    work.connection.execute(
        "CREATE TEMP TABLE numbers AS SELECT customer,"
        " CAST(row_number() OVER (ORDER BY customer) - 1 AS INTEGER) AS number FROM everyone"
    )
    work.write(
        'SELECT CAST(floor("at" / 86400000.0) AS INTEGER) AS day, number, bool_or(buys) AS bought'  # noqa: S608
        f" FROM {work.file(EVENTS)} JOIN numbers USING (customer) GROUP BY day, number"
        " ORDER BY day, number",
        PULSE,
        (0.9, 0.98),
        COUNTING,
    )
