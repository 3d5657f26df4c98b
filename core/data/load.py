"""A file that someone brings becomes a Dataset."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.parquet as pq

from core.data.dataset import SOURCE, Dataset, Provenance
from core.data.identity import content_id, read_as
from core.data.infer import infer
from core.data.privacy.detect import masked_schema
from core.data.source import FOUND_OUT, Options, source_of
from core.data.totals import totals_of
from core.data.understanding import as_said, dates_of, decimals_of, said
from core.data.unpack import unpacked
from core.data.waiting import told_meanwhile
from core.errors import DiskFull, FileEmpty, FileNotFound, TooLarge
from core.progress import Report, part
from core.schema import Schema

STAGE = "data.stage.understanding"
# read(written, report) writes the table as text to the file ``written``, in a folder of its own
Reading = Callable[[Path, Report], Provenance]


def load(
    path: Path, name: str, into: Path, read_at: str, report: Report, options: Options = FOUND_OUT
) -> Dataset:
    """Reads the file at ``path``, called ``name`` by its owner, into folder ``into``.

    ``read_at`` is the time in ISO form. Raises the errors of "bringing a table" and those of
    ``settled``.
    """
    if not path.is_file():
        raise FileNotFound(name)
    if path.stat().st_size == 0:
        raise FileEmpty(name)

    def read(written: Path, report: Report) -> Provenance:
        report(0.0, "data.stage.reading")
        file, inner = unpacked(path, name, written.with_name("unpacked"), part(report, 0.0, 0.3))
        source = source_of(file, inner)
        provenance = source.read(file, inner, written, options, part(report, 0.3, 1.0))
        return replace(provenance, file=name, size=path.stat().st_size)

    return settled(read, name, into, read_at, report, options)


def settled(
    read: Reading, name: str, into: Path, read_at: str, report: Report, options: Options = FOUND_OUT
) -> Dataset:
    """What ``read`` writes, wherever it comes from, as a table in folder ``into``.

    Writes ``into/source.parquet`` (put in place when it is complete) and guesses what the columns
    mean. Raises DiskFull, TooLarge, and what ``read`` and ``report`` raise; then ``into`` holds
    nothing new.
    """
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=into, prefix=".reading") as aside, _limits(name):
        written = Path(aside) / SOURCE
        provenance = read(written, part(report, 0.0, 0.7))
        report(0.7, STAGE)
        found = told_meanwhile(
            lambda: _understood(written, provenance, options), part(report, 0.7, 1.0), STAGE
        )
        rows = pq.read_metadata(written).num_rows
        written.replace(into / SOURCE)
    report(1.0, STAGE)
    told = replace(found.provenance, read_at=read_at)
    return Dataset(found.identity, name, into, found.schema, rows, told)


@dataclass(frozen=True)
class _Understood:
    identity: str
    schema: Schema
    provenance: Provenance


def _understood(written: Path, provenance: Provenance, options: Options) -> _Understood:
    """What the cells of a file of text say and mean, beside what its source tells of the bytes."""
    identity, found = content_id(written), infer(written)
    meant = as_said(written, found, options)
    if meant != found:
        identity = read_as(identity, options.decimals, options.dates)
    schema = masked_schema(written, meant)
    totals, total = totals_of(written)
    provenance = replace(
        provenance,
        totals=totals,
        total=total,
        decimals=decimals_of(schema),
        dates=dates_of(schema),
        chosen=said(options),
    )
    return _Understood(identity, schema, provenance)


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
