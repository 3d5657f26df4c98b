"""The natural order of levels written as text: bands, sizes, months, answers on a scale."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

from core.data.scales import (
    ABOVE,
    BELOW,
    MONTHS,
    NOTHING,
    NUMBER_WORDS,
    PERIODS,
    SCALES,
    WEEKDAYS,
)
from core.data.words import MISSING

RANKED_AT_LEAST, RANKED_AT_MOST = 3, 60
UNRANKED = frozenset(("other", "others", "prefer not to say", "not stated", "don't know"))
AMOUNT = r"(\d+(?:[ ,.']\d{3})+(?!\d)|\d+(?:[.,]\d+)?)\s*([kmb](?![a-z])|thousand|million)?"
TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9}
PART = r"(?:(?:[qh]|quarter|quartal|trimestre)\W?(?P<a>[1-4])|(?P<b>[1-4])\W?(?:[qh]|분기|季度))"
QUARTER = re.compile(rf"(?:(?P<y>\d{{4}})\D{{0,2}})?{PART}(?:\D{{0,2}}(?P<z>\d{{4}}))?")
NUMBERED = re.compile(
    r"(?:stage|level|grade|tier|phase|step|class|decile|quartile|band|wave|week|stufe|niveau|nivel"
    r"|レベル|等级|등급)\W?(\d{1,3})"
)
TRAILING = re.compile(r"(\d{1,2})(?:st|nd|rd|th|代|대|等级|등급|级|級|位|위|회|度)")
JOINT = r"(?:-|to|through|bis|a|à|até|and|y|e|et|und|から|부터|至|到)"
RANGE = re.compile(rf"[^#-]{{0,14}}#[^#]{{0,14}}?{JOINT}[^#]{{0,14}}#\D{{0,14}}|[(\[]# ?, ?#[)\]]")
LONGEST_UNIT, SHORT = 12, 3
JOINTS = frozenset(
    ("to", "bis", "a", "à", "and", "y", "e", "et", "und", "or", "than", "de", "through")
)
SAME_UNITS = 2  # year and years, or a currency here and there

Rank = tuple[float, ...]


def ranked(levels: Iterable[str]) -> tuple[str, ...] | None:
    """The levels from the lowest to the highest; None where they have no order that we know.

    Words for a missing cell, and "other", have no place of their own and come last. At least
    three levels must have one, and no two the same.
    """
    folded = {level: _folded(level) for level in levels}
    beside = [level for level, word in folded.items() if word in MISSING | UNRANKED]
    known = {level: word for level, word in folded.items() if level not in beside}
    if not RANKED_AT_LEAST <= len(known) <= RANKED_AT_MOST:
        return None
    ranks = _ranks(tuple(known.values()))
    if ranks is None:
        return None
    places = dict(zip(known, ranks, strict=True))
    return (*sorted(known, key=places.__getitem__), *sorted(beside))


def _ranks(words: Sequence[str]) -> list[Rank] | None:
    for rank in (_month, _weekday, _quarter, _period, _numbered):
        found = [rank(word) for word in words]
        if all(place is not None for place in found):
            return _distinct([place for place in found if place is not None])
    for scale in SCALES:
        if all(word in scale for word in words):
            return _distinct([(float(scale[word]),) for word in words])
    return _bands(words)


def _distinct(ranks: list[Rank]) -> list[Rank] | None:
    """Two levels in one place are two spellings of one thing: an order would hide that."""
    return ranks if len(set(ranks)) == len(ranks) else None


def _folded(level: str) -> str:
    """Lower case, one kind of dash and of blank, no signs of full width."""
    text = unicodedata.normalize("NFKC", level).casefold()
    text = re.sub(r"[‐‑‒–—―〜~～−]", "-", text)
    return " ".join(text.replace("_", " ").split())


def _month(word: str) -> Rank | None:
    place = MONTHS.get(word.rstrip("."))
    return None if place is None else (float(place),)


def _weekday(word: str) -> Rank | None:
    place = WEEKDAYS.get(word.rstrip("."))
    return None if place is None else (float(place),)


def _quarter(word: str) -> Rank | None:
    found = QUARTER.fullmatch(word)
    if found is None:
        return None
    return (float(found["y"] or found["z"] or 0), float(found["a"] or found["b"]))


def _numbered(word: str) -> Rank | None:
    found = NUMBERED.fullmatch(word) or TRAILING.fullmatch(word)
    return None if found is None else (float(found[1]),)


def _period(word: str) -> Rank | None:
    """The days of "monthly", "2 years", "one year"; bounds such as "< 1 year" are bands."""
    if word in PERIODS:
        return (PERIODS[word],)
    found = re.fullmatch(r"(\d+|[a-z]+)[ -]?([^\W\d_]+)", word)
    if found is None:
        return None
    unit = PERIODS.get(found[2].removesuffix("s")) or PERIODS.get(found[2])
    times = float(found[1]) if found[1].isdecimal() else NUMBER_WORDS.get(found[1])
    return None if unit is None or times is None else (times * unit,)


def _bands(words: Sequence[str]) -> list[Rank] | None:
    """Ranges of amounts by their lower and upper bound; single amounts may stand among them."""
    bounds = [_bound(word) for word in words]
    if any(bound is None for bound in bounds):
        return None
    known = [bound for bound in bounds if bound is not None]
    ranges = sum(low != high for low, high in known)
    units = {unit for word in words if (unit := _unit(word))}
    if ranges < max(1, len(known) // 4) or len(units) > SAME_UNITS:
        return None
    return _distinct([_place(low, high) for low, high in known])


def _unit(word: str) -> str:
    """What is counted: the words beside the amounts that say nothing of bounds."""
    if not re.search(r"\d", word):
        return ""
    bare = re.sub(AMOUNT, " ", word)
    for bound in BELOW | ABOVE:
        bare = bare if bound.isascii() else bare.replace(bound, " ")
    said = re.findall(r"[^\W\d_]+", bare)
    return " ".join(w for w in said if w not in BELOW | ABOVE | JOINTS).removesuffix("s")


def _place(low: float, high: float) -> Rank:
    """Open bands lie beyond what they exclude: below 5 before 5, over 5 after it."""
    if low == -math.inf:
        return (high, -1.0, 0.0)
    return (low, 1.0, math.inf) if high == math.inf else (low, 0.0, high)


def _bound(word: str) -> tuple[float, float] | None:
    """The bounds of one band; None where the text is none."""
    if word in NOTHING or (
        word.split(" ", maxsplit=1)[0] in NOTHING and not re.search(r"\d", word)
    ):
        return (0.0, 0.0)
    found = list(re.finditer(AMOUNT, word))
    if not 1 <= len(found) <= 2:
        return None
    rest = " ".join(re.sub(AMOUNT, " # ", word).split())
    last = found[-1][2]
    amounts = [_amount(each[1], each[2] or last) for each in found]  # 60 - 80K
    if len(found) == 1:
        return _one_bound(rest, amounts[0])
    rest = re.sub(r"(?<=[(\[]) | (?=[,)\]])", "", rest)
    low, high = amounts
    return (low, high) if RANGE.fullmatch(rest) and low <= high else None


def _one_bound(rest: str, amount: float) -> tuple[float, float] | None:
    """Of a text with one amount, written # there."""
    before = rest.partition("#")[0]
    if re.search(r"<|≤|^-\s*#", rest) or _says(BELOW, before, rest):
        return (-math.inf, amount)
    if re.search(r">|≥|#\D{0,8}\+|#\s*-$", rest) or _says(ABOVE, before, rest):
        return (amount, math.inf)
    return (amount, amount) if len(rest) <= LONGEST_UNIT else None


def _says(bound: frozenset[str], before: str, rest: str) -> bool:
    """Whether a word of a bound is there: short ones before the amount, ours without blanks."""
    words = set(re.findall(r"[^\W\d_]+", rest))
    early = set(re.findall(r"[^\W\d_]+", before))
    return any(
        word in (early if len(word) <= SHORT else words) if word.isalpha() and word < "\u2e80"
        else word in rest
        for word in bound
    )  # fmt: skip


def _amount(digits: str, unit: str | None) -> float:
    if re.fullmatch(r"\d+(?:[ ,.']\d{3})+", digits):
        digits = re.sub(r"[ ,.']", "", digits)
    return float(digits.replace(",", ".")) * TIMES.get(unit or "", 1.0)
