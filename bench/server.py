"""What benches in a browser share: a server of its own, Chromium, and when a page is there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app.py"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SERVER = (
    "--server.headless=true",
    "--server.address=127.0.0.1",
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
    "--client.toolbarMode=viewer",
)
WAIT = 120.0  # seconds
RESTING = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass(frozen=True)
class Server:
    """A running app: its address, its process, and what it printed."""

    address: str
    process: psutil.Process
    log: Path


@contextmanager
def serving(script: Path = APP, home: Path | None = None) -> Iterator[Server]:
    """A server on a free port, not waited for; it ends with the block."""
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        log, port = Path(aside) / "log.txt", free_port()
        environment = os.environ | {"WHYBUY_HOME": str(home or Path(aside) / "home")}
        with log.open("wb") as out:
            command = [sys.executable, "-m", "streamlit", "run", str(script), *SERVER]
            child = subprocess.Popen(
                [*command, f"--server.port={port}"],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Server(f"http://127.0.0.1:{port}", psutil.Process(child.pid), log)
        finally:
            child.terminate()
            child.wait(20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(browser: Any) -> Iterator[Any]:
    """A window of 1440 x 900 of a visitor who has never been here."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    try:
        page = context.new_page()
        page.set_default_timeout(WAIT * 1000)
        yield page
    finally:
        context.close()


def opened(page: Any, address: str) -> None:
    """Goes to an address as soon as somebody listens there, and waits until the page is ready."""
    _answering(address)
    page.goto(address, wait_until="commit")
    ready(page)


def ready(page: Any) -> None:
    """Waits until a title stands there and no script runs."""
    page.locator(f"{RESTING} h1").first.wait_for()


def _answering(address: str) -> None:
    host, port = address.split("/")[2].split(":")
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        with socket.socket() as caller:
            if caller.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(address)
