"""One thing written in several ways: levels that differ by case, blanks, accents or a letter, and
columns in which numbers stand among words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from core.data.finding import Act, Finding, Remedy, Severity
from core.data.looked import LEVELS_COUNTED, Looked
from core.data.table import typed_sql
from core.data.words import MISSING, NO, YES
from core.schema import Column, Kind, Role

MONTHS = (
    ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("jun", "june"),
    ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"),
    ("nov", "november"), ("dec", "december"),
)  # fmt: skip
DAYS = (
    ("mon", "monday"), ("tue", "tues", "tuesday"), ("wed", "wednesday"),
    ("thu", "thur", "thurs", "thursday"), ("fri", "friday"), ("sat", "saturday"),
    ("sun", "sunday"),
)  # fmt: skip
SHORT = {word: names[-1] for names in (*MONTHS, *DAYS) for word in names}
LETTERS_TO_TELL = 6
RARE = 0.01  # a misspelling is much rarer than the word
LEVELS_COMPARED = 300
NUMBERS_AT_LEAST, NUMBERS_AT_MOST = 0.6, 0.995
SHOWN = 6


def spellings(look: Looked) -> Iterator[Finding]:
    """Categories in which some level is written in more than one way."""
    for name, levels in look.levels.items():
        if not look.schema[name].ordered:
            pairs = {**_by_letters(levels), **_by_key(levels)}
            yield from _found(look, name, levels, pairs)


def mixed(look: Looked) -> Iterator[Finding]:
    """Columns read as words in which most cells are numbers."""
    for column in look.schema.columns:
        if column.kind not in (Kind.CATEGORY, Kind.TEXT) or column.ordered:
            continue
        if column.role not in (Role.FEATURE, Role.SENSITIVE):
            continue
        numbers, others, example = _kinds(look, column)
        if NUMBERS_AT_LEAST <= numbers / max(1, numbers + others) <= NUMBERS_AT_MOST:
            remedy = (Remedy(Act.KIND, (column.name,), "number"),)
            yield Finding(
                "mixed_types", column.name, others, example, Severity.WARN,
                (numbers / (numbers + others),), remedies=remedy,
            )  # fmt: skip


def _kinds(look: Looked, column: Column) -> tuple[int, int, str]:
    """Cells that are numbers, other filled cells, and one of those."""
    if column.name in look.levels:
        levels = look.levels[column.name]
        words = [(v, n) for v, n in levels if not _is_number(v) and v.lower() not in MISSING]
        numbers = sum(n for v, n in levels if _is_number(v))
        return numbers, sum(n for _, n in words), words[0][0] if words else ""
    missing = ", ".join(f"'{word}'" for word in sorted(MISSING) if "'" not in word)
    row = look.connection.execute(
        "SELECT count_if(number), count_if(NOT number), min(v) FILTER (NOT number) FROM"  # noqa: S608
        f" (SELECT v, TRY_CAST(v AS DOUBLE) IS NOT NULL AS number FROM"
        f" (SELECT {typed_sql(column)} AS v FROM {look.file})"
        f" WHERE v IS NOT NULL AND lower(v) NOT IN ({missing}))"
    ).fetchone()
    numbers, others, example = row or (0, 0, "")
    return int(numbers), int(others), example or ""


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


def _found(
    look: Looked, name: str, levels: tuple[tuple[str, int], ...], pairs: dict[str, str]
) -> Iterator[Finding]:
    if not pairs:
        return
    counts = dict(levels)
    cells = sum(counts[level] for level in pairs)
    shown = "; ".join(f"{level} = {to}" for level, to in list(pairs.items())[:SHOWN])
    remedy = (Remedy(Act.MERGE, (name,), values=tuple(pairs.items())),)
    grave = Severity.NOTE if name == getattr(look.schema.target, "name", "") else Severity.WARN
    yield Finding("inconsistent", name, cells, shown, grave, (float(len(pairs)),), 0, remedy)


def _by_key(levels: tuple[tuple[str, int], ...]) -> dict[str, str]:
    """Rarer levels with the commonest one of the same key."""
    folded = {level.casefold() for level, _ in levels} - MISSING
    yes_no = folded <= YES | NO and folded & YES and folded & NO
    firsts: dict[str, str] = {}
    pairs = {}
    for level, _ in levels:
        key = _key(level, bool(yes_no))
        if firsts.setdefault(key, level) != level:
            pairs[level] = firsts[key]
    return pairs


def _key(level: str, yes_no: bool) -> str:
    """What is left of a level without case, accents, marks and blanks."""
    if yes_no and level.casefold() in YES | NO:
        return "yes" if level.casefold() in YES else "no"
    apart = unicodedata.normalize("NFKD", level.casefold())
    bare = "".join(ch for ch in apart if not unicodedata.combining(ch))
    words = "".join(ch if ch.isalnum() or ch in "+<>%$€£.," else " " for ch in bare).split()
    key = " ".join(words) or bare
    return SHORT.get(key.removesuffix("."), key)


def _by_letters(levels: tuple[tuple[str, int], ...]) -> dict[str, str]:
    """Rare levels that are one letter away from a common one."""
    if len(levels) > min(LEVELS_COMPARED, LEVELS_COUNTED):
        return {}
    pairs = {}
    for rare, few in levels:
        if len(rare) < LETTERS_TO_TELL or any(ch.isdigit() for ch in rare):
            continue
        for common, many in levels:
            if few <= RARE * many and _one_letter(rare.casefold(), common.casefold()):
                pairs[rare] = common
                break
    return pairs


def _one_letter(one: str, other: str) -> bool:
    """Whether one letter added, lost, changed or swapped with the next makes one of the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    a, b = one[start:], other[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])
