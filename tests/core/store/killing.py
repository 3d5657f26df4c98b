"""Ends an operation of the store at any call to the file system, or lets the disk be full there.

``python -m tests.core.store.killing HOME FOLDER POINTS OPERATION...``: copies the home for each
point, does the operation in a fork that ends at that point, repairs, and looks what is there. One
line of JSON for each point. A process that forks must not have threads: all work is in forks.
"""

from __future__ import annotations

import errno
import hashlib
import importlib
import itertools
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from core.data.dataset import SOURCE
from core.errors import DiskFull, ModelThere
from core.progress import silent
from core.review.review import Answer, Person, State
from core.schema import Mask
from core.store import (
    bringing,
    chain,
    corrections,
    deletion,
    folder,
    guard,
    history,
    log,
    logged,
    models,
    packing,
    projects,
    protection,
    proving,
    quarantine,
    registry,
    removal,
    rest,
    reviews,
    said,
    tables,
    trail,
    unpacking,
    vault,
)
from core.store.rest import OURS
from core.store.reviews import Step
from core.tasks.models import train_model
from core.tasks.tidying import tidy
from tests.core.store.made import saved

KILLED, FULL, FAULT = 137, 3, 4
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate")
CUSTOMER = "KX-990017"
LATER = folder.LEFT_AFTER + 3600
LAST = 100_000  # a point that no operation comes to
MOMENTS = 25  # at random an operation is ended at most; it may be asked to end at every call


def only(home: Path) -> Path:
    """The project that was there from the start."""
    return min((home / "projects").glob("people-*"))


def table(home: Path) -> str:
    """Its table in use."""
    return projects.load(home, only(home).name).table


def save(home: Path) -> None:
    made = saved("linear")
    models.save(only(home) / "models" / made.model.spec.id, made)


def save_again(home: Path) -> None:
    place = _model(home)
    models.save(place, models.load(place))


def remove(home: Path) -> None:
    if (model := _model(home)).is_dir():
        models.remove(only(home), model.name)


def bring(home: Path) -> None:
    file = home / "uploads" / "x" / "more.csv"
    with folder.room_on_disk(file.name):  # the upload is the screen's, which says so too
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("id,mail,n\n" + "".join(f"{i},a{i}@b.example.org,{i}\n" for i in range(40)))
    bringing.bring_file(home, silent, str(file), "more.csv", look=lambda *_: None)


def mask(home: Path) -> None:
    dataset = tables.load(only(home), table(home))
    if "city" in dataset.schema:
        guard.remasked(only(home), dataset, {"city": Mask.DROP})


def encrypt(home: Path) -> None:
    protection.protect(only(home), True)


def correct(home: Path) -> None:
    corrections.correct(
        only(home), tables.load(only(home), table(home)), {"orders": {"role": ROLE}}
    )


def undo(home: Path) -> None:
    if history.history(only(home), table(home)):
        history.undo(only(home), table(home))


def forget(home: Path) -> None:
    if logged.entries(only(home), log.DELETIONS) == ():
        deletion.forget(only(home), CUSTOMER)


def remove_project(home: Path) -> None:
    if (home / "projects").is_dir() and any((home / "projects").glob("people-*/project.json")):
        removal.remove_project(home, only(home).name)


def tell(home: Path) -> None:
    if all(line.what != "score" for line in trail.lines(only(home))):
        trail.tell(only(home), trail.What.SCORE, "0123456789abcdef", kind="table", rows=7)


def archive(home: Path) -> None:
    registry.archive(only(home), _model(home).name)


def champion(home: Path) -> None:
    if not said.champions(only(home)):
        registry.crown(only(home), _model(home).name)


def note(home: Path) -> None:
    if not said.noted(only(home)):
        registry.note(only(home), _model(home).name, NOTE)


def judge(home: Path) -> None:
    model = _model(home).name
    if not reviews.load(only(home), model).verdicts:
        reviews.said(only(home), model, "data", Answer.YES, "", REVIEWER)


def sign(home: Path) -> None:
    model = _model(home).name
    if reviews.load(only(home), model).state is State.DRAFT:
        reviews.moved(only(home), model, Step(State.IN_REVIEW, REVIEWER), ())


def train(home: Path) -> None:
    """Another tree of the same question, as a worker trains it."""
    spec = models.entry(_model(home)).spec
    train_model(home, silent, only(home).name, msgspec.to_builtins(replace(spec, seed=77)))


def export(home: Path) -> None:
    packing.pack(only(home), _model(home).name, True, only(home) / EXPORTED)


def import_(home: Path) -> None:
    proving.prove = lambda place: models.tried(place) and None  # no process of its own from a fork
    with suppress(ModelThere):
        unpacking.taken_in(only(home), home / PACKAGE, PACKAGE, silent)


PACKAGE, EXPORTED, NOTE = "package.zip", "exported/model.zip", "for the spring"
ROLE = "ignored"
REVIEWER = Person("Eve")
READY = (
    "skops.io",
    "sklearn.tree",
    "psutil",
    "keyring",
    "phonenumbers",
    "cryptography.hazmat.primitives.kdf.scrypt",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "cryptography.hazmat.primitives.ciphers.aead",
)
OPERATIONS: dict[str, Callable[[Path], None]] = {
    each.__name__: each
    for each in (
        save, save_again, remove, bring, mask, encrypt, correct, undo, forget, remove_project, tell,
        archive, champion, note, export, import_, judge, sign, train,
    )
}  # fmt: skip
# what takes little time
OFTEN = ("archive", "champion", "note", "export", "import_", "judge", "sign")


def _model(home: Path) -> Path:
    entries, _ = models.board(only(home))
    trees = sorted(each.id for each in entries if each.spec.family == "tree")
    return only(home) / "models" / (trees[0] if trees else "removed")


class Disk:
    """Counts the calls that change something under ``home``; at call ``point`` the end comes."""

    def __init__(self, home: Path, point: int, full: bool) -> None:
        self.home, self.point, self.full = str(home), point, full
        self.calls = itertools.count(1)
        self.number = 0
        self.at = ""
        sys.addaudithook(self.heard)
        for name in ("fsync", "sync"):
            setattr(os, name, self.counted(name, getattr(os, name)))
        exchanged = folder._exchanged
        folder._exchanged = self.counted("exchange", exchanged)

    def counted(self, name: str, real: Any) -> Any:
        def call(*arguments: Any) -> Any:
            self.count(name)
            return real(*arguments)

        return call

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITING and self.home in str(path):
                self.count(event)
        elif event in CHANGES and self.concerns(arguments):
            self.count(event, event in ("os.remove", "os.rmdir", "os.truncate"))

    def concerns(self, arguments: tuple[Any, ...]) -> bool:
        first = str(arguments[0])
        return self.home in first or not first.startswith("/")

    def count(self, name: str, frees: bool = False) -> None:
        self.number = next(self.calls)
        if self.number < self.point:
            return
        if not self.full:
            os._exit(KILLED)
        if not frees:  # full it stays
            self.at = self.at or name
            raise OSError(errno.ENOSPC, "No space left on device")


def done(home: Path, operation: str, point: int, full: bool) -> int:
    """Does the operation and gives how it ended; for a fork."""
    disk = Disk(home, point, full)
    try:
        if operation:
            OPERATIONS[operation](home)
    except DiskFull as fault:
        return FULL if fault.needed_for else FAULT
    except BaseException:  # noqa: BLE001 - told in the line
        traceback.print_exc()
        return FAULT
    finally:
        disk.point = LAST * LAST
    (home.parent / "calls").write_text(str(disk.number))
    return 0


def state(home: Path) -> dict[str, Any]:
    """What a person would see of a home, without times and chance."""
    found: dict[str, Any] = {}
    for each in projects.recent(home):
        place = projects.folder(home, each.id)
        name = each.name if each.name != "people" else each.id
        entries, damaged = models.board(place)
        found[name] = {
            "models": {e.id: (e.held_out_rows, repr(e.scores)) for e in entries},
            "damaged": damaged,
            "tables": {
                t.name: _seen(place, t.name, name == each.id)
                for t in sorted((place / "tables").glob("[0-9a-f]*"))
            },
            "use": each.table,
            "steps": [repr(step.remedy) for step in history.history(place, each.table)],
            "deletions": len(logged.entries(place, log.DELETIONS)),
            "scored": sum(line.what == "score" for line in trail.lines(place)),
            "rest": str(rest.state(place)),
            "archived": sorted(said.archived(place)),
            "champions": [(c.question.target, c.model) for c in said.champions(place)],
            "notes": [[n.text for n in said.notes(place, id_)] for id_ in said.noted(place)],
            "reviews": {e.id: _reviewed(place, e.id) for e in entries},
            "aside": len(quarantine.asides(place)),
            "exported": _exported(place / EXPORTED),
        }  # fmt: skip
    return found


def _reviewed(place: Path, model: str) -> Any:
    """Where a review stands, and what was said in it."""
    found = reviews.standing(place, model)
    return str(found.state), sorted(found.review.verdicts), found.changed


def _exported(file: Path) -> int:
    """How many files a package holds, each of them whole; none where there is no package."""
    if not file.exists():
        return 0
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return len(archive.namelist())


def _seen(place: Path, table: str, same: bool) -> Any:
    """What there is of a table; of one that is brought anew each time the cells are not the
    ``same``, for its project has a key of its own that customers' numbers are hidden with."""
    dataset = tables.load(place, table)
    source = rest.content(dataset.folder / SOURCE)
    return (
        dataset.rows,
        repr(dataset.schema),
        hashlib.sha256(source).hexdigest() if same else "",
        repr(guard.hidden(dataset)),
        repr(corrections.kept(place, table).edits(dataset.schema)),
        vault.holds(place, table),
    )


def readable(home: Path) -> None:
    """Opens everything that is there. Raises what is wrong with it."""
    for each in projects.recent(home):
        place = projects.folder(home, each.id)
        for entry in models.board(place)[0]:
            models.load(models.place(place, entry.id))
        for name in vault.names(place):
            with vault.taken(vault.opened(place), name) as plain:
                assert plain is not None


def lines(home: Path) -> dict[str, list[str]]:
    """What the trails tell, project by project, the home's own under no name."""
    found = {}
    for place in (home, *(projects.folder(home, each.id) for each in projects.recent(home))):
        verdict = chain.verify(place)
        assert verdict.is_whole, (place, verdict)
        assert verdict.end_known
        assert list((place / "untold").glob("*")) == []
        name = "" if place == home else place.name
        found[name] = [f"{line.what} {line.of}" for line in trail.lines(place)]
    return found


def rubbish(home: Path) -> list[str]:
    """What should not be there once it is repaired."""
    names = [path.relative_to(home).as_posix() for path in home.rglob("*")]
    return [
        n for n in names if any(OURS.fullmatch(p) or p.endswith(".change") for p in n.split("/"))
    ]


def looked(home: Path, operation: str, file: Path) -> int:
    """Repairs, and writes down what is there, then what is there after doing it again."""
    told: dict[str, Any] = {}
    try:
        tidy(home, time.time() + LATER)
        told["rubbish"] = rubbish(home)
        told["state"] = state(home)
        told["told"] = lines(home)
        readable(home)
        if operation:
            OPERATIONS[operation](home)
            told["again"] = state(home)
    except BaseException:  # noqa: BLE001 - told in the line
        told["fault"] = traceback.format_exc()
    file.write_text(json.dumps(told))
    return 0


def forked(work: Callable[[], int], seconds: float = 0.0) -> int:
    """How a fork that does the work ended; it is killed after that many seconds."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work())
        finally:
            os._exit(FAULT)
    if seconds:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return KILLED if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def tried(template: Path, aside: Path, operation: str, point: int, how: str) -> dict[str, Any]:
    """One end of the operation: how it ended and what was there then."""
    shutil.rmtree(aside, ignore_errors=True)
    home = aside / "home"
    shutil.copytree(template, home)
    seconds = point / 1000 if how == "timer" else 0.0
    at = LAST if how == "timer" else point
    ended = forked(lambda: done(home, operation, at, how == "full"), seconds)
    calls = aside / "calls"
    again = operation if how != "all" else ""
    forked(lambda: looked(home, again, aside / "told.json"))
    told = json.loads((aside / "told.json").read_text())
    number = int(calls.read_text()) if calls.exists() else 0
    return {
        "operation": operation,
        "point": point,
        "how": how,
        "ended": ended,
        "calls": number,
        **told,
    }


def points(calls: int, wanted: int, draw: random.Random) -> list[int]:
    """Which calls to end at: all, or as many as are wanted, spread."""
    if wanted >= calls:
        return list(range(1, calls + 1))
    return sorted({round(1 + (calls - 1) * (i + draw.random()) / wanted) for i in range(wanted)})


def main(template: Path, aside: Path, wanted: int, operations: list[str]) -> None:
    """Tries each operation at so many points, and some with a full disk or at a random moment."""
    draw = random.Random(0)  # noqa: S311
    saved("linear")
    saved("tree")  # what the operations import when they need it is there for every fork
    for room in READY:
        importlib.import_module(room)
    print(json.dumps(tried(template, aside, "", LAST, "all")), flush=True)
    for operation in operations:
        began = time.monotonic()
        whole = tried(template, aside, operation, LAST, "all")
        took = time.monotonic() - began
        print(json.dumps(whole), flush=True)
        for how, number in (("kill", wanted), ("full", max(1, wanted // 2))):
            for point in points(whole["calls"], number, draw):
                print(json.dumps(tried(template, aside, operation, point, how)), flush=True)
        for _ in range(min(max(1, wanted // 4), 2 * MOMENTS if operation in OFTEN else MOMENTS)):
            moment = round(draw.uniform(0, took * 500))
            print(json.dumps(tried(template, aside, operation, moment, "timer")), flush=True)


if __name__ == "__main__":
    _, home, folder_, many, *wished = sys.argv
    main(Path(home), Path(folder_), int(many), wished)
