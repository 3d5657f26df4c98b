"""How much a column's name sounds like a meaning."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.behaviour import header_words as said
from core.behaviour.meaning import Meaning, Part
from core.data.hints import tokens

NOUN, MARKED, ONLY = 60, 20, 5
MARKED_NOUN = NOUN + MARKED - ONLY  # of the sureness of an id's name
ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
EXACT = 8


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name without accents on Latin letters."""
    parts = unicodedata.normalize("NFD", name)
    kept = "".join(ch for ch in parts if not "\u0300" <= ch <= "\u036f")
    return tokens(unicodedata.normalize("NFC", kept))


def sounds(meaning: Meaning, name: str) -> int:
    """How sure the name is of the meaning, 0 for not at all."""
    if meaning in said.NOUNS:
        return _asian(meaning, name) or _noun(meaning, words(name))
    return _phrase(meaning, name)


def nameless(name: str) -> bool:
    """Whether a name says no more than that its column holds ids."""
    found = words(name)
    return bool(found) and set(found) <= said.FILLERS


def sounds_like(part: Part, name: str) -> bool:
    """Whether the name of a table or file says what it is."""
    folded = " ".join(words(name))
    return any(word in folded for word in said.TABLES.get(part, ()))


def summaries(names: tuple[str, ...]) -> int:
    """How many columns sum up a past."""
    return sum(bool(set(words(name)) & said.SUMMARIES) for name in names)


def traits(names: tuple[str, ...]) -> int:
    """How many columns say what a person is."""
    return sum(bool(set(words(name)) & said.TRAITS) for name in names)


def _noun(meaning: Meaning, found: tuple[str, ...]) -> int:
    if any(_holds(found, phrase) for phrase in said.NOT_IDS):
        return 0
    nouns = [word for word in found if word not in said.FILLERS | said.ONE_PERSON]
    if not nouns:
        return 0
    person = said.ONE_PERSON & set(found)
    if meaning is Meaning.PERSON:
        is_it = _is_one(nouns[-1], said.NOUNS[meaning])
        is_it |= bool(person) and _is_one(nouns[-1], said.NOUNS[Meaning.CUSTOMER])
    else:
        is_it = _is_one(nouns[-1], said.NOUNS[meaning]) and not person
    marked = bool(said.FILLERS & set(found)) or nouns[-1].endswith(("id", "nr", "nummer", "code"))
    return is_it * (NOUN + MARKED * marked - ONLY * (len(nouns) - 1))


def _is_one(word: str, nouns: tuple[str, ...]) -> bool:
    return any(word.startswith(noun[:-1]) if noun.endswith("*") else word == noun for noun in nouns)


def _asian(meaning: Meaning, name: str) -> int:
    if not ASIAN.search(name) or meaning not in said.WHOLE_NOUNS:
        return 0
    noun = next((noun for noun in said.WHOLE_NOUNS[meaning] if noun in name), "")
    rest = name.replace(noun, "", 1) if noun else name
    if not noun or any(other in rest for other in said.WHOLE_OTHERS):
        return 0
    return NOUN + MARKED * any(mark in rest.lower() for mark in said.WHOLE_IDS)


def _phrase(meaning: Meaning, name: str) -> int:
    found = words(name)
    if meaning in (Meaning.TIME, Meaning.ARRIVED) and _excluded(found, name, said.NOT_TIMES):
        return 0
    if meaning in (Meaning.AMOUNT, Meaning.PRICE) and _excluded(found, name, said.NOT_AMOUNTS):
        return 0
    best = 0
    for phrase, weight in said.PHRASES.get(meaning, ()):
        parts = tuple(phrase.split())
        if ASIAN.search(phrase):
            best = max(best, weight * (phrase in name))
        elif _holds(found, parts):
            best = max(best, weight + EXACT * (found == parts) - (len(found) - len(parts)))
    return best


def _excluded(found: tuple[str, ...], name: str, other: frozenset[str]) -> bool:
    return bool(set(found) & other) or any(ASIAN.search(w) and w in name for w in other)


def _holds(found: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of the phrase stand in the name, in that order."""
    left = iter(found)
    return all(word in left for word in phrase)
