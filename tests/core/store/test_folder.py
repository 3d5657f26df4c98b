from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import CannotWrite, DiskFull
from core.store import folder as folder_room
from core.store import models
from core.store.folder import LEFT_AFTER, discard, room_on_disk, settle, staged, sweep, write
from tests.core.store.made import saved

ROOT = Path(__file__).resolve().parents[3]
KILLS = 30
LATER = LEFT_AFTER + 60


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_write_puts_a_whole_file_in_place(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b.json", b"one")
    write(tmp_path / "a" / "b.json", b"two")
    assert (tmp_path / "a" / "b.json").read_bytes() == b"two"
    assert names(tmp_path / "a") == ["b.json"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_write_keeps_the_old_file_on_a_full_disk(
    call: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "b.json", b"one")

    def full(*_: object) -> None:
        raise OSError(number, "full")

    monkeypatch.setattr(os, call, full)
    monkeypatch.setattr(Path, "replace", full) if call == "replace" else None
    with pytest.raises(DiskFull) as caught:
        write(tmp_path / "b.json", b"two")
    assert caught.value.needed_for == "b.json"
    assert (tmp_path / "b.json").read_bytes() == b"one"
    assert names(tmp_path) == ["b.json"]


def test_other_faults_of_the_system_are_not_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match=r"[Nn]ot a directory|exists"):
        write(tmp_path / "file" / "b.json", b"two")


def test_staged_shows_nothing_until_it_is_done(tmp_path: Path) -> None:
    place = tmp_path / "m"
    with staged(place) as folder:
        (folder / "x").write_text("new")
        assert not place.exists()
    assert (place / "x").read_text() == "new"
    with staged(place) as folder:
        (folder / "y").write_text("newer")
        assert names(place) == ["x"]
    assert names(place) == ["y"]
    assert names(tmp_path) == ["m"]


def test_staged_keeps_the_old_folder_when_the_block_fails(tmp_path: Path) -> None:
    place = tmp_path / "m"
    with staged(place) as folder:
        (folder / "x").write_text("old")
    with pytest.raises(ZeroDivisionError), staged(place) as folder:
        (folder / "x").write_text(str(1 // len(names(folder))))
    assert (place / "x").read_text() == "old"
    assert names(tmp_path) == ["m"]


def test_staged_keeps_the_old_folder_when_the_last_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, moved = tmp_path / "m", Path.replace
    with staged(place) as folder:
        (folder / "x").write_text("old")

    def second_is_full(self: Path, target: Path) -> Path:
        if target == place and not self.name.endswith(".old"):
            raise OSError(errno.ENOSPC, "full")
        return moved(self, target)

    monkeypatch.setattr(folder_room, "_exchanged", lambda *_: False)  # as on other systems
    monkeypatch.setattr(Path, "replace", second_is_full)
    with pytest.raises(DiskFull), staged(place) as folder:
        (folder / "x").write_text("new")
    assert (place / "x").read_text() == "old"
    assert names(tmp_path) == ["m"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full_keeps_what_was_there(small_disk: Path) -> None:
    write(small_disk / "b.json", b"one")
    models.save(small_disk / "m", saved("linear"))
    filler = small_disk / "filler"
    with suppress(OSError):
        filler.write_bytes(b"x" * (400 << 10))
    with pytest.raises(DiskFull):
        write(small_disk / "b.json", b"x" * 5000)
    while not _saved_again(small_disk / "m"):  # a little more room each time
        assert (small_disk / "b.json").read_bytes() == b"one"
        assert models.load(small_disk / "m").model.spec.family == "linear"
        assert names(small_disk) == ["b.json", "filler", "m"]
        os.truncate(filler, filler.stat().st_size - (8 << 10))
    assert models.load(small_disk / "m").model.spec.family == "forest"


def _saved_again(place: Path) -> bool:
    try:
        models.save(place, saved("forest"))
    except DiskFull:
        return False
    return True


FORKS = """
import os, signal, sys, time
from pathlib import Path
from core.store import models
from tests.core.store.made import saved
made = saved("linear"), saved("baseline")
start = time.perf_counter()
models.save(Path(sys.argv[2]), made[0])
took = time.perf_counter() - start
for wait in sys.stdin:
    child = os.fork()
    if child == 0:
        while True:
            for each in made:
                models.save(Path(sys.argv[1]), each)
    time.sleep(float(wait) * took)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print("killed", flush=True)
"""


def test_a_killed_save_never_leaves_a_damaged_model(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    place, chance = tmp_path / "a" / "m", random.Random(0)  # noqa: S311
    ids, there, left = {saved(key).model.spec.id for key in ("linear", "baseline")}, False, 0
    command = [sys.executable, "-c", FORKS, str(place), str(tmp_path / "trial")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(KILLS):
            process.stdin.write(f"{chance.uniform(0.0, 4.0)}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "killed\n"
            left += len(names(place.parent)) > place.exists()
            sweep(place.parent, time.time() + LATER)
            there = there or place.exists()
            assert names(place.parent) == (["m"] if there else [])  # once there, it never goes
            if there:
                assert models.load(place).model.spec.id in ids
        process.stdin.close()
    assert there
    assert left  # some were killed in the middle, or this test shows nothing


def test_sweep_takes_only_what_is_ours_and_old(tmp_path: Path) -> None:
    (tmp_path / ".config.d").mkdir()
    (tmp_path / ".m.0123").write_text("another program's")
    (tmp_path / "m").mkdir()
    half = tmp_path / f".m.{'0' * 32}"
    half.mkdir()
    (half / "x").write_text("half")
    file = tmp_path / f".b.json.{'1' * 32}"
    file.write_text("half")
    sweep(tmp_path, time.time())
    assert half.exists()
    assert file.exists()
    sweep(tmp_path, time.time() + LATER)
    assert names(tmp_path) == [".config.d", ".m.0123", "m"]


def test_sweep_puts_an_older_folder_back_where_its_successor_never_came(tmp_path: Path) -> None:
    old = tmp_path / f".m.{'0' * 32}.old"
    old.mkdir()
    (old / "x").write_text("old")
    sweep(tmp_path, time.time() + LATER)
    assert (tmp_path / "m" / "x").read_text() == "old"
    (tmp_path / f".m.{'1' * 32}.old").mkdir()
    sweep(tmp_path, time.time() + LATER)
    assert names(tmp_path) == ["m"]


def test_settle_and_discard(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "x").write_text("1")
    settle(tmp_path / "made", tmp_path / "deep" / "place")
    assert (tmp_path / "deep" / "place" / "x").read_text() == "1"
    discard(tmp_path / "deep" / "place")
    assert names(tmp_path / "deep") == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, DiskFull), (errno.EACCES, CannotWrite), (errno.EIO, shutil.Error)],
)
def test_a_folder_that_has_no_room_says_so(
    tmp_path: Path, number: int, expected: type[Exception]
) -> None:
    """``shutil.copytree`` tells each file's fault as a text, in an error without a number."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "file").write_text("x")

    def no_room(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.raises(expected), room_on_disk("the table"):
        shutil.copytree(tmp_path / "one", tmp_path / "other", copy_function=no_room)


def test_a_folder_that_cannot_be_renamed_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").mkdir()

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", no_room)
    with pytest.raises(DiskFull) as caught:
        discard(tmp_path / "one")
    assert caught.value.needed_for == "one"
    assert (tmp_path / "one").is_dir()
