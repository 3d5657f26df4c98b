"""A home with two projects and a few small models, and ways to tamper with a model's folder."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from core.store import models
from core.store.manifest import MANIFEST, Manifest
from tests.core.store.made import saved

KEY = "a key of the tests"
ELSEWHERE = "a key of another machine"
KINDS = ("linear", "tree", "mlp")


@dataclass(frozen=True)
class Shelf:
    """A home; in it ``ours``, a project with a model of each kind, the first of it saved twice."""

    home: Path
    old: Path  # the first version of the model that was saved twice
    foreign: Path  # the models as another machine would have signed them

    @property
    def ours(self) -> Path:
        return self.home / "projects" / "shop-000001"

    @property
    def other(self) -> Path:
        return self.home / "projects" / "shop-000002"

    def model(self, kind: str = "linear") -> Path:
        return self.ours / "models" / saved(kind).model.spec.id


def filled(folder: Path) -> Shelf:
    """The home in ``folder``; the environment says which key."""
    made = Shelf(folder / "home", folder / "old", folder / "foreign")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", ELSEWHERE)
        for kind in KINDS:
            theirs = folder / "elsewhere" / "projects" / "shop-000001" / "models"
            models.save(theirs / saved(kind).model.spec.id, saved(kind))
        theirs.rename(made.foreign)
    for project in (made.ours, made.other):
        project.mkdir(parents=True)
        (project / "project.json").write_text(
            f'{{"id":"{project.name}","name":"shop","created":"2026-01-01T00:00:00+00:00"}}'
        )
        for kind in KINDS:
            place = project / "models" / saved(kind).model.spec.id
            models.save(place, saved(kind))
    shutil.copytree(made.model(), made.old)
    models.save(made.model(), saved("linear"))
    return made


def flip(place: Path, draw: random.Random) -> None:
    """One bit of one file."""
    file = draw.choice(files(place))
    content = bytearray(file.read_bytes())
    if content:
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    else:
        content = bytearray(b"x")
    file.write_bytes(content)


def cut(place: Path, draw: random.Random) -> None:
    """A file is cut off, or gone."""
    file = draw.choice([file for file in files(place) if file.stat().st_size])
    if draw.random() < 0.3:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: draw.randrange(file.stat().st_size)])


def add(place: Path, draw: random.Random) -> None:
    """A file more, of a name that is nobody's."""
    (place / draw.choice(("", "estimator/")) / f"{draw.random()}.pkl").write_bytes(b"\x80\x04N.")


def unsigned(place: Path, draw: random.Random) -> None:
    """Another content under a manifest as they were before there were keys."""
    add(place, draw)
    names = [file for file in files(place) if file.name != MANIFEST]
    sums = {
        file.relative_to(place).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in names
    }
    known = msgspec.json.decode((place / MANIFEST).read_bytes(), type=Manifest)
    told = msgspec.json.encode((sums, known.libraries), order="deterministic")
    old = {"files": sums, "libraries": known.libraries, "check": hashlib.sha256(told).hexdigest()}
    (place / MANIFEST).write_bytes(msgspec.json.encode(old))


def edited(place: Path, draw: random.Random) -> None:
    """A file is another, and the manifest says its new hash under the old signature."""
    flip_not_manifest(place, draw)
    known = msgspec.json.decode((place / MANIFEST).read_bytes())
    for name in known["files"]:
        known["files"][name] = hashlib.sha256((place / name).read_bytes()).hexdigest()
    (place / MANIFEST).write_bytes(msgspec.json.encode(known))


def flip_not_manifest(place: Path, draw: random.Random) -> None:
    """One bit of the record, which holds the scores that people see."""
    file = place / "model.json"
    content = bytearray(file.read_bytes())
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    file.write_bytes(content)


def files(place: Path) -> list[Path]:
    """Every file of a folder."""
    return sorted(path for path in place.rglob("*") if path.is_file())


def replaced(place: Path, by: Path) -> None:
    """The folder ``by`` instead of ``place``."""
    shutil.rmtree(place)
    shutil.copytree(by, place)


def tamperings(shelf: Shelf) -> dict[str, Callable[[Path, random.Random], None]]:
    """By name, what somebody who can write into projects may do to a model's folder."""

    def rolled_back(place: Path, draw: random.Random) -> None:
        replaced(shelf.model(), shelf.old)
        flip(place, draw) if place != shelf.model() else None

    def from_elsewhere(place: Path, draw: random.Random) -> None:
        replaced(place, shelf.foreign / place.name)

    def of_another_project(place: Path, draw: random.Random) -> None:
        replaced(place, shelf.other / "models" / place.name)

    def of_another_model(place: Path, draw: random.Random) -> None:
        others = [shelf.model(kind) for kind in KINDS if shelf.model(kind) != place]
        replaced(place, draw.choice(others))

    def one_file_of_another(place: Path, draw: random.Random) -> None:
        by = draw.choice([shelf.model(kind) for kind in KINDS if shelf.model(kind) != place])
        shutil.copyfile(by / "background.parquet", place / "background.parquet")
        shutil.copyfile(by / "model.json", place / "model.json")

    return {
        "flipped": flip,
        "cut": cut,
        "added": add,
        "unsigned": unsigned,
        "edited": edited,
        "rolled back": rolled_back,
        "foreign": from_elsewhere,
        "other project": of_another_project,
        "other model": of_another_model,
        "swapped": one_file_of_another,
    }
