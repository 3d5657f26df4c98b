"""Names, cells and levels that look like code are text on every page: nothing runs or calls out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core import jobs
from core.text.phrases import phrases
from core.text.plain import visible
from pages.shared.journey import ICONS
from tests.browser.conftest import WAIT, Visitor
from tests.corpus.hostile import PAYLOADS
from tests.corpus.project import Hostile, hostile

SAY = phrases("en")
# what is looked at in CI; None for a page without tabs
SHARE: dict[str, tuple[str, ...]] = {
    "data": (),
    "explore": ("overview", "together", "segments"),
    "train": (),
    "evaluate": ("all",),
    "explain": ("cohorts", "model"),
    "what_if": ("segment", "saved"),
    "models": (),
    "review": (),
    "drift": (),
}
WHOLE: dict[str, tuple[str, ...]] = SHARE | {
    "explore": ("overview", "one", "two", "time", "together", "missing", "segments"),
    "evaluate": ("confusion", "gains", "precision_recall", "calibration", "all"),
    "explain": ("beeswarm", "dependence", "cohorts", "heat", "partial", "model", "quality"),
    "what_if": ("smallest", "segment", "saved"),
}
PICTURES = ("data", "explain")  # kept by CI too
NAMES = {"what_if": "live.tab."}
# marks that only keep text apart are not seen; runs of blanks are one
UNSEEN = re.compile(r"[\s\u2060\u200b…]+")
RUN = "pwned"  # what the payloads call a page whose scripts they run
# names are cut where there is little room for them
BEGINNING = 18
TEXT = """function text(node) {
  const inside = [...node.childNodes].map((child) => text(child)).join("");
  return (node.nodeType === 3 ? node.data : "") + (node.shadowRoot ? text(node.shadowRoot) : "")
    + inside;
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Hostile:
    """With the evidence of a review, which takes its time, where every fold is opened."""
    whole = request.config.getoption("markexpr") == "whole"
    return hostile(tmp_path_factory.mktemp("hostile"), reviewed=whole)


@pytest.fixture(scope="module")
def home(made: Hostile) -> Path:
    return made.home


LOOKS, STILL = 60, 400  # at most until a page stands still, and milliseconds between them


def shown(visitor: Visitor, home: Path) -> str:
    """All text of the page once its charts are drawn and no work goes on beside it, that of
    components too."""
    expect(visitor.page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT)
    visitor.settle()
    text = _read(visitor)
    for _ in range(LOOKS):
        at_work = jobs.active(home)
        visitor.page.wait_for_timeout(STILL)
        before, text = text, _read(visitor)
        if text == before and not at_work:
            break
    return text


def _read(visitor: Visitor) -> str:
    return UNSEEN.sub("", visitor.page.evaluate(f"({TEXT})(document.body)"))


def more_than_text(visitor: Visitor) -> list[str]:
    """Links, pictures and frames of a page that are none of ours, in components and charts too."""
    own = (visitor.address, "data:image/", "blob:", "#", "/", "./", *ICONS)  # and our own pages
    found = visitor.page.locator("a, img, iframe, object, embed, form[action], svg image, area")
    addresses = found.evaluate_all(
        """nodes => nodes.flatMap(node => ["href", "xlink:href", "src", "srcdoc", "data", "action"]
            .map(name => node.getAttribute(name)).filter(found => found !== null))"""
    )
    return [each for each in addresses if not each.startswith(own)]


def looked_at(visitor: Visitor, home: Path, name: str, whole: bool) -> str:
    """The text of a view, once nothing in it was found to be more than text."""
    page = visitor.page
    if whole:
        for fold in page.get_by_test_id("stExpander").locator("summary").all():
            if fold.is_visible():
                fold.click()
                visitor.settle()
    text = shown(visitor, home)
    assert more_than_text(visitor) == [], name
    assert RUN not in page.title()
    assert page.get_by_test_id("stException").count() == 0
    if whole or name in PICTURES:
        visitor.shot(f"hostile-{name}")
    return text


def walk(visitor: Visitor, home: Path, views: dict[str, tuple[str, ...]], whole: bool) -> None:
    """Every page, and these tabs of it."""
    page = visitor.page
    page.on("dialog", lambda dialog: visitor.complaints.append(f"a script ran: {dialog.message}"))
    page.goto(visitor.address)
    visitor.see("Recent projects")
    seen = [looked_at(visitor, home, "home", whole)]
    page.get_by_test_id("stMain").get_by_role("button", name="Open", exact=True).click()
    visitor.see(SAY("pages.data.findings"))
    for name, tabs in views.items():
        visitor.go(SAY(f"pages.{name}.name"))
        seen.append(looked_at(visitor, home, name, whole))
        for tab in tabs:
            words = SAY(f"{NAMES.get(name, f'pages.{name}.tab_')}{tab}")
            page.get_by_role("tab", name=words, exact=True).click()
            visitor.settle()
            seen.append(looked_at(visitor, home, f"{name}-{tab}", whole))
    text = "\n".join(seen)
    beginnings = {payload: UNSEEN.sub("", visible(payload))[:BEGINNING] for payload in PAYLOADS}
    assert [payload for payload, begins in beginnings.items() if begins not in text] == []


# attacks D01, D04 to D13, D19
def test_every_page_shows_it_as_text(visitor: Visitor, home: Path) -> None:
    walk(visitor, home, SHARE, whole=False)


@pytest.mark.whole
def test_every_tab_and_fold_shows_it_as_text(visitor: Visitor, home: Path) -> None:
    walk(visitor, home, WHOLE, whole=True)
