"""Text with separators: CSV, TSV and their relatives in any alphabet and with any line end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from core.data.careful import Rows
from core.data.dataset import Provenance
from core.data.dialect import SEPARATORS, Dialect, dialect_of
from core.data.encoding import begins_as_utf8, encoding_of, known_encoding, transcode
from core.data.longest import refuse_long_lines
from core.data.records import SPACES
from core.data.rows import write_rows
from core.data.source import Options, Source
from core.data.tidy import Untidy, write_tidy
from core.data.unguard import guards_off
from core.errors import BadSetting, HeaderOnly, NotATable, UserError
from core.progress import Report, part

MARKED = "utf-8-sig"
UTF8 = ("utf-8", MARKED)


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads a text file.

    A file that was written for spreadsheets (``core.data.spreadsheet``) loses what guards its
    cells. Raises FileEmpty, HeaderOnly, OneColumn, TooManyColumns, CellTooLong, NotATable, and
    BadSetting for options that cannot be.
    """
    told = _read(path, name, into, options, report)
    note = guards_off(path, into) if told.encoding == MARKED else None
    return told if note is None else replace(told, notes=(*told.notes, note))


def _read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    report(0.0, "data.stage.reading")
    if options.separator and options.separator not in (*SEPARATORS, SPACES):
        raise BadSetting("separator", options.separator, " ".join(SEPARATORS))
    refuse_long_lines(path, name)
    if not options.encoding:
        found = _at_once(path, name, into, options, report)
        if found is not None:
            return found
    encoding = known_encoding(options.encoding) if options.encoding else encoding_of(path, name)
    with TemporaryDirectory(dir=into.parent, prefix=".text") as folder:
        text = Path(folder) / "text"
        bad = transcode(path, encoding, text, part(report, 0.1, 0.4))
        dialect = dialect_of(text, name, options)
        rows, left_out = _rows(text, dialect, into, part(report, 0.4, 1.0))
    if left_out > rows:  # what could be placed is not the table
        raise NotATable(name, "ragged")
    if not rows:
        raise HeaderOnly(name, len(dialect.names))
    return _told(path, name, encoding, dialect, left_out=left_out, undecodable=bad)


def _at_once(
    path: Path, name: str, into: Path, options: Options, report: Report
) -> Provenance | None:
    """What is told of a tidy file in UTF-8, read in one go; None for any other, and nothing read.

    No separate look at the whole file is needed then: the reader itself finds what is not so.
    """
    if not begins_as_utf8(path):
        return None
    try:
        dialect = dialect_of(path, name, options)
        rows = 0 if dialect.separator == SPACES else write_tidy(path, dialect, into, report)
    except (Untidy, UserError):
        # what a closer look finds is said by it: bytes of another alphabet read as a poor table
        rows = 0
    if not rows:
        into.unlink(missing_ok=True)
        return None
    return _told(path, name, UTF8[_has_mark(path)], dialect)


def _has_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(3) == b"\xef\xbb\xbf"


def _rows(path: Path, dialect: Dialect, into: Path, report: Report) -> tuple[int, int]:
    """Writes the rows; gives how many, and how many were left out."""
    if dialect.separator != SPACES:
        try:
            return write_tidy(path, dialect, into, report), 0
        except Untidy:
            into.unlink(missing_ok=True)
    careful = Rows(path, dialect)
    return write_rows(dialect.names, careful, into, report), careful.left_out


def _told(
    path: Path,
    name: str,
    encoding: str,
    dialect: Dialect,
    *,
    left_out: int = 0,
    undecodable: int = 0,
) -> Provenance:
    return Provenance(
        file=name,
        size=path.stat().st_size,
        format=SOURCE.key,
        encoding=encoding,
        separator=dialect.separator,
        rows_left_out=left_out,
        header_row=dialect.skipped + 1 if dialect.has_header else 0,
        skipped=dialect.skipped,
        above=dialect.above,
        undecodable=undecodable,
        notes=dialect.notes,
    )


def _claims(path: Path) -> bool:
    return False


SOURCE = Source(
    key="delimited", order=9, endings=(".csv", ".tsv", ".txt", ".tab"), read=read, claims=_claims
)
