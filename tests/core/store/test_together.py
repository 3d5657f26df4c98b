"""A deletion happens whole or not at all, whenever it is broken off."""

from __future__ import annotations

import errno
import itertools
import shutil
import time
from pathlib import Path

import msgspec
import pytest

from core.errors import FileDamaged, NoSuchCustomer, UserError
from core.progress import silent
from core.store import deletion, folder, log, logged, models, projects, tables, together, vault
from core.tasks.models import train_model
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from tests.core.data.privacy.people_table import people_file
from tests.core.store.made import copied

CANARY = "KX-990017"
ROWS = 120


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("together")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", "a key of the tests")
        home = place / "home"
        known = bring(home, silent, str(people_file(place, ROWS)), "people.csv")
        project = projects.folder(home, known["project"])
        dataset = tables.load(project, known["table"])
        spec = msgspec.to_builtins(wish(dataset, "bought", "yes", Choices("tree")))
        train_model(home, silent, project.name, spec)
    return project


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    return copied(made, tmp_path / "home")


def rows(project: Path) -> int:
    return tables.load(project, projects.load(project.parent.parent, project.name).table).rows


def state(project: Path) -> dict[str, bytes]:
    return {
        file.relative_to(project).as_posix(): file.read_bytes()
        for file in sorted(project.rglob("*"))
        if file.is_file()
    }


def test_broken_off_before_it_is_written_down_nothing_happened(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, told = state(project), 0
    for step in itertools.count(1, 12):
        if not _broken_at(monkeypatch, project, step):
            break
        told += 1
        assert state(project) == before
        assert [each.name for each in project.parent.iterdir()] == [project.name]
    assert told > 1
    assert rows(project) == ROWS - 1
    assert len(logged.entries(project, log.DELETIONS)) == 1


def _broken_at(monkeypatch: pytest.MonkeyPatch, project: Path, step: int) -> bool:
    """Whether a deletion came as far as the step-th file that is to reach the disk."""
    real, counted = folder._sync, itertools.count(1)

    def sync(path: Path) -> None:
        if next(counted) == step:
            raise OSError(errno.ENOSPC, "full") if step % 24 == 1 else KeyboardInterrupt
        real(path)

    with monkeypatch.context() as patch:
        patch.setattr(folder, "_sync", sync)
        try:
            deletion.forget(project, CANARY)
        except (KeyboardInterrupt, UserError):
            return True
    return False


def test_broken_off_after_that_it_is_finished_at_the_next_opening(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    for step in (1, 8, 99):
        twin = copied(project, tmp_path / f"home{step}")
        if not _killed_while_put(monkeypatch, twin, step):
            break
        steps += 1
        together.finish(twin)
        _is_gone(twin)
    assert steps > 1


def _killed_while_put(monkeypatch: pytest.MonkeyPatch, project: Path, step: int) -> bool:
    counted = itertools.count(1)

    def kill_at(real):  # type: ignore[no-untyped-def]
        def move(*places: Path) -> None:
            if next(counted) == step:
                raise KeyboardInterrupt
            real(*places)

        return move

    with monkeypatch.context() as patch:
        patch.setattr(together, "_put", kill_at(together._put))
        patch.setattr(together, "_remove", kill_at(together._remove))
        try:
            deletion.forget(project, CANARY)
        except KeyboardInterrupt:
            return True
    return False


def _is_gone(project: Path) -> None:
    assert rows(project) == ROWS - 1
    assert len(logged.entries(project, log.DELETIONS)) == 1
    entries, damaged = models.board(project)
    assert (len(entries), damaged) == (2, ())
    assert not (project / together.JOURNAL).exists()
    assert [each.name for each in project.parent.iterdir()] == [project.name]
    with pytest.raises(NoSuchCustomer):
        deletion.forget(project, CANARY)


def test_what_is_written_meanwhile_elsewhere_stays(project: Path) -> None:
    with together.changed_together(project) as copy:
        folder.write(copy / "one.json", b"1")
        folder.write(project / "other.json", b"2")
    assert (project / "one.json").read_bytes() == b"1"
    assert (project / "other.json").read_bytes() == b"2"


def test_copies_that_no_journal_names_are_swept(project: Path) -> None:
    left = project.with_name(f".{project.name}.{'0' * 32}{together.COPY}")
    gone = project.with_name(f".{left.name}.{'1' * 32}")
    for place in (left, gone):
        place.mkdir()
    together.sweep(project.parent, time.time())
    assert (left.exists(), gone.exists()) == (True, False)  # another process may be at work
    together.sweep(project.parent, time.time() + folder.LEFT_AFTER + 1)
    assert [each.name for each in project.parent.iterdir()] == [project.name]


def test_emptied_folders_go_and_a_damaged_journal_is_told(project: Path) -> None:
    folder.write(project / "a" / "b" / "c.json", b"1")
    with together.changed_together(project) as copy:
        shutil.rmtree(copy / "a")
    assert not (project / "a").exists()
    (project / together.JOURNAL).write_bytes(b"{")
    with pytest.raises(FileDamaged):
        together.finish(project)


def test_a_passphrase_is_enough_for_all_of_it(project: Path) -> None:
    vault.protect(project, "correct horse")
    deletion.forget(project, CANARY, "correct horse")
    assert rows(project) == ROWS - 1
