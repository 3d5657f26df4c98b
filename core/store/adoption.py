"""Models that came from elsewhere are checked and signed, once a person says to trust them.

A model that was copied from another machine, or restored from before it was last trained, carries
no signature that is worth anything here. It is taken over after cheap checks of what it holds and
after it loaded in a process of its own; that it is what it says nobody can check but the person.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from core.errors import ModelDamaged, ModelForeign, NotThere
from core.models import ensemble
from core.models.network import KERAS_FILE
from core.models.saving import ARRAYS, ESTIMATOR
from core.store import index, manifest, models, projects, proving, rest, shelf
from core.store.index import Entry, Where
from core.store.manifest import MANIFEST
from core.store.record import RECORD
from core.store.trail import What
from core.store.untold import telling

# where an estimator's files lie: its own, and those of an ensemble's members
ESTIMATORS = ("estimator", *(f"estimator/{ensemble.inside(n)}" for n in range(ensemble.MOST)))
PACKED = (ESTIMATOR, ARRAYS, KERAS_FILE)
KNOWN = frozenset(
    (
        RECORD,
        MANIFEST,
        "background.parquet",
        models.HELD_OUT,
        "self_test.parquet",
        f"estimator/{ensemble.RECORD}",
        *(f"{place}/{name}" for place in ESTIMATORS for name in (*PACKED, "baseline.json")),
    )
)
UNPACKED_AT_MOST = 20  # times the packed size; ours are not packed at all
MEMBERS_AT_MOST = 200_000
CONFIG, CONFIG_AT_MOST = "config.json", 1_000_000
SEQUENTIAL = "Sequential"
FUNCTIONAL, FUNCTIONAL_MODULE = "Functional", "keras.src.models.functional"
# class, module and registered name of a whole network, as Keras writes ours: one with pieces of
# numbers has two ways to its first layer
WHOLE = frozenset(((SEQUENTIAL, "keras", None), (FUNCTIONAL, FUNCTIONAL_MODULE, FUNCTIONAL)))
LAYERS = frozenset((SEQUENTIAL, "InputLayer", "Dense", "Activation", "Rescaling"))
LAYERS |= {"Concatenate", "ReLU"}
# what our layers are made with
CLASSES = LAYERS | {"DTypePolicy", "GlorotUniform", "Zeros", "__keras_tensor__"}
UNITS_AT_MOST = 65_536


@dataclass(frozen=True)
class Adopted:
    """The ids of models taken over, and of those left out with why."""

    taken: tuple[str, ...]
    refused: dict[str, str]


def adopt(project: Path) -> Adopted:
    """Takes over the models of a project that are not signed here; the others stay as they are.

    Raises DiskFull and what ``vault.opened`` raises.
    """
    shelf.take_in(project)
    taken, refused = [], {}
    for place in sorted((project / "models").glob("[0-9a-f]*")):
        try:
            models.looked_over(place)
        except ModelForeign:
            try:
                adopt_model(place)
                taken.append(place.name)
            except ModelDamaged as fault:
                refused[place.name] = fault.reason
        except ModelDamaged as fault:
            refused[place.name] = fault.reason
    return Adopted(tuple(taken), refused)


def adopt_model(place: Path) -> None:
    """Checks a model's folder and signs it. Raises NotThere, ModelDamaged and DiskFull."""
    models.there(place)
    if place.is_symlink() or any(file.is_symlink() for file in place.rglob("*")):
        raise ModelDamaged(place.name, "link")
    with rest.opened_folder(place) as folder:
        looks_harmless(folder)
        manifest.compare(folder)
        proving.prove(place)
        known = manifest.where(place)
        number = 1 if known is None else index.next_version(known)
        if known is None:
            shelf.resign(folder, place, number)
        else:
            _signed(folder, place, known, number)
    logging.warning("%s was taken over", place)


def _signed(folder: Path, place: Path, known: Where, number: int) -> None:
    project = known.home / "projects" / known.project
    with telling(project, What.ADOPT, known.name, kind="model") as told:
        told.hash = shelf.resign(folder, place, number)
        entry = Entry(known.kind, known.name, number, told.hash, "", "", 0.0)
        index.know(known.home, known.project, (entry,))
        shelf.note_proven(place)


def readmit(place: Path) -> None:
    """Takes a model of this installation back onto the shelf that was set aside.

    Raises NotThere, ModelForeign, ModelDamaged, ModelOutdated, and what ``vault.opened`` raises.
    """
    models.there(place)
    with rest.opened_folder(place) as folder:
        manifest.verify(folder, place)
        manifest.check_version(folder)
    adopt_model(place)


def looks_harmless(folder: Path) -> None:
    """Raises ModelDamaged for files that no model of ours has, and for what unpacks too far."""
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    if odd := names - KNOWN:
        raise ModelDamaged(folder.name, ", ".join(sorted(odd))[:200])
    for name in sorted(names):
        file = folder / name
        if file.name in PACKED and file.stat().st_size:
            try:
                _unpacks(file, folder.name)
            except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
                raise ModelDamaged(folder.name, name) from fault


def _unpacks(file: Path, model: str) -> None:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        size = sum(member.file_size for member in members)
        if len(members) > MEMBERS_AT_MOST or size > UNPACKED_AT_MOST * file.stat().st_size:
            raise ModelDamaged(model, f"{file.name}: {size}")
        if file.name == KERAS_FILE and not _is_ours(archive):
            raise ModelDamaged(model, f"{file.name}: layers")


def _is_ours(archive: zipfile.ZipFile) -> bool:
    """Whether a network's own description names only what ours are made of, in sizes that are one.

    Nobody here reads a network from it, but a person may.
    """
    known = [member for member in archive.infolist() if member.filename == CONFIG]
    if len(known) != 1 or known[0].file_size > CONFIG_AT_MOST:
        return False
    try:
        config = msgspec.json.decode(archive.read(CONFIG))
        whole = (config["class_name"], config["module"], config["registered_name"])
        return whole in WHOLE and all(map(_is_known, islice(_objects(config), 1, None)))
    except (msgspec.DecodeError, RecursionError, LookupError, TypeError, AttributeError):
        return False


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """Every object within a value of JSON, itself among them."""
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(each)


def _is_known(part: dict[str, Any]) -> bool:
    return bool(
        part.get("class_name", SEQUENTIAL) in CLASSES
        and part.get("module", "keras").partition(".")[0] == "keras"
        and part.get("registered_name") is None
        and 0 < part.get("units", 1) <= UNITS_AT_MOST
    )


def adopt_named(home: Path, name: str) -> Adopted:
    """Takes over a project of the home by its id, or one model by its folder. Raises NotThere."""
    place = Path(name)
    if place.is_dir():
        adopt_model(place.resolve())
        return Adopted((place.name,), {})
    if not name.replace("-", "").isalnum():
        raise NotThere("project", name)
    return adopt(projects.folder(home, name))
