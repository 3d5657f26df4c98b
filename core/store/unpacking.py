"""A model comes from a .zip that another project or machine exported, and is trusted with nothing.

Names are looked at before anything is unpacked, checksums before anything is parsed; then the model
is loaded for the first time in a process of its own and has to give the scores that it gave. What
is refused is kept unopened beside the shelf, with the sentence why.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import msgspec

from core import wire
from core.errors import (
    CannotWrite,
    DiskFull,
    ModelDamaged,
    ModelThere,
    NotThere,
    PackageChanged,
    PackageFamily,
    PackageNewer,
    PackageTooLarge,
    PackageUnlike,
    PackageUnreadable,
    UserError,
)
from core.models.family import families
from core.progress import Report, silent
from core.store import (
    adoption,
    manifest,
    models,
    projects,
    proving,
    quarantine,
    registry,
    rest,
    shelf,
    trail,
)
from core.store import package as packages
from core.store.archive import looked_over, read_list, unpacked
from core.store.folder import room_on_disk
from core.store.manifest import MANIFEST
from core.store.package import LIST, PACKED_AT_MOST, WITHIN, Package
from core.store.record import FORMAT, RECORD
from core.store.signing import Verdict, verdict
from core.store.trail import What
from core.text.phrases import phrases

NOT_ITS_FAULT = (*shelf.NO_KEY, DiskFull, CannotWrite, NotThere, ModelThere)
SELF_TEST = "self-test"


class _Format(msgspec.Struct, frozen=True):
    format: int = 1


class _Wished(msgspec.Struct, frozen=True):
    family: str


class _About(msgspec.Struct, frozen=True):
    """What of ``model.json`` tells whether the rest of it can be read here."""

    spec: _Wished
    format: int = 1
    notes: tuple[str, ...] = ()


def import_model(home: Path, report: Report, project: str, file: str, name: str) -> dict[str, Any]:
    """Takes a brought file in as a model, as work beside the app; an upload of ours is removed.

    Raises what ``taken_in`` raises.
    """
    source = Path(file)
    try:
        return {"model": taken_in(projects.folder(home, project), source, name, report)}
    finally:
        if source.is_relative_to(home / "uploads"):
            shutil.rmtree(source.parent, ignore_errors=True)


def restore_model(home: Path, report: Report, project: str, key: str) -> dict[str, Any]:
    """``restored`` as work beside the app."""
    return {"model": restored(projects.folder(home, project), key, report)}


def taken_in(project: Path, file: Path, name: str, report: Report) -> str:
    """Puts the model in ``file``, which a person calls ``name``, into a project; gives its id.

    Refused, it is set aside with why. Raises ModelThere, the errors of packages, ModelOutdated,
    DiskFull, and what ``vault.opened`` raises.
    """
    try:
        return _taken_in(project, file, name, report)
    except NOT_ITS_FAULT:
        raise
    except UserError as fault:
        if file.stat().st_size <= PACKED_AT_MOST:
            quarantine.refuse(project, file, name, fault)
        raise


def tried_again(project: Path, key: str, report: Report) -> str:
    """The same for a file that was refused and set aside, where it now passes; gives its id."""
    name = quarantine.aside(project, key).file
    model = _taken_in(project, quarantine.package(project, key), name, report)
    quarantine.remove(project, key)
    return model


def restored(project: Path, name: str, report: Report = silent) -> str:
    """Brings back a model that was put away, by its id, or what was set aside, by its key, where
    it now passes every check; gives the model's id. Raises NotThere and what is wrong with it."""
    if not any(each.key == name for each in quarantine.asides(project)):
        registry.restore(project, name)
        return name
    if not quarantine.aside(project, name).model:
        return tried_again(project, name, report)
    return registry.restore_aside(project, name)


def _taken_in(project: Path, file: Path, name: str, report: Report) -> str:
    report(0.0, "registry.stage.looking")
    if (size := file.stat().st_size) > PACKED_AT_MOST:
        raise PackageTooLarge(name, size, PACKED_AT_MOST)
    with room_on_disk(name), rest.opened(file) as clear, rest.scratch(project) as aside:
        looked_over(clear, name)
        with zipfile.ZipFile(clear) as archive:
            about = _listed(archive, name)
            _is_this_apps(about, project, name)
            if (project / shelf.MODELS / about.model).exists():
                raise ModelThere(about.model)
            report(0.1, "registry.stage.unpacking")
            folder = unpacked(archive, about, aside / about.model, name)
        report(0.4, "registry.stage.trying")
        _looks_right(folder, name)
        _answers(folder, name)
        if models.wished(folder).id != about.model:
            raise PackageChanged(name, LIST)
        report(0.9, "registry.stage.keeping")
        _put(project, folder, name)
    return about.model


def _listed(archive: zipfile.ZipFile, name: str) -> Package:
    """The list of what is in it. Raises PackageNewer and PackageChanged."""
    text = read_list(archive, name)
    try:
        known = wire.read(text, _Format).format
        if known > packages.FORMAT:
            raise PackageNewer(name, LIST, str(known), str(packages.FORMAT))
        about = wire.read(text, Package)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise PackageChanged(name, LIST) from fault
    if not re.fullmatch(models.ID, about.model):
        raise PackageChanged(name, LIST)
    return about


def _is_this_apps(about: Package, project: Path, name: str) -> None:
    """Where this installation exported it, its list must be the one that was signed then."""
    home = project.parent.parent
    said = verdict(home, about.key, packages.signed_part(about), about.signature)
    if said is Verdict.BAD:
        raise PackageChanged(name, LIST)


def _looks_right(folder: Path, name: str) -> None:
    """What can be told without loading the model. Raises the errors of packages, ModelOutdated."""
    try:
        manifest.compare(folder)
    except ModelDamaged as fault:
        raise PackageChanged(name, WITHIN + MANIFEST) from fault
    for library, theirs in manifest.read(folder).libraries.items():
        here = manifest.running().get(library, "")
        if _number(theirs) > _number(here):
            raise PackageNewer(name, library, theirs, here)
    try:
        about = wire.read((folder / RECORD).read_bytes(), _About)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise PackageUnreadable(name, RECORD) from fault
    if about.format > FORMAT:
        raise PackageNewer(name, RECORD, str(about.format), str(FORMAT))
    if about.spec.family not in families():
        raise PackageFamily(name, about.spec.family)
    if any(note not in phrases() for note in about.notes):
        raise PackageUnreadable(name, f"{RECORD}: notes")
    manifest.check_version(folder)
    try:
        adoption.looks_harmless(folder)
    except ModelDamaged as fault:
        raise PackageUnreadable(name, fault.reason) from fault


def _answers(folder: Path, name: str) -> None:
    """Loads it in a process of its own. Raises PackageUnlike and PackageUnreadable."""
    try:
        proving.prove(folder)
    except ModelDamaged as fault:
        if SELF_TEST in fault.reason:
            raise PackageUnlike(name) from fault
        raise PackageUnreadable(name, fault.reason) from fault


def _put(project: Path, folder: Path, name: str) -> None:
    place = project / shelf.MODELS / folder.name
    digest = manifest.digest(folder)
    trail.tell(project, What.IMPORT, folder.name, digest, kind="model", file=name)
    with shelf.put(place, manifest.read(folder).libraries) as into:
        shutil.copytree(folder, into, dirs_exist_ok=True)


def _number(version: str) -> tuple[int, ...]:
    """The first two parts of a version; what is no number is none."""
    parts = version.split(".")[:2]
    return tuple(int(part) for part in parts if part.isdecimal() and len(part) < 9)
