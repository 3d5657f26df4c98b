"""Names, cells and levels that look like code are text on every page: nothing runs or calls out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.text.phrases import phrases
from tests.browser.conftest import WAIT, Visitor
from tests.corpus.hostile import PAYLOADS
from tests.corpus.project import Hostile, hostile

PAGES = ("data", "explore", "train", "evaluate", "explain", "what_if")
# marks that only keep text apart are not seen; runs of blanks are one
UNSEEN = re.compile(r"[\s\u2060\u200b…]+")
MADE = "a[href*='out.invalid'], a[href^='javascript'], img[src*='out.invalid'], img[src='x']"
# names are cut where there is little room for them
BEGINNING = 18
TEXT = """function text(node) {
  const inside = [...node.childNodes].map((child) => text(child)).join("");
  return (node.nodeType === 3 ? node.data : "") + (node.shadowRoot ? text(node.shadowRoot) : "")
    + inside;
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return hostile(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def home(made: Hostile) -> Path:
    return made.home


def shown(visitor: Visitor) -> str:
    """All text of the page once its charts are drawn, that of components too."""
    expect(visitor.page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT)
    visitor.settle()
    return UNSEEN.sub("", visitor.page.evaluate(f"({TEXT})(document.body)"))


@pytest.mark.parametrize("scheme", ["light"])
def test_every_page_shows_it_as_text(visitor: Visitor, scheme: str) -> None:
    page, say = visitor.page, phrases("en")
    page.on("dialog", lambda dialog: visitor.complaints.append(f"a script ran: {dialog.message}"))
    page.goto(visitor.address)
    visitor.see("Recent projects")
    pages = [shown(visitor)]
    page.get_by_test_id("stMain").get_by_role("button", name="Open", exact=True).click()
    visitor.settle()
    for name in PAGES:
        visitor.go(say(f"pages.{name}.name"))
        pages.append(shown(visitor))
        assert page.locator(MADE).count() == 0, name
        assert "pwned" not in page.title()
        visitor.shot(f"hostile-{name}")
    seen = "\n".join(pages)
    assert [text for text in PAYLOADS if UNSEEN.sub("", text)[:BEGINNING] not in seen] == []
