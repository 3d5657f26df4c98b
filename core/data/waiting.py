"""Work that cannot tell how far it is, beside a report that is still called and may stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from core.data.engine import interrupt
from core.progress import Report

LOOK_EVERY, BREAK_EVERY = 0.2, 0.02  # seconds
HALF_DONE = 20.0  # seconds after which half of it is said to be done: nobody knows better

Made = TypeVar("Made")


def told_meanwhile(work: Callable[[], Made], report: Report, stage: str) -> Made:
    """What ``work()`` gives or raises.

    Where the report raises (a stop), what DuckDB is at for the work is broken off.
    """
    made: list[Made] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            failed.append(error)

    thread = threading.Thread(target=run, name=stage)
    started = time.monotonic()
    thread.start()
    try:
        while thread.is_alive():
            thread.join(LOOK_EVERY)
            waited = time.monotonic() - started
            report(waited / (waited + HALF_DONE), stage)
    finally:
        while thread.is_alive():
            interrupt(thread.ident or 0)
            thread.join(BREAK_EVERY)
    if failed:
        raise failed[0]
    return made[0]
