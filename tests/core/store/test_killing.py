"""Nothing saved is lost and nothing is half there, at whichever call the process or disk ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.data.finding import Act, Remedy
from core.progress import silent
from core.store import history, models, packing, projects, tables
from core.tasks.models import train_model
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from tests.core.data.privacy.people_table import people_file
from tests.core.store.killing import OFTEN, PACKAGE
from tests.core.store.made import saved

ROOT = Path(__file__).resolve().parents[3]
ROWS = 60
FEW, ALL = 1, 100_000
KILLED, FULL = 137, 3
KEY = "a key of the tests"
SAVING = ("save", "save_again", "train", "remove", "bring", "correct", "tell")
CHANGING = ("mask", "encrypt", "undo", "forget", "remove_project")
SHARE = [
    ("save", "bring", "correct", "tell"),
    ("encrypt", "forget", "remove_project"),
    OFTEN,
]  # CI's


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("killing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", KEY)
        home = place / "home"
        known = bring(home, silent, str(people_file(place, ROWS)), "people.csv")
        project = projects.folder(home, known["project"])
        dataset = tables.load(project, known["table"])
        spec = msgspec.to_builtins(wish(dataset, "bought", "yes", Choices("tree")))
        train_model(home, silent, project.name, spec)
        step = Remedy(Act.ROLE, ("city",), word="ignored")  # something to undo
        history.apply(project, dataset.id, step, "test", "2026-01-02T03:04:05+00:00")
        shutil.rmtree(home / "jobs", ignore_errors=True)
        made, elsewhere = saved("linear"), place / "elsewhere" / "projects" / "shop-000001"
        models.save(elsewhere / "models" / made.model.spec.id, made)
        (home / PACKAGE).write_bytes(packing.packed(elsewhere, made.model.spec.id, True))
    return home


def ended(template: Path, folder: Path, operations: tuple[str, ...], points: int) -> dict[str, int]:
    """Ends the operations at so many points and looks at each; gives what was seen how often."""
    command = [sys.executable, "-m", "tests.core.store.killing", str(template), str(folder)]
    environment = os.environ | {"WHYBUY_KEY": KEY, "OMP_NUM_THREADS": "1", "TMPDIR": str(folder)}
    folder.mkdir(exist_ok=True)
    work = folder / "work"
    command[4] = str(work)
    told = subprocess.run(
        [*command, str(points), *operations],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-3000:]
    (folder / "seen.txt").write_text(told.stdout + told.stderr)
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    seen = {"killed": 0, "full": 0, "acknowledged": 0, "unreadable": 0, "lost": 0, "half": 0}
    assert "fault" not in lines[0], lines[0]["fault"]
    before, told = lines[0]["state"], lines[0]["told"]
    for operation in operations:
        mine = [line for line in lines if line["operation"] == operation]
        after = mine[0]["state"]
        assert mine[0]["ended"] == 0, (operation, told.stderr[-3000:])
        assert after != before or operation in ("save_again", "undo")
        for line in mine[1:]:
            _look(line, before, after, seen)
            _look_at_the_trail(line, told, mine[0]["told"], before)
    return seen


def _look_at_the_trail(line: dict[str, Any], before: Any, after: Any, state: Any) -> None:
    """No line that was there is lost, and what happened is told, once."""
    where = (line["operation"], line["how"], line["point"], line["ended"], line["told"])
    for name, lines in line["told"].items():
        assert lines[: len(before.get(name, []))] == before.get(name, []), where
        if name in after:
            added = lines[len(before.get(name, [])) :]
            wanted = after[name][len(before.get(name, [])) :]
            several = line["operation"] == "train"  # the model, and what it must beat, one by one
            assert added in ([], wanted) or (several and added == wanted[: len(added)]), where
            assert added == wanted or line["ended"] != 0, where
            one = line["operation"] not in ("bring", "encrypt", "train")
            if line["state"] != state and one:
                assert added == wanted, where


def _look(line: dict[str, Any], before: Any, after: Any, seen: dict[str, int]) -> None:
    seen["killed"] += line["ended"] == KILLED
    seen["full"] += line["ended"] == FULL
    seen["acknowledged"] += line["ended"] == 0
    where = (line["operation"], line["how"], line["point"], line["ended"], line.get("fault"))
    assert "fault" not in line, where
    assert line["ended"] in (0, KILLED, FULL), where
    assert line["rubbish"] == [], where
    if line["ended"] == 0:
        assert line["state"] == after, where
    if line["state"] not in (before, after):  # of several files: ended by doing it again
        seen["half"] += 1
        assert line["operation"] in ("correct", "undo", "encrypt", "train"), where
    if line["operation"] != "bring":  # again it is another project
        assert line["again"] == after, where


# attacks J01, J05
@pytest.mark.parametrize("operations", SHARE, ids=["saving", "changing", "registry"])
def test_ended_at_some_calls(template: Path, tmp_path: Path, operations: tuple[str, ...]) -> None:
    seen = ended(template, tmp_path / "work", operations, FEW)
    assert seen["killed"] >= FEW * len(operations)
    assert seen["full"] > 0


@pytest.mark.whole
@pytest.mark.parametrize("operation", SAVING + CHANGING + OFTEN)
def test_ended_at_every_call(template: Path, tmp_path: Path, operation: str) -> None:
    seen = ended(template, tmp_path / "work", (operation,), ALL)
    print(operation, seen)
    if operation in OFTEN:
        assert sum(seen[end] for end in ("killed", "full", "acknowledged")) >= 50
    # every call, where an operation has fewer; test_trail.py kills whoever tells many more times
    assert seen["killed"] > (1 if operation == "tell" else 10)
