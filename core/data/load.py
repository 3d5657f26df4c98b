"""A file that someone brings becomes a Dataset."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.parquet as pq

from core.data.dataset import SOURCE, Dataset
from core.data.identity import content_id
from core.data.infer import infer
from core.data.source import FOUND_OUT, source_of
from core.data.unpack import unpacked
from core.errors import DiskFull, FileEmpty, FileNotFound, TooLarge
from core.progress import Report, part


def load(path: Path, name: str, into: Path, read_at: str, report: Report) -> Dataset:
    """Reads the file at ``path``, called ``name`` by its owner, into folder ``into``.

    Writes ``into/source.parquet`` (put in place when it is complete) and guesses what the columns
    mean. ``read_at`` is the time in ISO form. Raises the errors of "bringing a table", DiskFull,
    and what ``report`` raises; then ``into`` holds nothing new.
    """
    if not path.is_file():
        raise FileNotFound(name)
    if path.stat().st_size == 0:
        raise FileEmpty(name)
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=into, prefix=".reading") as aside, _limits(name):
        folder = Path(aside)
        report(0.0, "data.stage.reading")
        file, inner = unpacked(path, name, folder / "unpacked", part(report, 0.0, 0.2))
        source = source_of(file, inner)
        written = folder / SOURCE
        provenance = source.read(file, inner, written, FOUND_OUT, part(report, 0.2, 0.7))
        report(0.7, "data.stage.understanding")
        identity = content_id(written)
        report(0.75, "data.stage.understanding")
        schema = infer(written)
        rows = pq.read_metadata(written).num_rows
        written.replace(into / SOURCE)
    report(1.0, "data.stage.understanding")
    provenance = replace(provenance, file=name, size=path.stat().st_size, read_at=read_at)
    return Dataset(identity, name, into, schema, rows, provenance)


@contextmanager
def _limits(name: str) -> Iterator[None]:
    """The machine's limits in our words."""
    try:
        yield
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        raise TooLarge(name) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(name) from error
        raise
    except duckdb.IOException as error:
        if "space" in str(error).lower():
            raise DiskFull(name) from error
        raise
