"""Text that came from data, made harmless for places that read Markdown or HTML."""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 200
LONGEST_SENTENCE = 2000
REPLACED = "\ufffd"
# What turns the order of signs around ("\u202egnp.exe" reads "exe.png") must be seen to be there.
TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), REPLACED)
LONGEST_READ = 20_000  # of a longer text only the beginning is looked at
WORD_JOINER = "\u2060"
# Within a word "_", "-", "+" and "=" mean nothing to Markdown; a backslash there would be read out
# by a screen reader, for labels name their widgets with their source.
_MARKDOWN = re.compile(r"([\\`*{}\[\]<>#!|~$&^:@]|(?<![^\W_])[_+=-]|[_+=-](?![^\W_]))")
_NUMBERED = re.compile(r"^(?=\d+[.)])")
# "www." alone begins a link for the browser's reader of Markdown, whatever follows it
_LINKS = re.compile(r"(?<=[:.@])(?=\S)|(?<=[-<>=])(?=[-<>=])|(?<=www)(?=\.)", re.IGNORECASE)


def visible(text: object, longest: int = LONGEST) -> str:
    """On one line, without control or zero-width marks, cut at so many signs.

    Marks that turn the direction of writing around are shown as U+FFFD.
    """
    kept = "".join(
        " " if ch.isspace() else ch
        for ch in str(text)[:LONGEST_READ].translate(TURNING)
        if ch.isspace() or unicodedata.category(ch)[0] != "C"
    )
    folded = " ".join(kept.split())
    return folded if len(folded) <= longest else folded[: longest - 1] + "…"


def plain(text: object, longest: int = LONGEST) -> str:
    """For labels and Markdown: every mark escaped, bare addresses broken by a word joiner."""
    joined = _NUMBERED.sub(WORD_JOINER, _LINKS.sub(WORD_JOINER, visible(text, longest)))
    return _MARKDOWN.sub(r"\\\1", joined)


def plain_words(text: object) -> str:
    """The same for a whole sentence of ours with the user's words in it."""
    return plain(text, LONGEST_SENTENCE)


def plot_text(text: object) -> str:
    """For Plotly, which reads some HTML and ``%{...}`` templates."""
    return html.escape(visible(text), quote=False).replace("%{", "%" + WORD_JOINER + "{")
