"""The server is killed while visitors are at work: it is back at once, nothing saved is lost."""

from __future__ import annotations

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from core import jobs
from core.store import models, projects, tables
from tests.sessions.canaries import Colony, Project, colony, table
from tests.sessions.client import Visitor
from tests.sessions.served import Served, started
from tests.sessions.wander import Wanderer

BACK_WITHIN = 5.0  # seconds
VISITORS = 3


@pytest.fixture
def at_work(small: Colony, tmp_path: Path) -> Colony:
    """Projects of visitors who are about to lose their server, in a home that was moved."""
    shutil.copytree(small.home, tmp_path / "home", ignore=shutil.ignore_patterns("jobs"))
    return Colony(tmp_path / "home", small.projects[:VISITORS])


def killed_at_work(work: Colony, moment: float) -> float:
    """Kills the server ``moment`` seconds into everybody's work; gives seconds until it is back."""
    server = started(work.home)
    over = threading.Event()
    with ThreadPoolExecutor(len(work.projects)) as threads:
        for each in work.projects:
            threads.submit(busy, server, each, over)
        over.wait(moment)
        server.kill()
        over.set()
    saved = contents(work.home)
    begun = time.monotonic()
    again = started(work.home, port=int(server.address.rpartition(":")[2]))
    took = time.monotonic() - begun
    try:
        assert missing(saved, contents(work.home)) == set()
        for each in work.projects:
            as_before(again, work.home, each)
        asked_again(again, work.projects[1])
    finally:
        again.kill()
    return took


def busy(server: Served, who: Project, over: threading.Event) -> None:
    """Looks around until the server is gone; the second brings a table, the third trains."""
    visitor = Visitor(server.address, wait=20.0)
    with suppress(OSError, AssertionError, LookupError):
        visitor.open(project=who.id, model=who.model)
        if who.number == 1:
            visitor.go("").click("Bring your own table")
            visitor.upload("upload-0", "late.csv", table(who))
        if who.number == 2:
            visitor.go("train").set("balanced", True).click("Train the model")
        wanderer = Wanderer(visitor, np.random.default_rng(who.number))
        while not over.is_set():
            wanderer.step()


def contents(home: Path) -> dict[str, str]:
    """SHA-256 of every file of tables and models, by where it lies."""
    places = [*home.glob("projects/*/tables/*/*"), *home.glob("projects/*/models/*/*")]
    return {
        str(each.relative_to(home)): sha256(each.read_bytes()).hexdigest()
        for each in places
        if each.is_file() and not each.name.startswith(".")
    }


def missing(before: dict[str, str], now: dict[str, str]) -> set[str]:
    """Files of models, which never change, and of tables' rows that are not what they were."""
    return {
        file
        for file, digest in before.items()
        if ("/models/" in file or file.endswith(".parquet")) and now.get(file) != digest
    }


def as_before(server: Served, home: Path, who: Project) -> None:
    """Table and model load, and a page tells of them to whoever comes by the old address."""
    folder = projects.folder(home, who.id)
    assert tables.load(folder, projects.load(home, who.id).table).rows > 0
    assert models.load(models.place(folder, who.model)).model.spec.id == who.model
    visitor = Visitor(server.address).open("evaluate", project=who.id, model=who.model)
    assert who.inside in visitor.text()
    visitor.close()


def asked_again(server: Served, who: Project) -> None:
    """An upload is in the server's memory until it is read: who comes back is asked for it anew."""
    visitor = Visitor(server.address).open().click("Bring your own table")
    assert visitor.has("upload-0")
    visitor.upload("upload-0", f"again-{who.inside}.csv", table(who))
    visitor.until(lambda each: f"project=again-{who.inside}" in each.screen.query)
    visitor.close()


def test_j03_killed_with_visitors_at_work(at_work: Colony) -> None:
    assert killed_at_work(at_work, 3.0) < BACK_WITHIN
    ended = {jobs.status(each).state.ended for each in jobs.active(at_work.home)}
    assert ended <= {False}  # what still runs is done to its end: it is another process


@pytest.mark.whole
def test_j03_killed_again_and_again(tmp_path: Path) -> None:
    many = colony(tmp_path / "home", 20, seed=9)
    draw = np.random.default_rng(3)
    for _ in range(20):
        assert killed_at_work(many, float(draw.uniform(0.5, 8.0))) < BACK_WITHIN
