"""Tests of a file are done by one process, and those of files that share something dear."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.together import SHARED, piece

ROOT = Path(__file__).resolve().parents[1]
TEST = """import os, time, pytest
@pytest.mark.parametrize("number", range(6))
def test_it(number):
    time.sleep(0.02)
    with open(os.environ["SEEN"], "a") as file:
        file.write(f"{__file__} {os.getpid()}\\n")
"""


def test_pieces_are_files_and_what_files_share() -> None:
    assert piece("tests/core/test_x.py::test_y[a::b]") == "tests/core/test_x.py"
    assert piece("tests/sessions/test_left.py::test_y") == piece("tests/sessions/test_client.py::z")
    for start in SHARED:
        assert (ROOT / start).exists(), start


def test_each_file_is_done_by_one_process(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        (tmp_path / f"test_{name}.py").write_text(TEST)
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_xdist_make_scheduler")
    seen = tmp_path / "seen"
    subprocess.run(
        [*(sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"), "."],
        cwd=tmp_path, env=os.environ | {"SEEN": str(seen), "PYTHONPATH": str(ROOT)},
        check=True, capture_output=True,
    )  # fmt: skip
    done = [line.split() for line in seen.read_text().splitlines()]
    assert len(done) == 24
    assert len(set(map(tuple, done))) == 4
    assert len({process for _, process in done}) == 2
