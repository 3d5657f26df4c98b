"""What is not the current version of ours is refused before any parser sees a byte of it."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.errors import ModelDamaged, ModelForeign, ModelOutdated, NotThere, UserError
from core.predict import scored
from core.store import (
    index,
    logged,
    manifest,
    models,
    projects,
    proving,
    quarantine,
    repair,
    shelf,
    trail,
)
from core.store.manifest import MANIFEST
from core.store.trail import What
from tests.core.store.made import saved, table
from tests.core.store.shelves import KEY, KINDS, Shelf, tamperings, unsigned

DRAWS = 300
ALL_DRAWS = 10_000
NOW = 1.8e9


@pytest.fixture
def unparsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever parses a model's files, here or in a child, fails the test."""

    def parsed(*_: object) -> None:
        pytest.fail("parsed")

    for room, name in ((models, "_parsed"), (models, "read_frame"), (proving, "prove")):
        monkeypatch.setattr(room, name, parsed)


def refused(shelf: Shelf, draws: int) -> dict[str, int]:
    """Tampers as often as that and loads; gives how often each way was refused."""
    draw, ways = random.Random(0), tamperings(shelf)  # noqa: S311
    kept = shelf.home / "kept"
    shutil.copytree(shelf.ours / "models", kept)
    counts = dict.fromkeys(ways, 0)
    for turn in range(draws):
        way = list(ways)[turn % len(ways)]
        place = shelf.model("linear" if way == "rolled back" else draw.choice(KINDS))
        ways[way](place, draw)
        with pytest.raises((ModelDamaged, ModelForeign)):
            models.load(place)
        counts[way] += 1
        for each in {place, shelf.model()}:
            shutil.rmtree(each)
            shutil.copytree(kept / each.name, each)
    return counts


# attacks G01, G04, G05, G06, G07, G08, G14, G19
@pytest.mark.usefixtures("unparsed")
def test_tampered_models_are_refused_before_parsing(ours: Shelf) -> None:
    counts = refused(ours, DRAWS)
    assert sum(counts.values()) == DRAWS
    assert min(counts.values()) == DRAWS // len(counts)


@pytest.mark.whole
@pytest.mark.usefixtures("unparsed")
def test_all_tampered_models_are_refused_before_parsing(ours: Shelf) -> None:
    assert sum(refused(ours, ALL_DRAWS).values()) == ALL_DRAWS


def test_j11_what_is_ours_loads_and_scores_the_same(ours: Shelf) -> None:
    for kind in KINDS:
        back = models.load(ours.model(kind))
        np.testing.assert_array_equal(
            scored(saved(kind).model, table()), scored(back.model, table())
        )
    assert len(models.board(ours.ours)[0]) == len(KINDS)
    assert models.board(ours.ours)[1] == ()


def test_g04_an_edited_score_is_not_shown_and_others_are(ours: Shelf) -> None:
    record = ours.model() / "model.json"
    record.write_bytes(record.read_bytes().replace(b'"seconds":1.5', b'"seconds":1.4'))
    entries, damaged = models.board(ours.ours)
    assert (len(entries), damaged) == (2, (ours.model().name,))


# attack G19
def test_damaged_models_are_set_aside_with_a_line_in_the_log(ours: Shelf) -> None:
    name = ours.model().name
    (ours.model() / MANIFEST).unlink()
    shutil.rmtree(ours.model("tree"))
    shutil.copytree(ours.foreign / ours.model("tree").name, ours.model("tree"))
    repair.repair(ours.home, NOW)
    assert not ours.model().exists()
    assert len(list((ours.ours / quarantine.FOLDER).iterdir())) == 1
    assert ours.model("tree").exists()  # of another machine: a person may take it over
    told = trail.lines(ours.ours)[-1]
    assert (told.what, told.of, told.facts["reason"]) == (What.ASIDE, name, MANIFEST)
    (entry,) = logged.entries(ours.ours, quarantine.KIND)
    (aside,) = (ours.ours / quarantine.FOLDER).iterdir()
    assert (entry.what, entry.names) == (name, (MANIFEST, aside.name))
    entries, damaged = models.board(ours.ours)
    assert [each.spec.family for each in entries] == ["mlp"]
    assert set(damaged) == {name, ours.model("tree").name}
    models.save(ours.model(), saved("linear"))
    assert models.board(ours.ours)[1] == (ours.model("tree").name,)
    quarantine.empty(ours.ours)
    assert quarantine.listed(ours.ours) == ()


def test_it_is_looked_over_once_a_day_and_again_when_the_clock_was_put_back(ours: Shelf) -> None:
    repair.repair(ours.home, NOW)
    (ours.model() / MANIFEST).unlink()
    for later, gone in ((60.0, False), (-3600.0, True)):  # attack J12
        repair.repair(ours.home, NOW + later)
        assert ours.model().exists() is not gone


def test_a_removed_model_that_is_put_back_is_foreign(ours: Shelf, tmp_path: Path) -> None:
    place = ours.model("tree")
    shutil.copytree(place, tmp_path / "kept")
    models.remove(ours.ours, place.name)
    shutil.copytree(tmp_path / "kept", place)
    with pytest.raises(ModelForeign):
        models.load(place)


def test_a_project_from_before_is_signed_once_and_nothing_unsigned_after(
    made: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    shutil.copytree(made.home / "projects", tmp_path / "home" / "projects")
    before = Shelf(tmp_path / "home", made.old, made.foreign)
    draw = random.Random(0)  # noqa: S311
    for kind in KINDS:
        _as_before(before.model(kind))
    repair.repair(before.home, NOW)
    assert len(models.board(before.ours)[0]) == len(KINDS)
    assert manifest.read(before.model()).signature
    unsigned(before.model(), draw)
    with pytest.raises(ModelForeign):
        models.entry(before.model())
    for left in ("index.sqlite", "index.sqlite-wal", "index.sqlite-shm"):
        (before.home / left).unlink(missing_ok=True)
    with pytest.raises(ModelForeign):  # not even where the index is lost
        models.entry(before.model())
    assert len(models.board(before.ours)[0]) == len(KINDS) - 1


def _as_before(place: Path) -> None:
    """The same model under a manifest from before there were signatures."""
    added = next(iter(place.rglob("model.json")))
    content = added.read_bytes()
    unsigned(place, random.Random(0))  # noqa: S311
    for extra in place.rglob("*.pkl"):
        extra.unlink()
    added.write_bytes(content)
    known = manifest.read(place)
    left = {name: each for name, each in known.files.items() if not name.endswith(".pkl")}
    told = msgspec.json.encode((left, known.libraries), order="deterministic")
    old = {"files": left, "libraries": known.libraries, "check": hashlib.sha256(told).hexdigest()}
    (place / MANIFEST).write_bytes(msgspec.json.encode(old))


@pytest.mark.parametrize("how", ["lost", "emptied", "noise", "a page"])
def test_a_lost_or_damaged_index_is_made_anew_from_the_folders(ours: Shelf, how: str) -> None:
    file = ours.home / index.FILE
    content = file.read_bytes()
    changed = {"emptied": b"", "noise": b"x" * 5000, "a page": content[:4096] + b"x" * 8192}
    file.unlink() if how == "lost" else file.write_bytes(changed[how])
    repair.repair(ours.home, NOW)
    assert len(models.board(ours.ours)[0]) == len(KINDS)
    known = index.entries(ours.home, ours.ours.name)
    assert known is not None
    assert known["models", ours.model().name].version == 2


def test_entries_without_a_folder_and_what_was_coming_are_settled(ours: Shelf) -> None:
    place = ours.model()
    at = manifest.where(place)
    assert at is not None
    digest = manifest.digest(place)
    index.comes(at, 3, "another")
    models.load(place)  # killed before it was in its place: the current one is
    index.comes(at, 2, digest)
    index.arrived(at, "older")
    index.comes(at, 2, digest)
    models.load(place)  # killed after it was in its place: the coming one is
    shutil.rmtree(ours.model("tree"))
    shelf.settle(ours.ours)
    known = index.entries(ours.home, ours.ours.name)
    assert known is not None
    assert known["models", place.name].digest == digest
    assert known["models", place.name].coming == ""
    assert ("models", ours.model("tree").name) not in known


# attack G09
def test_another_minor_version_of_the_library_is_told(
    ours: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = manifest.version
    monkeypatch.setattr(manifest, "version", lambda n: "1.2.0" if n == "scikit-learn" else here(n))
    models.save(ours.model("tree"), saved("tree"))
    models.save(ours.model(), saved("linear"))
    monkeypatch.setattr(manifest, "version", here)
    with pytest.raises(ModelOutdated) as caught:
        models.load(ours.model("tree"))
    assert (caught.value.library, caught.value.trained) == ("scikit-learn", "1.2.0")
    monkeypatch.setattr(proving, "prove", lambda place: None)
    models.load(ours.model())  # it is no estimator of that library


def test_what_is_not_proven_here_is_loaded_in_a_child_once(
    ours: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, tried = manifest.where(ours.model()), []
    assert at is not None
    monkeypatch.setattr(proving, "prove", tried.append)
    models.load(ours.model())
    assert tried == []
    index.proved(at, "numpy 1.0")
    models.load(ours.model())
    models.load(ours.model())
    assert tried == [ours.model()]


def test_a_model_that_ends_its_child_is_set_aside(
    ours: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = manifest.where(ours.model())
    assert at is not None
    index.proved(at, "")

    def crashes(place: Path) -> None:
        raise ModelDamaged(place.name, "ended by -11")

    monkeypatch.setattr(proving, "prove", crashes)
    with pytest.raises(ModelDamaged):
        models.load(ours.model())
    assert quarantine.listed(ours.ours) == (ours.model().name,)
    assert models.board(ours.ours)[1] == (ours.model().name,)


def test_the_child_says_what_it_found(ours: Shelf) -> None:
    proving.prove(ours.model())
    (ours.model() / "model.json").write_bytes(b"[" * 200_000)  # attack G07
    with pytest.raises(ModelDamaged):
        proving.prove(ours.model())


# attack G17
def test_links_are_not_followed(ours: Shelf, tmp_path: Path) -> None:
    place = ours.model()
    record = place / "model.json"
    record.rename(tmp_path / "model.json")
    record.symlink_to(tmp_path / "model.json")
    with pytest.raises(ModelDamaged):
        models.load(place)
    record.unlink()
    (tmp_path / "model.json").rename(record)
    place.rename(tmp_path / "m")
    place.symlink_to(tmp_path / "m")
    with pytest.raises(ModelDamaged):
        models.load(place)
    models.remove(ours.ours, place.name)
    assert not place.is_symlink()
    assert (tmp_path / "m" / "model.json").exists()


# attack G16
@pytest.mark.parametrize(
    "name", ["../../x", "a/b", "C:\\x", "a\0b", "a" * 300, "😀", "CON", "", ".", "..", "/etc"]
)
def test_names_that_are_no_ids_are_not_there(name: str, ours: Shelf) -> None:
    for look in (lambda: models.place(ours.ours, name), lambda: projects.folder(ours.home, name)):
        with pytest.raises(NotThere):
            look()


# attack G18
def test_two_that_save_the_same_model_take_turns(ours: Shelf) -> None:
    faults: list[BaseException] = []

    def save() -> None:
        try:
            for _ in range(4):
                models.save(ours.model(), saved("linear"))
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    both = [threading.Thread(target=save) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert faults == []
    known = index.entries(ours.home, ours.ours.name)
    assert known is not None
    assert known["models", ours.model().name].version == 10
    models.load(ours.model())
    assert len(list((ours.ours / "models").iterdir())) == len(KINDS)


# attack G20
def test_a_model_removed_while_it_is_read_is_not_there(
    ours: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = models.load(ours.model())
    check = shelf.check

    def removed_first(*of: object) -> None:
        models.remove(ours.ours, ours.model().name)
        check(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(shelf, "check", removed_first)
    with pytest.raises(NotThere):
        models.load(ours.model())
    assert len(scored(loaded.model, table())) == len(table())


WRITES = """
import sys
from pathlib import Path
from core.store import index
at = index.Where(Path(sys.argv[1]), "p", "models", "m")
print("ready", flush=True)
for number in range(1, 100000):
    index.comes(at, number, f"d{number}")
    index.arrived(at, f"d{number}")
    print(number, flush=True)
"""


# attack J02
def test_an_index_killed_while_it_is_written_is_whole(tmp_path: Path) -> None:
    for wait in (1, 4, 9):
        with subprocess.Popen(
            [sys.executable, "-c", WRITES, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            told = [process.stdout.readline() for _ in range(1 + wait)]
            process.kill()
            told += process.stdout.readlines()
        acknowledged = int([line for line in told if line.endswith("\n")][-1])
        with sqlite3.connect(tmp_path / index.FILE) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        known = index.entries(tmp_path, "p")
        assert known is not None
        assert known["models", "m"].version >= acknowledged
        assert known["models", "m"].digest in (f"d{acknowledged}", f"d{acknowledged + 1}")


def test_a_project_that_is_removed_is_forgotten(ours: Shelf) -> None:
    projects.remove(ours.home, ours.other.name)
    assert index.entries(ours.home, ours.other.name) is None
    with pytest.raises(UserError):
        models.load(ours.other / "models" / ours.model().name)
