from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from core.data.memory import memory_at_most
from core.errors import TooLarge

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("error", [MemoryError, duckdb.OutOfMemoryException])
def test_too_little_memory_is_said(error: type[Exception]) -> None:
    with pytest.raises(TooLarge) as caught, memory_at_most(1 << 62, "t.csv"):
        raise error
    assert caught.value.file == "t.csv"


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory where the system can")
def test_the_limit_holds_within_and_is_lifted_after() -> None:
    code = """
from core.data.memory import memory_at_most
from core.errors import TooLarge
import resource
before = resource.getrlimit(resource.RLIMIT_AS)
try:
    with memory_at_most(2 << 30, "t.csv"):
        bytearray(3 << 30)
except TooLarge:
    pass
else:
    raise SystemExit("no limit")
assert resource.getrlimit(resource.RLIMIT_AS) == before
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
