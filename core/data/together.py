"""The files of a folder read as one table, straight through DuckDB where that can be."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.as_text import described, selected, text_columns
from core.data.dataset import Note, Provenance
from core.data.dialect import dialect_of
from core.data.engine import batches, engine, identifier, literal
from core.data.folder import Folder
from core.data.names import column_names
from core.data.rows import write_batches
from core.data.source import FOUND_OUT, source_of
from core.data.sources.parquet import refuse_width
from core.data.unpack import opened, unpacked
from core.errors import FileDamaged, HeaderOnly, ShapesDiffer
from core.progress import Report, part

SAMPLE = 1 << 18
LONGEST_LINE = 4_000_000
FILE = "file"
STAGE = "data.stage.reading"


def read_folder(folder: Folder, with_file: bool, into: Path, report: Report) -> Provenance:
    """Reads all files as one table, in the order of their paths; every cell as text.

    ``with_file`` adds the column "file": each row's file, from the folder on. Straight through
    DuckDB where it can be; otherwise file by file, as single files are read. Raises ShapesDiffer,
    HeaderOnly, OneColumn, TooManyColumns and the errors of "bringing a table".
    """
    report(0.0, STAGE)
    found = _straight(folder, with_file, into, report)
    left_out = 0
    if found is None:
        into.unlink(missing_ok=True)
        found, left_out = _one_by_one(folder, with_file, into, report)
    if not found:
        raise HeaderOnly(folder.place.name, 0)
    notes = (Note("folder_files", len(folder.files)), Note("folder_others", folder.others))
    return Provenance(
        file=folder.place.name,
        size=folder.size,
        format="folder",
        rows_left_out=left_out,
        notes=tuple(note for note in notes if note.count),
    )


def _straight(folder: Folder, with_file: bool, into: Path, report: Report) -> int | None:
    """Rows written by DuckDB alone; None where it cannot read the files as they are."""
    if folder.kind == "json":  # DuckDB would write its numbers anew
        return None
    with engine(into.parent) as connection:
        try:
            if folder.kind == "parquet":
                return _copied(connection, folder, _parquet(folder), with_file, into, report)
            shapes = [_shape(file, into.parent) for file in folder.files]
            if None in shapes:
                return None
            source = _csv(folder, [shape for shape in shapes if shape])
            return _copied(connection, folder, source, with_file, into, report)
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException):
            return None


def _copied(
    connection: duckdb.DuckDBPyConnection,
    folder: Folder,
    source: str,
    with_file: bool,
    into: Path,
    report: Report,
) -> int:
    names, types = described(connection, source)
    inner = [(n, t) for n, t in zip(names, types, strict=True) if n != "filename"]
    columns = text_columns(
        [name for name, _ in inner], [t for _, t in inner], [identifier(n) for n, _ in inner]
    )
    titles = column_names([c.name for c in columns] + [FILE] * with_file)
    refuse_width(titles, folder.place.name)
    chosen = selected(columns, titles[: len(columns)])
    if with_file:
        path = f"substr(filename, {len(str(folder.place)) + 2})"
        chosen += f", {path} AS {identifier(titles[-1])}"
    return _written(connection, f"SELECT {chosen} FROM {source}", into, report)  # noqa: S608


def _written(connection: duckdb.DuckDBPyConnection, select: str, into: Path, report: Report) -> int:
    """Writes what a statement gives; how many rows."""
    found = connection.sql(select)
    return write_batches(found.columns, batches(found), into, report)


def _parquet(folder: Folder) -> str:
    names = [_names(file) for file in folder.files]
    refuse_differing(folder, names)
    return f"read_parquet([{_paths(folder.files)}], union_by_name = true, filename = true)"


def _names(file: Path) -> tuple[str, ...]:
    try:
        return tuple(pq.read_schema(file).names)
    except (pa.ArrowException, OSError) as error:
        raise FileDamaged(file.name, "parquet") from error


def refuse_differing(folder: Folder, names: Sequence[tuple[str, ...]]) -> None:
    """Raises ShapesDiffer where a file's columns are not those of the first, in any order."""
    for file, own in zip(folder.files, names, strict=True):
        if differing := set(names[0]) ^ set(own):
            first = str(folder.files[0].relative_to(folder.place))
            second = str(file.relative_to(folder.place))
            raise ShapesDiffer(first, second, tuple(sorted(differing)))


def _paths(files: Sequence[Path]) -> str:
    return ", ".join(literal(str(file)) for file in files)


@dataclass(frozen=True)
class _Shape:
    separator: str
    names: tuple[str, ...]
    has_header: bool


def _shape(file: Path, beside: Path) -> _Shape | None:
    """How a file of text is written, by its start; None where that is not plain CSV in UTF-8."""
    with TemporaryDirectory(dir=beside, prefix=".start") as aside:
        start = Path(aside) / "start"
        with opened(file) as packed:
            head = packed.read(SAMPLE)
            if len(head) == SAMPLE and (cut := head.rfind(b"\n")) > 0:
                head = head[: cut + 1]
        start.write_bytes(head)
        try:
            text = head.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        dialect = dialect_of(start, file.name)
    shape = _Shape(dialect.separator, dialect.names, dialect.has_header)
    return shape if _is_plain(text, shape) else None


def _is_plain(text: str, shape: _Shape) -> bool:
    """Whether the first line is the header (or the first row where there is none)."""
    if len(shape.separator) != 1 or shape.separator == " ":
        return False
    first = next(csv.reader(io.StringIO(text, newline=""), delimiter=shape.separator), [])
    if shape.has_header:
        return column_names(first) == shape.names
    return len(first) == len(shape.names)


def _csv(folder: Folder, shapes: Sequence[_Shape]) -> str:
    """SQL for all files; those whose columns stand in another order are read on their own."""
    refuse_differing(folder, [shape.names for shape in shapes])
    groups: dict[_Shape, list[Path]] = {}
    for file, shape in zip(folder.files, shapes, strict=True):
        groups.setdefault(shape, []).append(file)
    wanted = ", ".join(identifier(name) for name in shapes[0].names)
    parts = [
        f"SELECT {wanted}, filename FROM {_read_csv(files, shape)}"  # noqa: S608
        for shape, files in groups.items()
    ]
    return f"({' UNION ALL '.join(parts)})"


def _read_csv(files: Sequence[Path], shape: _Shape) -> str:
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in shape.names)
    return (
        f"read_csv([{_paths(files)}], auto_detect = false, columns = {{{types}}},"
        f" header = {str(shape.has_header).lower()}, delim = {literal(shape.separator)},"
        f" quote = '\"', escape = '\"', strict_mode = true, max_line_size = {LONGEST_LINE},"
        " filename = true)"
    )


def _one_by_one(folder: Folder, with_file: bool, into: Path, report: Report) -> tuple[int, int]:
    """Each file as single files are read, then all together: rows, and rows left out."""
    left_out, whole = 0, len(folder.files)
    with TemporaryDirectory(dir=into.parent, prefix=".files") as aside:
        parts = []
        for place, file in enumerate(folder.files):
            at = Path(aside) / f"{place:06}.parquet"
            within = part(report, 0.8 * place / whole, 0.8 * (place + 1) / whole)
            inner, name = unpacked(file, file.name, Path(aside) / "unpacked", part(within, 0, 0.3))
            source = source_of(inner, name)
            read = source.read(inner, name, at, FOUND_OUT, part(within, 0.3, 1.0))
            left_out += read.rows_left_out
            parts.append(at)
        rows = _together(folder, parts, with_file, into, part(report, 0.8, 1.0))
    return rows, left_out


def _together(
    folder: Folder, parts: list[Path], with_file: bool, into: Path, report: Report
) -> int:
    """Parquet files of text as one; records of JSON may lack keys, rows of tables no column."""
    names = [tuple(pq.read_schema(each).names) for each in parts]
    if folder.kind != "json":
        refuse_differing(folder, names)
    every = tuple(dict.fromkeys(name for own in names for name in own))
    titles = column_names([*every, *[FILE] * with_file])
    refuse_width(titles, folder.place.name)
    chosen = ", ".join(map(identifier, every))
    if with_file:
        shown = ", ".join(
            f"{literal(str(each))}: {literal(str(file.relative_to(folder.place)))}"
            for each, file in zip(parts, folder.files, strict=True)
        )
        chosen += f", (MAP {{{shown}}})[filename] AS {identifier(titles[-1])}"
    source = f"read_parquet([{_paths(parts)}], union_by_name = true, filename = true)"
    with engine(into.parent) as connection:
        return _written(connection, f"SELECT {chosen} FROM {source}", into, report)  # noqa: S608
