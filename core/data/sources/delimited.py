"""Text with separators: CSV, TSV and their relatives in any alphabet and with any line end."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from core.data.careful import Rows
from core.data.dataset import Provenance
from core.data.dialect import SPACES, Dialect, dialect_of
from core.data.encoding import encoding_of, transcode
from core.data.engine import engine, identifier, literal
from core.data.rows import write_rows
from core.data.source import Options, Source
from core.errors import HeaderOnly, NotATable
from core.progress import Report, part

LONGEST_LINE = 4_000_000
CELLS_IN_A_GROUP = 2_500_000


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads a text file. Raises FileEmpty, HeaderOnly, OneColumn, TooManyColumns, NotATable."""
    report(0.0, "data.stage.reading")
    encoding = encoding_of(path, name)
    with TemporaryDirectory(dir=into.parent, prefix=".text") as folder:
        text = path
        if not encoding.startswith("utf-8"):
            text = Path(folder) / "text"
            transcode(path, encoding, name, text, part(report, 0.1, 0.4))
        dialect = dialect_of(text, name)
        rows, left_out = _rows(text, dialect, into, part(report, 0.4, 1.0))
    if not rows and left_out:
        raise NotATable(name, "ragged")
    if not rows:
        raise HeaderOnly(name, len(dialect.names))
    return Provenance(
        file=name,
        size=path.stat().st_size,
        format=SOURCE.key,
        encoding=encoding,
        separator=dialect.separator,
        rows_left_out=left_out,
    )


def _rows(path: Path, dialect: Dialect, into: Path, report: Report) -> tuple[int, int]:
    """Writes the rows; gives how many, and how many were left out."""
    if dialect.line_end in ("\n", "\r\n") and dialect.separator != SPACES and not dialect.skipped:
        try:
            return _strictly(path, dialect, into), 0
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            # DuckDB keeps strictly to the standard; what it refuses is read with care instead
            into.unlink(missing_ok=True)
    careful = Rows(path, dialect)
    return write_rows(dialect.names, careful, into, report), careful.left_out


def _strictly(path: Path, dialect: Dialect, into: Path) -> int:
    columns = [f"c{place}" for place in range(len(dialect.names))]
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    named = ", ".join(
        f"{column} AS {identifier(name)}"
        for column, name in zip(columns, dialect.names, strict=True)
    )
    group = max(2_048, min(122_880, CELLS_IN_A_GROUP // len(columns)))
    with engine(into.parent) as connection:
        done = connection.execute(
            f"COPY (SELECT {named} FROM read_csv({literal(str(path))}, auto_detect = false,"  # noqa: S608
            f" columns = {{{types}}}, header = {str(dialect.has_header).lower()},"
            f" delim = {literal(dialect.separator)}, quote = '\"', escape = '\"',"
            f" strict_mode = true, max_line_size = {LONGEST_LINE}))"
            f" TO {literal(str(into))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})"
        ).fetchone()
    return int(done[0]) if done else 0


def _claims(path: Path) -> bool:
    return False


SOURCE = Source(
    key="delimited", order=9, endings=(".csv", ".tsv", ".txt", ".tab"), read=read, claims=_claims
)
