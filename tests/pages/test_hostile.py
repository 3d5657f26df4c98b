"""What looks like HTML, Markdown, LaTeX or a formula is sent to every page as text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from core.store import cohorts, projects, tables
from core.store.checked import findings_key
from core.text.phrases import phrases
from core.text.plain import plain
from pages.shared import reasons_tabs
from tests.corpus.hostile import PAYLOADS
from tests.corpus.project import Hostile, hostile
from tests.pages.conftest import ROOT, Open

SAY = phrases("en")
PARTS = ("strongest", "overview", "one", "two", "time", "together", "missing")
PAGES = ("home", "data", "behaviour", "explore", "train", "evaluate", "explain", "what_if")
# the tabs of a page: the key under which the open one stands, and their names
TABS = {
    "explore": ("explore-tabs", "pages.explore.tab_", (*PARTS, "segments")),
    "evaluate": ("evaluate-tabs", "pages.evaluate.tab_", ("confusion", "gains", "all")),
    "explain": ("explain-tabs", "pages.explain.tab_", tuple(reasons_tabs.TABS)),
    "what_if": ("what-if-tab", "live.tab.", ("one", "smallest", "segment", "saved")),
}
FOLDS = (
    "understood", "closer", "preview", "masks", "people", "rest", "what-if-chart",
    "what-if-nearest", "marking-fold", "path", "together", "segments-why",
)  # fmt: skip
# fields of Streamlit's messages that the browser reads as Markdown
READ_AS_MARKDOWN = {"body", "label", "help", "caption", "captions", "placeholder", "content"}
# what would be more than text there: a tag, an image or a link, an address, emphasis, mathematics
MORE_THAN_TEXT = re.compile(
    r"(?<!\\)</?(script|img|a|b|svg|iframe)\b|(?<!\\)\]\((http|javascript|data)"
    r"|https?://out|www\.out|@out|(?<!\\)\*\*(will|bold)|(?<!\\)\$\\|(?<!\\)\*a_\*"
    r"|(?<!\\):(red\[|material/lock)|[\u202a-\u202e\u2066-\u2069]|(?<!\\)>>|^# heading"
)
LONGEST = 2 * 2_000 + 100  # a sentence of ours, every sign of it escaped


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return hostile(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def project(made: Hostile, home: Path) -> Hostile:
    """That project, copied into this test's home."""
    shutil.copytree(made.home, home)
    return Hostile(home, made.project)


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
    return [text[:300] for text in sent if MORE_THAN_TEXT.search(text) or len(text) > LONGEST]


def views(at: AppTest, page: str) -> Iterator[str]:
    """Runs a page with each of its tabs open; gives what it is looked at."""
    if page != "home":
        at.switch_page(f"pages/{page}.py").run()
    key, words, names = TABS.get(page, ("", "", ("",)))
    for name in names:
        if key:
            at.session_state[key] = SAY(f"{words}{name}")
            at.run()
        yield f"{page} {name}"


def folds(made: Hostile) -> dict[str, bool]:
    """Every fold opened, those of findings too."""
    place = projects.folder(made.home, made.project)
    now = projects.load(made.home, made.project)
    key = findings_key(tables.load(place, now.table).schema, now.target)
    known = tables.kept_findings(place, now.table, key) or ()
    named = [f"finding-{each.code}-{each.column}-{each.example}" for each in known]
    return dict.fromkeys((*FOLDS, *named), True)


def walked(app: Open, made: Hostile, pages: tuple[str, ...]) -> None:
    """One visitor looks at everything."""
    at = app(project=made.project, **folds(made))
    at.session_state[f"cohort-{made.project}"] = cohort_of(made)
    for page in pages:
        for view in views(at, page):
            assert not at.exception, view
            assert not at.error, [view, *(each.value for each in at.error)]
            assert faults(at) == [], view


def cohort_of(made: Hostile) -> str:
    """One that holds enough customers to be looked at."""
    place = projects.folder(made.home, made.project)
    return cohorts.listed(place)[0].id


# attacks D01, D04 to D10, D19 of attacks.json
@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_it_as_text(app: Open, project: Hostile, page: str) -> None:
    walked(app, project, (page,))


def test_d20_an_address_that_names_anything_is_no_more_than_a_name(app: Open) -> None:
    for first, second in ((PAYLOADS[0], PAYLOADS[2]), ("../../x", "x" * 100_000)):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        named = {"project": first, "model": second, "unknown": second, "language": first}
        for name, value in named.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception
        assert not at.error
        sent = [text for element in at.main for text in read_as_markdown(element)]
        assert sent
        assert [text for text in sent if MORE_THAN_TEXT.search(text)] == []


def test_the_look_for_faults_finds_them() -> None:
    shown = (
        "<img src=x>", "[a](http://out.invalid)", "see http://out.invalid", "**bold**", "</script>",
        "<svg onload=x>", "me@out.invalid", "\u202egnp", "*a_*a_", "$\\frac",
    )  # fmt: skip
    for text in shown:
        assert MORE_THAN_TEXT.search(text), text
    for text in PAYLOADS:
        assert not MORE_THAN_TEXT.search(plain(text)), text
