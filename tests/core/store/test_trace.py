from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from core.errors import BadValue
from core.store import trace

ROOT = Path(__file__).resolve().parents[3]
CELL = "maria.weber@mail.invalid"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a logger of some library writes."""
    before = logging.getLogRecordFactory()
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    logger = logging.getLogger("some.library")
    logger.addHandler(handler)
    trace.silent_on_values()
    yield text
    logger.removeHandler(handler)
    logging.setLogRecordFactory(before)


def broken() -> None:
    try:
        pd.to_numeric(pd.Series([CELL]))
    except ValueError as fault:
        raise BadValue("mail", CELL, "a number") from fault


def test_k01_a_log_tells_where_and_never_what(log: io.StringIO) -> None:
    try:
        broken()
    except BadValue:
        logging.getLogger("some.library").exception("reference %s", "1234abcd")
    text = log.getvalue()
    assert CELL not in text
    assert "reference 1234abcd" in text
    assert "in broken" in text
    assert "builtins.ValueError" in text
    assert text.rstrip().endswith("core.errors.BadValue: bad_value")
    assert text.index("builtins.ValueError") < text.index("core.errors.BadValue")


def test_k01_an_error_handed_over_is_told_in_the_same_way(log: io.StringIO) -> None:
    error = ValueError(CELL)
    error.__context__ = error  # a chain that leads back to itself ends
    logging.getLogger("some.library").error("uncaught", exc_info=error)
    assert CELL not in log.getvalue()
    assert "builtins.ValueError" in log.getvalue()


def test_a_message_without_an_error_stays_as_it_is(log: io.StringIO) -> None:
    logging.getLogger("some.library").warning("three of %d", 4)
    assert log.getvalue() == "three of 4\n"


def test_twice_is_once() -> None:
    before = logging.getLogRecordFactory()
    trace.silent_on_values()
    first = logging.getLogRecordFactory()
    trace.silent_on_values()
    assert logging.getLogRecordFactory() is first
    logging.setLogRecordFactory(before)


def test_k01_what_ends_a_process_is_logged_without_values() -> None:
    code = (
        "from core.store.trace import log_what_ends_it\n"
        f"log_what_ends_it()\nfloat({CELL!r}[:0] or chr(64) + 'mail.invalid')"
    )
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "builtins.ValueError" in found.stderr
    assert "mail.invalid" not in found.stderr
