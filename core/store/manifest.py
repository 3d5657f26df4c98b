"""The files of a model's folder with a checksum each, looked at before anything is parsed."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import msgspec

from core.errors import ModelDamaged
from core.store.rest import OURS

MANIFEST = "manifest.json"
LIBRARIES = ("numpy", "pandas", "scikit-learn", "keras", "skops")


class Manifest(msgspec.Struct):
    """SHA-256 of the files by name, versions of the libraries, and a checksum of these two."""

    files: dict[str, str]
    libraries: dict[str, str]
    check: str = ""


def seal(folder: Path) -> None:
    """Writes the manifest of what is in the folder."""
    sums = {name: _checksum(folder / name) for name in _files(folder)}
    manifest = Manifest(sums, {name: version(name) for name in LIBRARIES})
    manifest.check = _check(manifest)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))


def verify(folder: Path, names: tuple[str, ...] = ()) -> None:
    """Compares the folder with its manifest: which files there are, and what ``names`` hold (or,
    where none are named, all of them). Raises ModelDamaged with the file that differs.
    """
    manifest = _read(folder)
    if manifest.check != _check(manifest):
        raise ModelDamaged(folder.name, MANIFEST)
    if odd := set(manifest.files) ^ set(_files(folder)):
        raise ModelDamaged(folder.name, ", ".join(sorted(odd)))
    for name in names or manifest.files:
        if name not in manifest.files or _checksum(folder / name) != manifest.files[name]:
            raise ModelDamaged(folder.name, name)


def holds_nothing_else(folder: Path) -> bool:
    """True where every file in the folder is one of its manifest's: replacing it loses no more."""
    try:
        return set(_files(folder)) <= set(_read(folder).files)
    except ModelDamaged:
        return False


def _read(folder: Path) -> Manifest:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as fault:
        raise ModelDamaged(folder.name, MANIFEST) from fault


def _check(manifest: Manifest) -> str:
    known = msgspec.json.encode((manifest.files, manifest.libraries), order="deterministic")
    return hashlib.sha256(known).hexdigest()


def _files(folder: Path) -> list[str]:
    """Every file but the manifest, and what is just being written to replace one."""
    found = (p for p in folder.rglob("*") if not p.is_dir() and not OURS.fullmatch(p.name))
    names = (file.relative_to(folder).as_posix() for file in found)
    return sorted(name for name in names if name != MANIFEST)


def _checksum(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:  # a link to nowhere, a file that may not be read
        return ""
