"""HTML as values: text is escaped unless it is markup already, attributes always."""

from __future__ import annotations

from html import escape

from core.text.plain import LONGEST_SENTENCE, visible

VOID = frozenset(("meta", "link", "br"))


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Inside = str | Markup


def text(words: object) -> Markup:
    """Words on one line, without marks that hide or turn others around, as HTML."""
    return Markup(escape(visible(words, LONGEST_SENTENCE)))


def tag(name: str, /, *inside: Inside, **attributes: object) -> Markup:
    """An element; ``class_`` is the attribute class, ``aria_label`` is aria-label."""
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{named}>")
    return Markup(f"<{name}{named}>{joined(*inside)}</{name}>")


def joined(*inside: Inside) -> Markup:
    """Elements and texts after each other."""
    return Markup("".join(each if isinstance(each, Markup) else text(each) for each in inside))
