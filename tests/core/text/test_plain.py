from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.text.plain import LONGEST, WORD_JOINER, plain, plain_words, plot_text, visible

MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


@given(st.text())
def test_visible_is_one_short_line_without_hidden_marks(text: str) -> None:
    shown = visible(text)
    assert len(shown) <= LONGEST
    assert len(shown.splitlines()) <= 1
    assert all(unicodedata.category(sign)[0] != "C" for sign in shown)
    assert shown == shown.strip()


@given(st.text())
def test_visible_again_changes_nothing(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  two\n\tlines ", "two lines"),
        ("a\u202eb\u200bc\x00d", "a\ufffdbcd"),  # attack D19
        ("\u202egnp.exe\u2066x\u2069", "\ufffdgnp.exe\ufffdx\ufffd"),
        ("\u05e9\u05dc\u05d5\u05dd\u200f", "\u05e9\u05dc\u05d5\u05dd"),
        ("x" * 2_000_000, "x" * 199 + "…"),
        ("최근 구매일", "최근 구매일"),
        (12, "12"),
        (None, "None"),
        ("x" * 201, "x" * 199 + "…"),
    ],
)
def test_visible(text: object, shown: str) -> None:
    assert visible(text) == shown


def read(markdown: str) -> str | None:
    """What a Markdown reader shows of one bare paragraph; None where it sees anything else."""
    page = MarkdownIt("gfm-like", {"linkify": False}).render(markdown)
    found = re.fullmatch(r"<p>([^<]*)</p>\n", page)
    return html.unescape(found[1]) if found else None


@given(st.text(alphabet=st.sampled_from("ab1 \n\t.가" + MARKS)) | st.text())
def test_markdown_shows_plain_text_as_it_was(text: str) -> None:
    shown = visible(text)
    assume(shown.replace(WORD_JOINER, ""))
    assert (read(plain(text)) or "").replace(WORD_JOINER, "") == shown.replace(WORD_JOINER, "")


@pytest.mark.parametrize(
    "text",
    ["__init__", "a_b", "*a*", "# a", "1. a", "2) a", "- a", "> a", "~~a~~", "`a`", "![a](b)",
     "<b>a</b>", "&lt;", "| a |", "---", "a\\", "[a]: b", ":red[a]", "$a$"],
)  # fmt: skip
def test_markdown_reads_no_mark(text: str) -> None:
    assert (read(plain(text)) or "").replace(WORD_JOINER, "") == text


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example/x", "www.evil.example", "me@evil.example", ":material/bolt:",
        "a -> b", "a --- b", "<!-- x -->",
    ],
)  # fmt: skip
def test_plain_breaks_what_streamlit_would_turn_into_something(hostile: str) -> None:
    shown = plain(hostile).replace("\\", "")
    assert hostile not in shown
    assert shown.replace(WORD_JOINER, "") == hostile


@pytest.mark.parametrize("text", ["www.evil.example", "see WWW.evil.example/x", "(www.a", "www..a"])
def test_d04_no_address_begins_with_www(text: str) -> None:
    # as the browser's reader of Markdown finds links in text (mdast-util-gfm-autolink-literal)
    begins = re.compile(r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", re.IGNORECASE)
    assert begins.search(text)
    assert not begins.search(plain(text).replace("\\", ""))


def test_a_sentence_may_be_longer_than_a_label() -> None:
    assert len(plain("a" * 900)) == LONGEST
    assert plain_words("a" * 900) == "a" * 900
    assert len(plain_words("a" * 9000)) < 9000


@given(st.text())
def test_plot_text_holds_no_tag_and_no_template(text: str) -> None:
    shown = plot_text(text)
    assert "<" not in shown
    assert ">" not in shown
    assert "%{" not in shown
    assert html.unescape(shown).replace(WORD_JOINER, "") == visible(text).replace(WORD_JOINER, "")


def test_plot_text() -> None:
    assert plot_text("<b>A&B</b>") == "&lt;b&gt;A&amp;B&lt;/b&gt;"
    assert plot_text("%{x}") == f"%{WORD_JOINER}{{x}}"
