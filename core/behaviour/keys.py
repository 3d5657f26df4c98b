"""How ids of different tables are compared: as text, 17850.0 as 17850, leading zeros kept."""

from __future__ import annotations

from core.data.engine import literal
from core.data.words import MISSING
from core.schema import Column


def present_sql(text: str, column: Column) -> str:
    """SQL for a trimmed SQL text; NULL where it is a word for a missing cell."""
    words = MISSING | {word.lower() for word in column.missing}
    listed = ", ".join(literal(word) for word in sorted(words))
    longest = max(map(len, words))
    return (
        f"CASE WHEN length({text}) > {longest} OR lower({text}) NOT IN ({listed}) THEN {text} END"
    )


def key_sql(text: str, column: Column) -> str:
    """SQL for an id in a trimmed SQL text, written as ``core.data.privacy.pseudonym.written``
    does; NULL where it is missing."""
    bare = (
        f"CASE WHEN contains({text}, '.') AND regexp_full_match({text}, '-?\\d+\\.0+')"
        f" THEN split_part({text}, '.', 1) ELSE nfc_normalize({text}) END"
    )
    words = present_sql(text, column)
    return f"CASE WHEN ({words}) IS NOT NULL THEN {bare} END"
