from __future__ import annotations

import threading

import duckdb
import pytest

from core.data.engine import engine
from core.data.waiting import told_meanwhile
from core.progress import Cancelled, silent

ENDLESS = "SELECT count(*) FROM range(100000000) AS a(x), range(100000000) AS b(y) WHERE x * y = -1"


def test_it_gives_what_the_work_gives() -> None:
    told: list[float] = []
    done = threading.Event()
    assert told_meanwhile(lambda: done.wait(0.5) or 7, lambda s, _: told.append(s), "stage") == 7
    assert len(told) >= 2
    assert told == sorted(told)
    assert told[-1] < 1


def test_it_raises_what_the_work_raises() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        told_meanwhile(fail, silent, "stage")


def test_a_stop_breaks_off_statement_after_statement() -> None:
    ends: list[type[Exception]] = []

    def work() -> None:
        with engine() as connection:
            for _ in range(2):
                try:
                    connection.execute(ENDLESS).fetchone()
                except duckdb.InterruptException as error:
                    ends.append(type(error))

    def stop(share: float, stage: str) -> None:
        raise Cancelled

    before = threading.active_count()
    with pytest.raises(Cancelled):
        told_meanwhile(work, stop, "stage")
    assert ends == [duckdb.InterruptException] * 2
    assert threading.active_count() == before
