"""What a column's name tells about its meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.data import hint_words as said


def tokens(name: str) -> tuple[str, ...]:
    """Lower-case words of a name: "customerID" is customer, id; "StoreType_2" is store, type, 2."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    parted = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", parted)
    parted = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", parted)
    parted = re.sub(r"(?<=[\u3040-\ud7af])(?=[A-Za-z])", " ", parted)
    return tuple(word.lower() for word in re.findall(r"[^\W_]+", parted))


def is_id(name: str) -> bool:
    """Whether the name says that the column names its rows or their owner."""
    words = _words(name)
    if not words:
        return False
    if words[-1] in said.ID or words[0] in said.ID - {"key", "index"}:
        return True
    if words[-1] in said.NUMBER_OF or words[0] in said.NUMBER_OF:
        # owners in the plural are counted: number of customers
        return len(words) > 1 and bool(set(words) & said.OWNER)
    return _holds(name, said.WHOLE_ID) and not _holds(name, said.WHOLE_COUNT)


def is_blank(name: str, place: int) -> bool:
    """Whether the column had no name: the ``place``-th from 0."""
    return name.startswith(f"column {place + 1}")


def is_code(name: str) -> bool:
    """Whether whole numbers under this name are codes."""
    words = {_one(word) for word in _words(name)}
    if is_postal(name) or (words & said.CODE and not words & said.AMOUNT):
        return True
    return _holds(name, said.WHOLE_CODE) and not _holds(name, said.WHOLE_AMOUNT)


def is_postal(name: str) -> bool:
    """Whether the name is of postcodes or other codes with thousands of values."""
    words = {_one(word) for word in _words(name)}
    return bool(words & (said.POSTAL | {"code"})) or _holds(name, said.WHOLE_POSTAL)


def is_time(name: str) -> bool:
    """Whether the name is of a moment."""
    return bool(set(_words(name)) & said.TIME) or _holds(name, said.WHOLE_TIME)


def is_positive(name: str) -> bool:
    """Whether nought cannot be under this name: an age, a year, a height."""
    return bool(set(_words(name)) & said.POSITIVE) or _holds(name, said.WHOLE_POSITIVE)


def target_weight(name: str) -> int:
    """How much the name sounds like a question's answer, 0 to 120."""
    words = _words(name)
    whole = "".join(words)
    latin = (
        weight + 10 * (whole == hint)
        for hint, weight in said.TARGETS
        if hint in words or whole == hint
    )
    others = (weight + 10 * (whole == hint) for hint, weight in said.WHOLE_TARGETS if hint in name)
    return max((*latin, *others), default=0)


def _words(name: str) -> tuple[str, ...]:
    """The words without accents on Latin letters; Hangul and kana stay composed."""
    parts = unicodedata.normalize("NFD", name)
    kept = "".join(ch for ch in parts if not "\u0300" <= ch <= "\u036f")
    return tokens(unicodedata.normalize("NFC", kept))


def _holds(name: str, words: Iterable[str]) -> bool:
    return any(word in name for word in words)


def _one(word: str) -> str:
    """The word in the singular, as far as a trailing s goes; not French of an English "-ies"."""
    is_known = word in said.CODE or word in said.AMOUNT
    return word if is_known or word.endswith("ies") else word.removesuffix("s")
