"""The files of a model's folder with a hash each, signed, looked at before anything is parsed.

The manifest says which folder of which project it is of, and the how-manieth version, so that it
cannot be taken for another's; the index, outside of the project, says which version is current.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import msgspec

from core import wire
from core.errors import ModelDamaged, ModelForeign, ModelOutdated
from core.store.index import Where
from core.store.rest import OURS, PROJECT_COPY, project_of
from core.store.signing import Verdict, signature, signing_key, verdict

MANIFEST = "manifest.json"
LIBRARIES = ("numpy", "pandas", "scikit-learn", "keras", "skops")
SKLEARN, ITS_FILE = "scikit-learn", "estimator/estimator.skops"
ALONE = ""  # what a folder outside of every project is bound to: a person may move it


class Manifest(msgspec.Struct, frozen=True):
    """SHA-256 of the files by name, versions of the libraries, what folder it is of, and the
    signature of all that by the key of an id. Those made before there were keys have a ``check``.
    """

    files: dict[str, str]
    libraries: dict[str, str]
    of: str = ALONE
    version: int = 0
    key: str = ""
    signature: str = ""
    check: str = ""


def where(place: Path) -> Where | None:
    """Which folder of which project a place is; None outside of every project.

    In a copy of a project that will be put in its place, it is the project's.
    """
    project = project_of(place)
    if project is None:
        return None
    copy = PROJECT_COPY.fullmatch(project.name)
    name = copy["name"] if copy else project.name
    return Where(project.parent.parent, name, place.parent.name, place.name)


def seal(folder: Path, place: Path, number: int, libraries: dict[str, str] | None = None) -> str:
    """Writes the signed manifest of what is in ``folder``, which will be put at ``place`` as its
    version ``number``; gives the manifest's hash. ``libraries`` made it, else those that are here.

    Raises DiskFull.
    """
    sums = {name: _checksum(folder / name) for name in _files(folder)}
    return _sign(folder, place, Manifest(sums, libraries or running(), version=number))


def sign_again(folder: Path, place: Path, number: int) -> str:
    """Signs a folder whose own checksums are right; what it says of libraries stays."""
    old = read(folder)
    return _sign(folder, place, Manifest(old.files, old.libraries, version=number))


def verify(folder: Path, place: Path, names: tuple[str, ...] = ()) -> str:
    """Compares ``folder`` (``place`` in clear) with its manifest: whose it is, which files there
    are, and what ``names`` hold (or, where none are named, all of them).

    Gives the hash of the manifest. Raises ModelDamaged with the file that differs, and
    ModelForeign where it is not of this installation.
    """
    manifest = read(folder)
    if not manifest.signature:
        raise ModelForeign(place.name)
    found = verdict(_home(place), manifest.key, _content(manifest), manifest.signature)
    if found is Verdict.UNKNOWN:
        raise ModelForeign(place.name)
    if found is Verdict.BAD or manifest.of != _bound(place):
        raise ModelDamaged(place.name, MANIFEST)
    if msgspec.json.encode(manifest) != (folder / MANIFEST).read_bytes():
        raise ModelDamaged(place.name, MANIFEST)
    _compare(manifest, folder, names)
    return digest(folder)


def verify_unsigned(folder: Path) -> None:
    """Compares a folder with a manifest from before there were keys. Raises ModelDamaged."""
    manifest = read(folder)
    known = msgspec.json.encode((manifest.files, manifest.libraries), order="deterministic")
    if manifest.signature or manifest.check != hashlib.sha256(known).hexdigest():
        raise ModelDamaged(folder.name, MANIFEST)
    _compare(manifest, folder, ())


def compare(folder: Path) -> None:
    """Compares a folder with its own manifest, whoever signed it or nobody. Raises ModelDamaged."""
    _compare(read(folder), folder, ())


def check_version(folder: Path) -> None:
    """Raises ModelOutdated where another minor version of scikit-learn trained the estimator."""
    manifest, name = read(folder), SKLEARN
    trained, here = manifest.libraries.get(name, ""), version(name)
    if ITS_FILE in manifest.files and _minor(trained) != _minor(here):
        raise ModelOutdated(folder.name, name, trained, here)


def running() -> dict[str, str]:
    """The versions of the libraries here."""
    return {name: version(name) for name in LIBRARIES}


def holds_nothing_else(folder: Path) -> bool:
    """True where every file in the folder is one of its manifest's: replacing it loses no more."""
    try:
        return set(_files(folder)) <= set(read(folder).files)
    except ModelDamaged:
        return False


def read(folder: Path) -> Manifest:
    """What the manifest says, of whoever it is. Raises ModelDamaged."""
    try:
        return wire.read((folder / MANIFEST).read_bytes(), Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as fault:
        raise ModelDamaged(folder.name, MANIFEST) from fault


def digest(folder: Path) -> str:
    """The SHA-256 of the manifest, which stands for all that the folder holds."""
    return _checksum(folder / MANIFEST)


def _sign(folder: Path, place: Path, manifest: Manifest) -> str:
    key = signing_key(_home(place))
    named = msgspec.structs.replace(manifest, of=_bound(place), key=key.id)
    signed = msgspec.structs.replace(named, signature=signature(key, _content(named)))
    (folder / MANIFEST).write_bytes(msgspec.json.encode(signed))
    return digest(folder)


def _content(manifest: Manifest) -> bytes:
    """What is signed: all but the signature."""
    bare = msgspec.structs.replace(manifest, signature="")
    return msgspec.json.encode(bare, order="deterministic")


def _bound(place: Path) -> str:
    known = where(place)
    return "/".join(known.key) if known else ALONE


def _home(place: Path) -> Path:
    from core.store import projects  # which looks after projects whose files are checked here

    known = where(place)
    return known.home if known else projects.home()


def _compare(manifest: Manifest, folder: Path, names: tuple[str, ...]) -> None:
    if odd := set(manifest.files) ^ set(_files(folder)):
        raise ModelDamaged(folder.name, ", ".join(sorted(odd)))
    for name in names or manifest.files:
        if name not in manifest.files or _checksum(folder / name) != manifest.files[name]:
            raise ModelDamaged(folder.name, name)


def _minor(of: str) -> list[str]:
    return of.split(".")[:2]


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
