"""Nobody finds a customer on the disk who should not be there, nor one who was to go."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import os
import shutil
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import jobs
from core.store import deletion, projects, rest, retention, tables, trail, vault
from core.store.rest import State
from core.store.sealed import MEMORY, PRIVATE
from tests.core.data.privacy.people_table import CANARY, TOLD, people
from tests.core.store.disk import hits, spelled, told, unpacked

ROOT = Path(__file__).resolve().parents[3]
ROWS = 160
KEY = "a key of the tests"
# of numbers, only those that no figure is likely to hold by chance
PERSON = (
    *(text for text in TOLD if text not in ("10963", "90182077", "55512345")),
    "30 90182077", "0176 55512345", CANARY["E-mail"],
)  # fmt: skip
CELL = "Quackville"  # in no masked column
SAID = ("Ada", "2026-01-03T00:00:00+00:00")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home after a whole workflow, and the temporary folder of its processes."""
    place = tmp_path_factory.mktemp("canaries")
    for name in ("in", "out", "tmp"):
        (place / name).mkdir()
    file = place / "in" / "people.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = [
            row | ({"city": CELL} if place % 9 == 5 else {})
            for place, row in enumerate(people(ROWS))
        ]
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    arguments = [place / "home", file, place / "out"]
    with (place / "tmp" / "said.txt").open("wb") as said:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.core.store.workflow", *map(str, arguments)],
            env=os.environ | {"WHYBUY_KEY": KEY, "TMPDIR": str(place / "tmp"),
                              "WHYBUY_HOME": str(place / "home"), "OMP_NUM_THREADS": "1"},
            cwd=ROOT, stdout=said, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    assert ended.returncode == 0, (place / "tmp" / "said.txt").read_text()[-3000:]
    return place


@pytest.fixture
def home(worked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that home."""
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    shutil.copytree(worked / "home", tmp_path / "home")
    return tmp_path / "home"


def pair(home: Path) -> tuple[Path, Path]:
    """The project in clear and the encrypted one."""
    places = [projects.folder(home, each.id) for each in projects.recent(home)]
    clear, sealed = sorted(places, key=lambda place: rest.state(place) is State.SEALED)
    return clear, sealed


def opened(project: Path, into: Path) -> Path:
    """All files of a project in clear, those of its vault too."""
    for file in (path for path in project.rglob("*") if path.is_file()):
        place = into / file.relative_to(project)
        place.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == vault.SEALED:
            with vault.taken(vault.opened(project), file.stem) as plain:
                assert plain is not None
                place.write_bytes(plain.read_bytes())
        else:
            place.write_bytes(rest.content(file))
    return into


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    table = io.BytesIO()
    pq.write_table(pa.table({"a": ["x", CELL]}), table, compression="zstd")
    raw = CELL.encode()
    contents = [
        raw, raw.upper(), CELL.encode("utf-16"), b"ab" + raw.hex().encode(),
        *(base64.b64encode(b"abc"[:pad] + raw + b"rest") for pad in range(3)),
        gzip.compress(b"." + raw), zlib.compress(raw * 3), table.getvalue(),
        pa.compress(raw, "zstd", asbytes=True), gzip.compress(table.getvalue()),
        gzip.compress(gzip.compress(raw)),
    ]  # fmt: skip
    for number, content in enumerate(contents):
        (tmp_path / f"{number}.bin").write_bytes(content)
    (tmp_path / "nothing.bin").write_bytes(b"Quack ville")
    assert len(hits(tmp_path, (CELL,))) == len(contents)
    assert told(b"nobody", {CELL: spelled(CELL)}) == []
    assert len(list(unpacked(gzip.compress(b"a")))) == 2


# attack K04
def test_k04_nothing_in_clear_after_a_whole_workflow(
    worked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    home = worked / "home"
    clear, sealed = pair(home)
    assert {name for name, _ in hits(worked / "out", PERSON)} == {"clear.csv", "sealed.csv"}
    assert hits(home, PERSON) == []
    assert hits(worked / "tmp", (*PERSON, CELL)) == []  # and what all processes said
    cells = [name for name, _ in hits(home, (CELL,))]
    assert [name for name in cells if not name.startswith(f"projects/{clear.name}/")] == []
    assert len(cells) > 5
    assert len(list((home / "jobs").glob("*/log.txt"))) == 1
    for place in ("temporary", "uploads", "reading"):
        assert list((home / place).iterdir()) == []
    for left in MEMORY.glob(f"{PRIVATE}*"):  # of apps beside this one, or of one that was killed
        with suppress(FileNotFoundError):
            assert hits(left, (CELL,)) == []
    assert hits(opened(sealed, worked / "opened"), (CELL, "Quackenbusch")) != []


# attack K05
@pytest.mark.parametrize("which", [0, 1], ids=["clear", "sealed"])
def test_k05_a_deletion_leaves_nothing_behind(home: Path, tmp_path: Path, which: int) -> None:
    project = pair(home)[which]
    jobs.make_way(home, project.name)
    done = deletion.forget(project, CANARY["Customer ID"])
    assert sum(done.rows.values()) == 1
    assert hits(opened(project, tmp_path / "after"), PERSON) == []
    pseudonym = vault.opened(project).pseudonyms.of(CANARY["Customer ID"])
    places = {name for name, _ in hits(tmp_path / "after", (pseudonym,))}
    assert places == {trail.FILE}  # that it was done, and to whom
    assert hits(home, PERSON) == []
    assert tables.load(project, projects.load(home, project.name).table).rows == ROWS - 1


@pytest.mark.parametrize("way", ["removed", "kept no longer"])
def test_k05_a_project_that_goes_leaves_nothing_behind(home: Path, way: str) -> None:
    clear, sealed = pair(home)
    ids = [tables.load(each, projects.load(home, each.name).table).id for each in (clear, sealed)]
    for project in (clear, sealed):
        if way == "removed":
            jobs.remove_project(home, project.name)
        else:
            retention.keep(project, 1, SAID)
    if way != "removed":
        jobs.tidy(home, 9e9)
    assert hits(home, (*PERSON, CELL)) == []
    told = {name for name, _ in hits(home, tuple(ids))}  # what was done stays, where data only went
    stays = {f"projects/{each.name}/{trail.FILE}" for each in (clear, sealed)}
    assert told == (stays if way != "removed" else set())
    assert list((home / "jobs").glob("*/wish.json")) == []
    assert list(home.rglob("*.parquet")) == list(home.rglob(f"*{vault.SEALED}")) == []
