"""Takes one table out of a .gz, .zst or .zip file, within limits."""

from __future__ import annotations

import errno
import gzip
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Protocol, cast

import pyarrow as pa

from core.data.contents import listed
from core.data.source import ending_of, known_endings
from core.errors import (
    ArchiveTooFull,
    FileDamaged,
    NothingInArchive,
    PasswordProtected,
    UnpacksTooLarge,
)
from core.progress import Report

BLOCK = 1 << 20
TIMES_AT_MOST = 100
BYTES_ALWAYS_FINE = 200_000_000
BYTES_AT_MOST = 4_000_000_000
MEMBERS_AT_MOST = 10_000
NAMED_AT_MOST = 100
GZIP = b"\x1f\x8b"
ZIP, EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
ZSTD = b"\x28\xb5\x2f\xfd"
ENDINGS = (".gz", ".zst", ".zip")


class Readable(Protocol):
    """What gives its bytes a block at a time."""

    def read(self, size: int, /) -> bytes: ...


def unpacked(path: Path, name: str, into: Path, report: Report) -> tuple[Path, str]:
    """The table inside ``path`` and its name, written to file ``into``; or both as they came.

    An archive's own names are only ever shown, never used as paths. Raises UnpacksTooLarge,
    NothingInArchive (no table inside, or several), ArchiveTooFull, PasswordProtected, FileDamaged.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(GZIP):
        inner = PurePosixPath(name).stem if ending_of(name) == ".gz" else name
        _copy(lambda: opened(path), path, name, into, report)
        return into, inner
    if head == ZSTD:
        inner = PurePosixPath(name).stem if ending_of(name) == ".zst" else name
        _copy(lambda: opened(path), path, name, into, report)
        return into, inner
    if head in (ZIP, EMPTY_ZIP) and not _is_document(path, name):
        return into, _from_zip(path, name, into, report)
    return path, name


def opened(path: Path) -> AbstractContextManager[Readable]:
    """A file's bytes, those of a .gz or .zst file as they were before packing."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(GZIP):
        return gzip.GzipFile(path)
    if head == ZSTD:
        return cast(
            AbstractContextManager[Readable], pa.input_stream(str(path), compression="zstd")
        )
    return path.open("rb")


def is_document(path: Path) -> bool:
    """Whether a zip file is a spreadsheet: Excel's and LibreOffice's formats are zips too."""
    names = _members(path)
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _is_document(path: Path, name: str) -> bool:
    """The same, at the first look at an archive: one of too many members is looked at no more."""
    if (members := listed(path)) > MEMBERS_AT_MOST:
        raise ArchiveTooFull(name, members, MEMBERS_AT_MOST)
    return is_document(path)


def _members(path: Path) -> frozenset[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return frozenset()


def too_large(size: int, packed: int) -> bool:
    """Whether ``size`` bytes are more than ``packed`` bytes may unpack to."""
    return size > BYTES_AT_MOST or (size > TIMES_AT_MOST * packed and size > BYTES_ALWAYS_FINE)


def _from_zip(path: Path, name: str, into: Path, report: Report) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            member = _table(archive, name)
            if member.flag_bits & 1:
                raise PasswordProtected(name)
            if too_large(member.file_size, member.compress_size):
                raise UnpacksTooLarge(name, member.file_size, BYTES_ALWAYS_FINE)
            _copy(lambda: archive.open(member), path, name, into, report)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise FileDamaged(name, "zip") from error
    return PurePosixPath(member.filename).name


def _table(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The one table inside; a text file does not count beside a single true table."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not _is_hidden(PurePosixPath(member.filename))
    ]
    tables = [m for m in members if ending_of(m.filename) in known_endings()]
    true_tables = [m for m in tables if ending_of(m.filename) != ".txt"]
    for found in (tables, true_tables):
        if len(found) == 1:
            return found[0]
    raise NothingInArchive(name, tuple(m.filename for m in tables or members)[:NAMED_AT_MOST])


def _is_hidden(path: PurePosixPath) -> bool:
    return path.name.startswith(".") or "__MACOSX" in path.parts


def _copy(
    opened: Callable[[], AbstractContextManager[Readable]],
    path: Path,
    name: str,
    into: Path,
    report: Report,
) -> None:
    packed, size = path.stat().st_size, 0
    try:
        with opened() as packing, into.open("wb") as file:
            while block := packing.read(BLOCK):
                size += len(block)
                if too_large(size, packed):
                    raise UnpacksTooLarge(name, size, min(BYTES_AT_MOST, BYTES_ALWAYS_FINE))
                file.write(block)
                report(1 - packed / (packed + size), "data.stage.unpacking")
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise FileDamaged(name, "zip") from error
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):  # the system's own
            raise
        raise FileDamaged(name, "zip" if error.errno else "zstd") from error  # or Arrow's word
    except RuntimeError as error:  # zipfile's word for a missing password
        raise PasswordProtected(name) from error
