"""What looks like HTML, Markdown, LaTeX or a formula is sent to every page as text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from tests.corpus.project import Hostile, hostile
from tests.pages.conftest import Open

PAGES = ("home", "data", "explore", "train", "evaluate", "explain", "what_if")
# fields of Streamlit's messages that the browser reads as Markdown
READ_AS_MARKDOWN = {"body", "label", "help", "caption", "captions", "placeholder"}
# what would be more than text there: a tag, an image or a link, an address, emphasis, mathematics
MORE_THAN_TEXT = re.compile(
    r"(?<!\\)<(script|img|a|b)\b|(?<!\\)\]\((http|javascript)|https?://out|(?<!\\)\*\*(will|bold)"
    r"|(?<!\\)\$\\|(?<!\\):(red\[|material/lock)"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return hostile(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def project(made: Hostile, home: Path) -> str:
    """The id of that project, copied into this test's home."""
    shutil.copytree(made.home, home)
    return made.project


def read_as_markdown(element: object) -> Iterator[str]:
    """Every text of a page that the browser reads as Markdown."""
    for child in getattr(element, "children", {}).values():
        yield from read_as_markdown(child)
    proto = getattr(element, "proto", None)
    if proto is not None and hasattr(proto, "DESCRIPTOR"):
        yield from _texts(MessageToDict(proto))


def _texts(found: object, field: str = "") -> Iterator[str]:
    if isinstance(found, dict):
        for name, value in found.items():
            yield from _texts(value, name)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value, field)
    elif isinstance(found, str) and field in READ_AS_MARKDOWN:
        yield found


def faults(at: AppTest) -> list[str]:
    sent = [text for element in (*at.main, *at.sidebar) for text in read_as_markdown(element)]
    assert any("script" in text or "buy" in text for text in sent)  # names of the project's own
    return [text for text in sent if MORE_THAN_TEXT.search(text)]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_it_as_text(app: Open, project: str, page: str) -> None:
    at = app(page, project=project)
    assert not at.exception
    assert not at.error, [each.value for each in at.error]
    assert faults(at) == []


def test_the_look_for_faults_finds_them() -> None:
    for text in ("<img src=x>", "[a](http://out.invalid)", "see http://out.invalid", "**bold**"):
        assert MORE_THAN_TEXT.search(text)
    assert not MORE_THAN_TEXT.search(r"\<img src\=x\> \[a\](http:" + "\u2060//out.invalid)")
