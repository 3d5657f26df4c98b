"""A home in which nothing may be written: each wish ends in a sentence, and what is there stays."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store import models
from tests.core.store.shelves import KEY, Shelf, files, filled

ROOT = Path(__file__).resolve().parents[3]
# an administrator may write anywhere: the process gives that up first (capset, for itself alone)
TRIES = """
import ctypes, sys
from pathlib import Path
from core import jobs
from core.tasks.tables import bring
from core.errors import UserError
from core.progress import silent
from core.store import models, projects
from core.text.phrases import phrases
from tests.core.store.made import saved

home, csv = Path(sys.argv[1]), sys.argv[2]
model, say = saved("tree"), phrases("en")
project = home / "projects" / "shop-000001"
place = project / "models" / model.model.spec.id
if sys.platform == "linux":
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()) == 0

def of(name, wish):
    try:
        print(name, "did", wish(), sep="|")
    except UserError as error:
        print(name, error.code, say(f"errors.{error.code}", **error.facts), sep="|")

of("save", lambda: models.save(place, model))
of("remove", lambda: models.remove(project, place.name))
of("create", lambda: projects.create(home, "Another", "2026-01-01T00:00:00+00:00"))
of("job", lambda: jobs.start(home, "check", project=project.name, table="0", target=""))
of("bring", lambda: bring(home, silent, csv, "t.csv"))
of("read", lambda: models.load(place).table_name)
of("list", lambda: len(projects.recent(home)))
of("board", lambda: len(models.board(project)[0]))
"""
WRITES = ("save", "remove", "create", "job", "bring")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two projects with models in a folder where nobody may write."""
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    found = filled(tmp_path).home
    models.load(Shelf(found, tmp_path, tmp_path).model("tree"))
    inside = [found, *(p for p in found.rglob("*") if not p.is_symlink())]
    for each in inside:
        each.chmod(0o555 if each.is_dir() else 0o444)
    yield found
    for each in inside:
        each.chmod(0o755 if each.is_dir() else 0o644)


# attack J07
@pytest.mark.skipif(sys.platform != "linux", reason="gives up an administrator's rights")
def test_j07_where_nothing_may_be_written_a_sentence_says_so(home: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + "1,x\n2,y\n" * 20)
    before = {file: file.read_bytes() for file in files(home)}
    told = subprocess.run(
        [sys.executable, "-c", TRIES, str(home), str(tmp_path / "t.csv")],
        cwd=ROOT, env=os.environ | {"WHYBUY_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-3000:]
    said = {name: rest for name, *rest in (line.split("|") for line in told.stdout.splitlines())}
    for name in WRITES:
        code, words = said[name]
        assert code == "cannot_write", (name, words, told.stderr[-2000:])
        assert "cannot be written" in words
    assert said["read"] == ["did", "shop.csv"]
    assert said["list"] == ["did", "2"]
    assert said["board"] == ["did", "3"]
    assert {file: file.read_bytes() for file in files(home)} == before
