"""Engines that go from one who asks to the next: nothing of what was asked goes along."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from core.data import engine as engines
from core.data.engine import engine, interrupt


@pytest.fixture(autouse=True)
def _none_idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(engines, "_idle", [])
    yield
    for each in engines._idle:
        each.close()


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    asked = "SELECT table_name FROM information_schema.tables"
    return {name for (name,) in connection.execute(asked).fetchall()}


def test_an_engine_goes_on_to_the_next_without_what_was_temporary() -> None:
    with engine() as one:
        one.register("given", pd.DataFrame({"a": [1, 2]}))
        one.execute("CREATE TEMP TABLE held AS SELECT * FROM given")
        one.execute("CREATE TEMP VIEW seen AS SELECT * FROM held")
        one.execute("SET enable_progress_bar = true")
        assert tables(one) == {"given", "held", "seen"}
    (idle,) = engines._idle
    with engine() as other:
        assert engines._idle == []
        assert tables(other) == set()
        bar = "SELECT current_setting('enable_progress_bar')"
        assert other.execute(bar).fetchone() == (False,)
    assert engines._idle == [idle]


def test_whoever_asks_meanwhile_has_another() -> None:
    with engine() as one, engine() as other:
        one.execute("CREATE TEMP TABLE held AS SELECT 1 AS a")
        assert tables(other) == set()
    assert len(engines._idle) == 2
    with engine(), engine(), engine():
        pass
    assert len(engines._idle) == engines.IDLE_AT_MOST


def test_an_engine_that_failed_is_not_used_again() -> None:
    with pytest.raises(duckdb.Error), engine() as one:
        one.execute("SELECT no such thing")
    assert engines._idle == []


def test_an_engine_that_may_spill_is_not_used_again(tmp_path: Path) -> None:
    with engine():
        pass
    (idle,) = engines._idle
    with engine(tmp_path) as spilling:
        where = "SELECT current_setting('temp_directory')"
        assert spilling.execute(where).fetchone() == (str(tmp_path / ".spill"),)
    assert engines._idle == [idle]
    with engine() as one:
        assert one.execute(where).fetchone() != (str(tmp_path / ".spill"),)


def test_the_limits_are_those_of_every_engine() -> None:
    for _ in range(2):
        with engine() as one:
            names = ("threads", "autoload_known_extensions", "enable_external_file_cache")
            told = [one.execute(f"SELECT current_setting('{n}')").fetchone() for n in names]
            assert told == [(2,), (False,), (False,)]
            asked = one.execute("SELECT current_setting('memory_limit')").fetchone()
            assert asked in [("953.6 MiB",), ("1000.0 MB",)]


def test_what_a_thread_is_at_is_broken_off_and_others_go_on() -> None:
    begun = threading.Event()
    faults: list[str] = []

    def long() -> None:
        try:
            with engine() as one:
                begun.set()
                one.execute(
                    "SELECT sum(a.range * b.range) FROM range(10_000_000) a, range(1_000) b"
                )
        except duckdb.InterruptException as fault:
            faults.append(str(fault))

    with engine() as mine:
        worker = threading.Thread(target=long)
        worker.start()
        begun.wait()
        while worker.is_alive():
            interrupt(worker.ident or 0)
            worker.join(0.05)
        assert len(faults) == 1
        assert mine.execute("SELECT 1").fetchone() == (1,)


def test_a_fork_begins_its_own() -> None:
    with engine():
        pass
    child = os.fork()
    if child == 0:
        with engine() as one:
            many = one.execute(
                "SELECT count(*) FROM range(1_000_000) WHERE range % 3 = 0"
            ).fetchone()
        os._exit(0 if many == (333_334,) and len(engines._not_ours) == 1 else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert len(engines._idle) == 1
