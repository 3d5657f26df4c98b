"""A Spark session for a while: on this machine alone, or of a cluster by its address."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import SparkMissing, SparkUnreachable
from core.progress import Report

LOCAL, CONNECT, STANDALONE = "local", "sc://", "spark://"
ADDRESSES = (LOCAL, STANDALONE, CONNECT, "yarn", "k8s://")
PORTS = {"spark": 7077, "sc": 15002, "https": 443, "http": 80}
ANSWERS_WITHIN = 5.0  # seconds, of a cluster's address
WORKS_WITHIN = 60.0  # seconds, of a cluster with workers
TOLD_EVERY = 0.2
HALF = 0.5  # Spark does not tell how far a statement is


@contextmanager
def session(url: str, beside: Path) -> Iterator[Any]:
    """A Spark session; one that was there before is used, and stays.

    On this machine it listens to nobody else, and what it spills into folder ``beside`` is
    encrypted; how a cluster guards itself is said where it is set up. Raises SparkMissing and
    SparkUnreachable.
    """
    with quiet():
        try:
            known = _known()
        except ImportError as fault:
            raise SparkMissing(url) from fault
        found = known or _begun(url, beside)
    try:
        yield found
    finally:
        if known is None:
            with suppress(Exception):  # it may have gone by itself; the work is done or has failed
                found.stop()


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings of libraries that others are newer than they know."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\..*")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"ibis\..*")
        yield


def _known() -> Any:
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession()


def watched(session: Any, work: Callable[[], None], report: Report, stage: str) -> None:
    """Runs what takes Spark long; where ``report`` raises (a stop), Spark's jobs are cancelled."""
    ended, faults = threading.Event(), list[Exception]()

    def run() -> None:
        try:
            work()
        except Exception as fault:  # noqa: BLE001 - handed to whoever waits
            faults.append(fault)
        finally:
            _hang_up(session)
            ended.set()

    worker = threading.Thread(target=run, name="spark", daemon=True)
    worker.start()
    try:
        while not ended.wait(TOLD_EVERY):
            report(HALF, stage)
    except BaseException:
        until = time.monotonic() + ANSWERS_WITHIN
        while worker.is_alive() and time.monotonic() < until:  # a plan may have no jobs yet
            _cancel(session)
            worker.join(TOLD_EVERY)
        raise
    worker.join()
    if faults:
        raise faults[0]


def _hang_up(session: Any) -> None:
    """Closes this thread's own way to Java, which nobody else would."""
    client: Any = getattr(getattr(session, "_jvm", None), "_gateway_client", None)
    line = client.get_thread_connection() if hasattr(client, "get_thread_connection") else None
    if line is not None:
        line.close()


def _cancel(session: Any) -> None:
    if hasattr(session, "sparkContext"):
        session.sparkContext.cancelAllJobs()
    else:
        session.interruptAll()


def _begun(url: str, beside: Path) -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # and not the system's python3
    logging.getLogger("py4j").setLevel(logging.ERROR)
    _reach(url)
    build = SparkSession.builder
    build = build.remote(url) if url.startswith(CONNECT) else build.master(url)
    try:
        for name, value in _settings(url, beside).items():
            build = build.config(name, value)
        found = build.getOrCreate()
        if not url.startswith(LOCAL):
            _tried(found)
    except Exception as fault:  # of Java, of the network, of the cluster: Spark has no one error
        raise SparkUnreachable(url, f"{type(fault).__name__}: {fault}".splitlines()[0]) from fault
    return found


def _reach(url: str) -> None:
    """Raises SparkUnreachable where nobody listens: Spark itself would try for minutes."""
    if url.startswith((LOCAL, "yarn")):
        return
    scheme, _, places = url.removeprefix("k8s://").rpartition("://")
    reason = ""
    for place in places.split(","):
        parts = urlsplit(f"//{place}")
        try:
            address = (parts.hostname or "", parts.port or PORTS.get(scheme, PORTS["https"]))
            socket.create_connection(address, ANSWERS_WITHIN).close()
        except (OSError, ValueError) as fault:
            reason = str(fault)
        else:
            return
    raise SparkUnreachable(url, reason)


def _tried(session: Any) -> None:
    """Counts to one: a cluster without workers would let us wait for ever."""
    until = time.monotonic() + WORKS_WITHIN

    def waiting(share: float, stage: str) -> None:
        if time.monotonic() > until:
            raise TimeoutError(f"no answer within {WORKS_WITHIN:.0f} s")

    watched(session, lambda: session.range(1).count(), waiting, "")


def _settings(url: str, beside: Path) -> dict[str, str]:
    found = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "false"}
    if url.startswith(CONNECT):
        return found  # the rest is the server's
    found |= {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    return found | (_alone(beside) if url.startswith(LOCAL) else {})


def _alone(beside: Path) -> dict[str, str]:
    """Of Spark on this machine: no neighbours, no open ports; plans are simple, data small."""
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.local.dir": str(beside / ".spark"),
        "spark.sql.warehouse.dir": str(beside / ".spark"),
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
    }
