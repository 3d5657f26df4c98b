"""Pages run by AppTest in a home of their own, with a finished sample project to copy."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

import pages.shared.warm
from core import jobs
from core.data import shop
from core.data.infer import propose_outcome
from core.progress import silent
from core.store import projects, tables
from core.tasks.models import train_model
from core.tasks.tables import bring, check
from core.text.plain import WORD_JOINER
from core.train.wish import Choices, wish

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "samples" / "shop_customers.csv"
TREES = {"trees": 20}
LATEST = 240.0  # seconds
SCAN = manifest_scanner.scan_component_manifests
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _nothing_warmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.shared.warm, "_load", lambda: None)


@pytest.fixture(autouse=True)
def _keras_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests load Keras into this process, the app never does: where it is there, Streamlit
    has it look through all that lives after every run, half a second each."""
    monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)


@pytest.fixture(autouse=True)
def _packages_scanned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server looks once for components among the packages that are installed; AppTest does for
    every page that it opens, a third of a second each."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _components)


@cache
def _components() -> Any:
    return SCAN()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one project: the sample's three questions, each with a small forest."""
    home = tmp_path_factory.mktemp("finished")
    made = bring(home=home, report=silent, file=str(SAMPLE), name=SAMPLE.name)
    folder = projects.folder(home, made["project"])
    dataset = tables.load(folder, made["table"])
    for target in shop.TARGETS:
        column = dataset.schema[target]
        outcome = propose_outcome(column) if len(column.levels) == 2 else ""
        known = replace(dataset, schema=shop.aimed(dataset.schema, target))
        spec = wish(known, target, outcome, Choices(params=TREES))
        train_model(home, silent, made["project"], msgspec.to_builtins(spec))
        check(home, silent, made["project"], made["table"], target)  # else every page begins it
    projects.aimed(home, made["project"], "will_buy_again", "yes")
    return home


@pytest.fixture
def project(finished: Path, home: Path) -> str:
    """The id of the finished project, copied into this test's home."""
    shutil.copytree(finished, home)
    return projects.recent(home)[0].id


@pytest.fixture
def app() -> Open:
    """Opens a page and its folds: ``app("data", "masks", project=...)``."""

    def opened(page: str = "home", *folds: str, **ids: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in (dict.fromkeys(folds, True) | ids).items():
            at.session_state[name] = value
        if page != "home":
            at.switch_page(f"pages/{page}.py")
        return at.run()

    return opened


def words(at: AppTest) -> str:
    """All text of a page, as one string."""
    kinds = ("title", "subheader", "markdown", "caption", "error", "warning", "success", "info")
    text = "\n".join(str(each.value) for kind in kinds for each in getattr(at, kind))
    return text.replace("\\", "").replace(WORD_JOINER, "")


def until(at: AppTest, seen: str | Callable[[], bool]) -> AppTest:
    """Runs the page until the text is there, or that is so: a job works beside it."""
    deadline = time.monotonic() + LATEST
    while not (seen() if callable(seen) else seen in words(at)):
        assert time.monotonic() < deadline, words(at)
        assert not at.exception
        pause()
        at.run()
    return at


def pause() -> None:
    """Until nothing works beside the page, or a second: each run takes time from the work."""
    home, end = projects.home(), time.monotonic() + 1.0
    time.sleep(0.02)
    while jobs.active(home) and time.monotonic() < end:
        time.sleep(0.05)


def button(at: AppTest, label: str) -> object:
    """The button of that label."""
    return next(each for each in at.button if each.label == label)


def charts(at: AppTest) -> int:
    """How many charts a page shows."""
    return len(at.get("plotly_chart"))
