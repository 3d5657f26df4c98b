"""A worker is told the key of a vault under a passphrase, and nothing else keeps it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from core import jobs
from core.errors import WorkGoesOn
from core.jobs import Job, Told
from core.store import keys, protection, vault
from core.worker import IS_TOLD


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("WHYBUY_KEY", raising=False)
    monkeypatch.setattr(keys, "_keep_in_keyring", lambda name, made: False)
    monkeypatch.setattr(keys, "COST", 16)  # nobody guesses at these passphrases
    place = tmp_path / "home" / "projects" / "shop-123456"
    place.mkdir(parents=True)
    return place


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """What workers would have been told; none is started."""
    found: list[Told] = []
    monkeypatch.setattr(jobs, "_launch", lambda of, told: found.append(told))
    return found


def test_only_a_key_that_a_worker_could_not_find_is_told(
    project: Path, launched: list[Told]
) -> None:
    home = project.parent.parent
    jobs.start(home, "check", project=project.name, table="a")
    key = vault.opened(project).key
    jobs.start(home, "check", project=project.name, table="b")
    vault.protect(project, "correct horse")
    jobs.start(home, "check", project=project.name, table="c")
    with vault.unlocked(project, "correct horse"):
        jobs.start(home, "check", project=project.name, table="d")
    jobs.start(home, "check", project=project.name, table="e")
    assert [each.key == "" for each in launched] == [True, True, True, False, True]
    vault.take_key(launched[3].key)
    assert vault.opened(project).key == key
    vault.lock(project)
    for file in home.rglob("*"):
        assert not file.is_file() or launched[3].key not in file.read_bytes().decode("latin-1")


@pytest.mark.parametrize("is_forked", [True, False])
def test_the_key_is_in_a_pipe_and_in_no_file_or_argument(
    is_forked: bool, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    def fork(folder: Path, environment: dict[str, str], files: tuple[int, int]) -> int:
        seen.update(env=environment, stdin=files[0], pipe=os.dup(files[0]), command=folder)
        return 1 if is_forked else 0

    class Process:
        pid = 1

        def __init__(self, command: list[str], **how: Any) -> None:
            assert how["stdin"].fileno() == seen["stdin"]
            seen.update(how, command=command)

        def wait(self) -> int:
            return 0

    vault.opened(project)
    vault.protect(project, "correct horse")
    monkeypatch.setattr(jobs.forkserver, "fork", fork)
    monkeypatch.setattr(jobs.subprocess, "Popen", Process)
    with vault.unlocked(project, "correct horse"):
        key = vault.spare_key(project)
        jobs.start(project.parent.parent, "check", project=project.name)
    with open(seen["pipe"], "rb") as pipe:  # noqa: PTH123 - a handle
        assert key.encode() in pipe.read()
    assert key not in str(seen["command"])
    assert seen["env"][IS_TOLD] == "1"
    assert key not in str(seen["env"])


def test_before_a_project_changes_whole_its_work_ends_or_is_waited_for(
    project: Path, launched: list[Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, stopped = project.parent.parent, list[str]()
    monkeypatch.setattr(jobs, "stop", lambda job: stopped.append(job.id))
    check = jobs.start(home, "check", project=project.name)
    jobs.start(home, "train", project="another-123456")
    jobs.make_way(home, project.name)
    assert stopped == [check.id]
    assert not check.folder.exists()
    training: Job = jobs.start(home, "train", project=project.name)
    with pytest.raises(WorkGoesOn):
        jobs.make_way(home, project.name)
    assert training.id not in stopped


def test_wishes_about_an_encrypted_project_name_no_cell_on_disk(
    project: Path, launched: list[Told]
) -> None:
    home, spec = project.parent.parent, {"levels": ["Quackville"]}
    (project / "table.json").write_bytes(b"{}")
    clear = jobs.start(home, "train", project=project.name, spec=spec)
    assert jobs.wish(clear).arguments["spec"] == spec
    protection.protect(project, True)
    sealed = jobs.start(home, "train", project=project.name, spec=spec | {"seed": 1}, rows=5)
    assert jobs.wish(sealed).arguments == {"project": project.name, "rows": 5}
    assert b"Quackville" not in (sealed.folder / "wish.json").read_bytes()
    assert launched[-1].arguments == {"spec": spec | {"seed": 1}}
