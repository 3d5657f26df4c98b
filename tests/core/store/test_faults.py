from __future__ import annotations

from pathlib import Path

import pytest

from core import jobs
from core.errors import BadValue, VaultDamaged
from core.jobs import Job
from core.status import State, Status
from core.store import faults, folder, projects, protection

CELL = "maria.weber@mail.invalid"
ERROR = BadValue("mail", CELL, "a number")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def project(home: Path) -> Path:
    return projects.folder(home, projects.create(home, "Shop", "2026-01-01T00:00:00").id)


def everything(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())


def test_facts_stand_in_the_status_of_a_job_of_a_project_in_clear(project: Path) -> None:
    assert faults.keep(project, "a1", ERROR) == ERROR.facts
    assert faults.kept(project, "a1") == {}


def test_k01_a_cell_is_sealed_with_an_encrypted_project(home: Path, project: Path) -> None:
    protection.protect(project, True)
    assert faults.keep(project, "a1", ERROR) == {}
    assert faults.kept(project, "a1") == ERROR.facts
    assert CELL.encode() not in everything(home)
    assert faults.kept(project, "b2") == {}


def test_facts_of_one_job_cannot_stand_in_for_those_of_another(project: Path) -> None:
    protection.protect(project, True)
    faults.keep(project, "a1", ERROR)
    lain = project / faults.FOLDER
    (lain / "b2.json").write_bytes((lain / "a1.json").read_bytes())
    with pytest.raises(VaultDamaged):
        faults.kept(project, "b2")


def test_they_go_when_the_project_changes_whole_and_old_ones_by_themselves(
    home: Path, project: Path
) -> None:
    protection.protect(project, True)
    for number in range(faults.KEPT + 3):
        faults.keep(project, f"a{number}", ERROR)
    assert len(list((project / faults.FOLDER).iterdir())) == faults.KEPT
    jobs.make_way(home, project.name)
    assert not (project / faults.FOLDER).exists()


def test_a_job_says_what_its_error_is_about(home: Path, project: Path) -> None:
    protection.protect(project, True)
    job = Job("a1", home / "jobs" / "a1")
    words = b'{"task": "check", "arguments": {"project": "%s"}}' % project.name.encode()
    folder.write(_made(job.folder / "wish.json"), words)
    left = faults.keep(project, job.id, ERROR)
    said = Status(State.FAILED, error=ERROR.code, facts=left)
    folder.write(job.folder / "status.json", jobs.msgspec.json.encode(said))
    assert jobs.status(job).facts == {}
    assert jobs.facts(job) == ERROR.facts


def _made(file: Path) -> Path:
    file.parent.mkdir(parents=True)
    return file
