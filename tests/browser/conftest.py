"""A server of its own and Debian's Chromium; what the browser complains of fails the test."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(4, 5, 6)"}  # of the theme
STILL = "[data-testid=stApp][data-test-script-state=notRunning]"
WAIT = 60_000
AT_REST = """element => new Promise(done => {
    let last = '', frames = 0
    const look = () => {
        const {x, y, height} = element.getBoundingClientRect(), place = `${x} ${y} ${height}`
        frames = place === last ? frames + 1 : 0
        last = place
        frames > 12 ? done() : requestAnimationFrame(look)
    }
    look()
})"""
# Faults of Streamlit's own widgets that no theme or text of ours can mend.
NOT_OURS = {
    "aria-allowed-role",  # the file uploader's drop zone
    "scrollable-region-focusable",  # tables draw on a canvas with a scroller around it
    "nested-interactive",  # the clear button within a multiselect's tag
}


# The chosen segment draws the primary colour on a tint of itself: 4.1:1 in dark.
CHOSEN_SEGMENT = '[data-selected="true"]'


def at_rest(button: Locator) -> Locator:
    """A fold that opens carries what is in it along, and a click on the way is lost."""
    button.scroll_into_view_if_needed()
    button.evaluate(AT_REST)
    return button


@dataclass
class Visitor:
    """A page in a browser, and what it complained of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Waits until no script runs."""
        self.page.wait_for_selector(STILL, timeout=WAIT)

    def see(self, text: str) -> None:
        """Waits for a text, then until no script runs."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=WAIT)
        self.settle()

    def click(self, name: str) -> None:
        """Clicks the button of that name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def press(self, button: Locator) -> None:
        """Clicks what lies still."""
        expect(button).to_be_visible(timeout=WAIT)
        self.settle()
        at_rest(button).click()

    def go(self, name: str) -> None:
        """Opens a page by the sidebar."""
        link = self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=name)
        path = urlsplit(str(link.get_attribute("href"))).path
        link.click()
        # until then the old page stands there, and no script of it runs
        self.page.wait_for_url(lambda url: urlsplit(url).path == path, timeout=WAIT)
        self.settle()

    def turn(self, scheme: str) -> None:
        """Shows the page in that colour scheme, as when the system's is changed."""
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_css("background-color", GROUND[scheme], timeout=WAIT)
        self.settle()

    def shot(self, name: str) -> None:
        """Keeps a screenshot."""
        ARTIFACTS.mkdir(exist_ok=True)
        usual = {"width": 1440, "height": 900}
        height = self.page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
        self.page.set_viewport_size({"width": 1440, "height": min(int(height), 3000)})
        self.page.screenshot(path=ARTIFACTS / f"{name}.png")
        self.page.set_viewport_size(usual)

    def accessible(self) -> None:
        """Fails on a serious fault that is ours to mend."""
        self.settle()
        found = Axe().run(self.page).response["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        assert [fault for v in serious for fault in self._faults(v)] == []

    def _faults(self, violation: dict[str, Any]) -> list[str]:
        if violation["id"] in NOT_OURS:
            return []
        return [
            f"{violation['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
            for node in violation["nodes"]
            if CHOSEN_SEGMENT not in str(node["target"][0])
        ]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skipped where it is missing, unless it is required."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        assert os.environ.get("WHYBUY_BROWSER") != "required", "Chromium is not installed"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its projects: nothing yet."""
    return tmp_path_factory.mktemp("server") / "home"


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """The address of a fresh server with that home; its log must be free of traces."""
    folder = home.parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log.txt"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "serve.py", f"--server.port={port}"],
            cwd=ROOT,
            env=os.environ | {"WHYBUY_HOME": str(home)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    _await(url, server)
    yield url
    server.terminate()
    server.wait(20)
    text = log.read_text("utf-8", "replace")
    assert "Traceback" not in text, text
    assert "deprecat" not in text.lower(), text


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health"):
            return
    pytest.fail("the server did not start")


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Visitor]:
    """A visitor with a window of 1440 x 900; anything the browser complains of fails."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900},
        color_scheme="light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    visitor = Visitor(context.new_page(), address)
    page = visitor.page
    page.set_default_timeout(WAIT)
    page.on("console", lambda m: m.type == "error" and visitor.complaints.append(m.text))
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    page.on(
        "request",
        lambda r: (
            r.url.startswith((address, "data:", "blob:", address.replace("http", "ws")))
            or visitor.complaints.append(f"called out: {r.url}")
        ),
    )
    yield visitor
    context.close()
    assert visitor.complaints == []
