"""Files at rest: where a project is encrypted, what its files hold is sealed on disk.

Whoever writes gets a file in memory and what was written is sealed on its way to the disk; whoever
reads gets it in clear in memory, never on the disk. A file is sealed for its place in the project,
so that none can stand in for another. ``core.store.folder`` and ``core.store.frames`` go through
here; nobody else needs to know.
"""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from core import wire
from core.errors import VaultDamaged
from core.store import index
from core.store.glance import is_there
from core.store.sealed import (
    MAGIC,
    Held,
    fitting,
    held,
    private_folder,
    seal,
    sealed_file,
    unseal,
)

if TYPE_CHECKING:
    from core.store.vault import Vault

RECORD = "rest.json"
# what tells of no customer, and what is needed before there is a key
ALWAYS_CLEAR = frozenset(
    (
        "project.json",
        RECORD,
        "unfinished.json",
        "roles.json",
        "roles.lock",
        "vault",
        "privacy",
        "trail.jsonl",
        "untold",
    )
)
# what ``core.store.folder`` calls what it is writing, and nothing else is called: a person's hidden
# files are not ours to sweep
OURS = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{32}(?P<old>\.old)?")
# what ``core.store.together`` calls a copy of a project that will be put in its place
PROJECT_COPY = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{32}\.change")


class State(StrEnum):
    """How a project's files lie on disk; in between, some are sealed and some are not yet."""

    CLEAR = "clear"
    SEALING = "sealing"
    SEALED = "sealed"
    OPENING = "opening"


class _Record(msgspec.Struct, frozen=True):
    state: State


def state(project: Path) -> State:
    """How the files of a project's folder lie on disk.

    Raises VaultDamaged, also where the record of an encrypted project was taken away or changed:
    what is written would lie in clear.
    """
    told = _told(project)
    copy = PROJECT_COPY.fullmatch(project.name)
    name = copy["name"] if copy else project.name
    if told is not State.SEALED and index.rest_noted(project.parent.parent, name) == State.SEALED:
        raise VaultDamaged(RECORD)
    return told


def _told(project: Path) -> State:
    file = project / RECORD
    if not is_there(file):
        return State.CLEAR
    try:
        return wire.read(file.read_bytes(), _Record).state
    except FileNotFoundError:  # switched off between two looks
        return State.CLEAR
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise VaultDamaged(RECORD) from fault


def project_of(path: Path) -> Path | None:
    """The folder of the project that a file or folder lies in, or would."""
    return next((each for each in path.parents if each.parent.name == "projects"), None)


def is_to_be_sealed(path: Path) -> bool:
    """Whether what is written there must be sealed. Raises VaultDamaged."""
    project = project_of(path)
    if project is None or path.relative_to(project).parts[0] in ALWAYS_CLEAR:
        return False
    return state(project) in (State.SEALING, State.SEALED)


def is_sealed(file: Path) -> bool:
    """Whether a file is one of ours that is sealed."""
    with file.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


@contextmanager
def passed(path: Path, aside: Path) -> Iterator[Path]:
    """A file to write that ends in ``aside``, which will be put at ``path``: sealed, or itself.

    Raises what ``vault.opened`` raises.
    """
    if not is_to_be_sealed(path):
        yield aside
        return
    key, clear = _key(path), held(path.name)
    yield clear.path
    sealed_file(key, context(path), clear.path, aside)


@contextmanager
def passed_folder(place: Path, aside: Path) -> Iterator[Path]:
    """A folder to fill that ends in ``aside``, which will be put at ``place``.

    Raises what ``vault.opened`` raises.
    """
    if not is_to_be_sealed(place / RECORD):
        yield aside
        return
    _key(place / RECORD)
    with private_folder(in_memory=True) as folder:
        clear = folder / place.name
        clear.mkdir()
        yield clear
        move_sealed(clear, aside, place)


def move_sealed(clear: Path, aside: Path, place: Path) -> None:
    """Seals every file under ``clear`` into ``aside`` as if it were under ``place``."""
    for file in sorted(clear.rglob("*")):
        name = file.relative_to(clear)
        if file.is_dir():
            (aside / name).mkdir(parents=True, exist_ok=True)
        elif is_sealed(file):  # what is only carried along is sealed for this place already
            shutil.copyfile(file, aside / name)
        else:
            sealed_file(_key(place / name), context(place / name), file, aside / name)


def turn(file: Path, aside: Path, sealed: bool) -> None:
    """Writes what a project's file holds to ``aside``, sealed or in clear; maybe it is so now."""
    with file.open("rb") as source, aside.open("wb") as target:
        begins, _ = source.read(len(MAGIC)), source.seek(0)
        if (begins == MAGIC) is sealed:
            shutil.copyfileobj(source, target)
        elif sealed:
            seal(_key(file), context(file), source, target)
        else:
            _unseal(file, source, target)


def content(file: Path) -> bytes:
    """What a file holds, in clear.

    Raises FileNotFoundError, VaultDamaged and what ``vault.opened`` raises.
    """
    with opened(file) as clear:
        return clear.read_bytes()


@contextmanager
def opened(file: Path) -> Iterator[Path]:
    """The file in clear for the length of the block: in memory where it is sealed.

    Raises what ``content`` raises.
    """
    clear = in_clear(file)
    yield file if clear is None else clear.path


@contextmanager
def opened_folder(place: Path, names: tuple[str, ...] = ()) -> Iterator[Path]:
    """The folder with its files in clear for the length of the block; of the same name.

    Where ``names`` are given, only these are opened and the others are there. Raises what
    ``content`` raises.
    """
    if state_around(place) is State.CLEAR:
        yield place
        return
    with private_folder() as folder, ExitStack() as stack:
        for file in _whole(place):
            link = folder / place.name / file.relative_to(place)
            link.parent.mkdir(parents=True, exist_ok=True)
            wanted = not names or file.relative_to(place).as_posix() in names
            link.symlink_to(stack.enter_context(opened(file)) if wanted else file)
        yield folder / place.name


def _whole(place: Path) -> list[Path]:
    """The files of a folder but for what is being written to replace one."""
    return sorted(p for p in place.rglob("*") if not p.is_dir() and not OURS.fullmatch(p.name))


@contextmanager
def scratch(project: Path) -> Iterator[Path]:
    """A folder to make a table of the project in, on the same disk; in memory where it is
    encrypted. It goes with the block."""
    if state(project) is not State.CLEAR:
        with private(project) as folder:
            yield folder
        return
    # a name that the sweep of left-overs knows
    folder = project / "tables" / f".scratch.{uuid.uuid4().hex}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def private(project: Path) -> Iterator[Path]:
    """A private folder for what must not lie in the project in clear; it goes with the block."""
    with private_folder(in_memory=state(project) is not State.CLEAR) as folder:
        yield folder


def state_around(path: Path) -> State:
    """The state of the project that a path lies in; clear outside of any. Raises VaultDamaged."""
    project = project_of(path)
    return State.CLEAR if project is None else state(project)


def in_clear(file: Path) -> Held | None:
    """The file in memory, in clear; None where it is not sealed, and need not be."""
    around = state_around(file)
    if around is State.CLEAR or not is_to_be_told(file):
        return None
    if not is_sealed(file):
        if around is State.SEALED:  # ours was replaced, or its first bytes were changed
            raise VaultDamaged(context(file))
        return None
    clear = held(file.name)
    with file.open("rb") as source, clear.path.open("wb") as target:
        _unseal(file, source, target)
    return clear


def is_to_be_told(file: Path) -> bool:
    """Whether a file of a project is one of those that are sealed, where any are."""
    project = project_of(file)
    return project is not None and file.relative_to(project).parts[0] not in ALWAYS_CLEAR


def context(file: Path) -> str:
    """What a file is sealed as: its place in its project."""
    project = project_of(file)
    return file.name if project is None else f"rest:{file.relative_to(project).as_posix()}"


def _unseal(file: Path, source: BinaryIO, target: BinaryIO) -> None:
    key = fitting(_vault(file).keys, context(file), source)
    unseal(key, context(file), source, target)


def _key(path: Path) -> bytes:
    return _vault(path).key


def _vault(path: Path) -> Vault:
    from core.store import vault  # which keeps its own files through the same folder module

    project = project_of(path)
    if project is None:
        raise VaultDamaged(path.name)
    return vault.opened(project)
