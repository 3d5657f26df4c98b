"""An archive of an exported model is looked over by its names alone, then unpacked by its list."""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from core.data.contents import end_of
from core.errors import (
    NotAPackage,
    PackageChanged,
    PackageEscapes,
    PackageExtra,
    PackageLacks,
    PackageLink,
    PackageLocked,
    PackagePickle,
    PackageTooLarge,
    PackageTwice,
)
from core.store.package import (
    ALWAYS_FINE,
    FOLDERS,
    LIST,
    LIST_AT_MOST,
    NAMES,
    TIMES_AT_MOST,
    UNPACKED_AT_MOST,
    WITHIN,
    Package,
)

BLOCK = 1 << 20
WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# what a damaged archive makes its reader say
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, ValueError,
           RuntimeError, OSError)  # fmt: skip
NAMED_AT_MOST = 20
DIRECTORY_AT_MOST = 1 << 20  # bytes: ours has some twenty names
NEEDED = (LIST, f"{WITHIN}model.json", f"{WITHIN}manifest.json", f"{WITHIN}background.parquet",
          f"{WITHIN}held_out.parquet", f"{WITHIN}self_test.parquet")  # fmt: skip
PICKLES = (".pkl", ".pickle", ".joblib", ".dill", ".cloudpickle")
PICKLED = tuple(b"\x80" + bytes((number,)) for number in range(2, 6))  # protocols 2 to 5
ZIPPED = b"PK\x03\x04"
ARRAY, OBJECTS = b"\x93NUMPY", (b"'O'", b"'|O'", b'"O"', b'"|O"')
HEADER = 4096  # bytes of an array's file that tell its type


def looked_over(file: Path, name: str) -> None:
    """Raises what is wrong with an archive's names and sizes; nothing of it is unpacked.

    ``name`` is what a person calls it.
    """
    _has_a_small_directory(file, name)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except DAMAGED as fault:
        raise NotAPackage(name) from fault
    seen: set[str] = set()
    for member in members:
        _is_a_plain_file(member, name)
        if member.filename in seen:
            raise PackageTwice(name, member.filename)
        seen.add(member.filename)
    if extra := sorted(seen - NAMES - FOLDERS):
        raise PackageExtra(name, tuple(extra[:NAMED_AT_MOST]))
    if missing := [each for each in NEEDED if each not in seen]:
        raise PackageLacks(name, tuple(missing))
    _unpacks_to_what_we_take(members, file, name)


def unpacked(archive: zipfile.ZipFile, about: Package, folder: Path, name: str) -> Path:
    """The model's new ``folder``, out of an archive that was looked over.

    Raises PackageExtra, PackageLacks, PackageChanged, PackagePickle and PackageTooLarge.
    """
    there = {member.filename for member in archive.infolist() if not member.is_dir()} - {LIST}
    if extra := sorted(there - set(about.files)):
        raise PackageExtra(name, tuple(extra))
    if missing := sorted(set(about.files) - there):
        raise PackageLacks(name, tuple(missing[:NAMED_AT_MOST]))
    for path, digest in sorted(about.files.items()):
        place = folder / path.removeprefix(WITHIN) if path.startswith(WITHIN) else None
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
        if _copied(archive, path, place, name) != digest:
            raise PackageChanged(name, path)
        if place is not None:
            _is_no_pickle(place, path, name)
    return folder


def _is_a_plain_file(member: zipfile.ZipInfo, name: str) -> None:
    """Raises what is wrong with what a member says of itself."""
    path = member.filename
    if path.startswith("/") or "\\" in path or ":" in path or _climbs(path):
        raise PackageEscapes(name, path)
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageLink(name, path)
    if path.lower().endswith(PICKLES):
        raise PackagePickle(name, path)
    if member.flag_bits & 1:
        raise PackageLocked(name)
    if member.compress_type not in WAYS:
        raise PackageChanged(name, path)


def _climbs(path: str) -> bool:
    return ".." in path.split("/") or posixpath.normpath(path) != path.rstrip("/")


def _has_a_small_directory(file: Path, name: str) -> None:
    """Python reads an archive's whole list of names before it can be asked how long that is."""
    end = end_of(file)
    if end is None or end.is_large:
        raise NotAPackage(name)
    if end.room > DIRECTORY_AT_MOST:
        raise PackageTooLarge(name, end.room, DIRECTORY_AT_MOST)


def _unpacks_to_what_we_take(members: list[zipfile.ZipInfo], file: Path, name: str) -> None:
    size, packed = sum(member.file_size for member in members), file.stat().st_size
    _is_fine(size, packed, name)
    for member in members:
        if member.filename == LIST and member.file_size > LIST_AT_MOST:
            raise PackageTooLarge(name, member.file_size, LIST_AT_MOST)


def _is_fine(size: int, packed: int, name: str) -> None:
    limit = min(UNPACKED_AT_MOST, max(ALWAYS_FINE, TIMES_AT_MOST * packed))
    if size > limit:
        raise PackageTooLarge(name, size, limit)


def read_list(archive: zipfile.ZipFile, name: str) -> bytes:
    """The list of an archive that was looked over. Raises PackageChanged."""
    return b"".join(_blocks(archive, LIST, name))


def _copied(archive: zipfile.ZipFile, path: str, place: Path | None, name: str) -> str:
    """Unpacks a file a block at a time, or only reads it; gives its SHA-256."""
    digest = hashlib.sha256()
    with (place or Path(os.devnull)).open("wb") as target:
        for block in _blocks(archive, path, name):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def _blocks(archive: zipfile.ZipFile, path: str, name: str) -> Iterator[bytes]:
    """What is packed under a name; no more than its own list says. Raises PackageChanged."""
    left = archive.getinfo(path).file_size
    try:
        with archive.open(path) as source:
            while block := source.read(BLOCK):
                left -= len(block)
                if left < 0:
                    raise PackageChanged(name, path)
                yield block
    except DAMAGED as fault:
        raise PackageChanged(name, path) from fault


def _is_no_pickle(file: Path, path: str, name: str) -> None:
    """Raises PackagePickle for a pickle, by whatever name, also within an archive of arrays."""
    with file.open("rb") as stream:
        head = stream.read(HEADER)
    if head.startswith(PICKLED):
        raise PackagePickle(name, path)
    if not head.startswith(ZIPPED):
        return
    try:
        with zipfile.ZipFile(file) as inner:
            for member in inner.infolist():
                with inner.open(member) as packed:
                    head = packed.read(HEADER)
                array = head.startswith(ARRAY) and any(word in head for word in OBJECTS)
                if head.startswith(PICKLED) or array or member.filename.endswith(PICKLES):
                    raise PackagePickle(name, f"{path}: {member.filename}")
    except DAMAGED as fault:
        raise PackageChanged(name, path) from fault
