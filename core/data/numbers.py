"""How people write numbers, and the SQL that reads each way of writing.

A pattern is "" (1234.5), "comma" (1234,5 and 1.234,5), "thousands" (1,234.5 and 1 234.5), "money"
("$1,234.50 "), "money comma" (1.234,50 €), "percent" (12.5%, read as 12.5), "percent comma",
"wide" (the digits １２３ of Chinese and Japanese keyboards) or "short" (1.2M and $60K).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PATTERNS = (
    "", "comma", "thousands", "money", "money comma", "percent", "percent comma", "wide", "short",
)  # fmt: skip

CURRENCIES = "$€£¥￥₹₩₽₺₪₫฿₴₦₱"
CODES = (
    "USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|KRW|RUB|TRY|BRL|PLN|SEK|NOK|DKK|CZK|HUF|AUD|CAD"
    r"|R\$|Rs\.?|kr|zł|Kč|円|元|원"
)
SPACE = " \u00a0\u202f"
PLAIN = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
BODY = {
    "point": rf"[+-]?(\d{{1,3}}(,\d{{2,3}})*,\d{{3}}|\d{{1,3}}([{SPACE}'’]\d{{3}})+|\d+)?(\.\d*)?",
    "comma": rf"[+-]?(\d{{1,3}}(\.\d{{3}})+|\d{{1,3}}([{SPACE}'’]\d{{3}})+|\d+)?(,\d*)?",
}
MONEY = rf"[{CURRENCIES}]|{CODES}"
WIDE = ("０１２３４５６７８９．，－", "0123456789.,-")
SHORT = r"[+-]?\d+(\.\d+)?[KkMmBb]?"
# 12M may be months or a size: a point or a currency tells that millions are meant
TELLS_SHORT = rf"([{CURRENCIES}].*|.*\..*)[KkMmBb]"
# what no double holds exactly, or what a double would rob of its leading zero, is a name
LONGEST_EXACT = 15
VALUES_LOOKED_AT = 400
LONGEST_NUMBER = 100
TOO_LARGE = 1e308


def pattern_of(values: Iterable[str]) -> str | None:
    """The pattern that reads every one of the trimmed ``values``; None if there is none."""
    values = list(values)
    if not values or any(_is_name(value) for value in values):
        return None
    for pattern in PATTERNS:
        if all(_reads(pattern, value) for value in values):
            if pattern == "short" and not any(re.fullmatch(TELLS_SHORT, v) for v in values):
                return None
            return _less_ambiguous(pattern, values)
    return None


def pattern_of_most(values: Iterable[str], share: float) -> str | None:
    """The pattern of those values that are numbers, when they are at least ``share`` of all."""
    values = list(values)[:VALUES_LOOKED_AT]
    written = [value for value in values if pattern_of([value]) is not None]
    return pattern_of(written) if written and len(written) >= share * len(values) else None


def all_finite(values: Iterable[str], pattern: str) -> bool:
    """Whether every value is a number that a double holds, as ``number_sql`` reads it."""
    numbers = (number_of(value, pattern) for value in values)
    return all(number is not None and abs(number) < TOO_LARGE for number in numbers)


def other_reading(values: Iterable[str]) -> tuple[str, str] | None:
    """The two patterns that read every value, where 1,234 may be a thousand and some or 1.234.

    None where some value tells, as 1,234,567 and 12,5 do.
    """
    values = list(values)
    for one, other in (("thousands", "comma"), ("money", "money comma")):
        bare = [_bare(one, value) for value in values]
        if bare and all(re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", b, re.ASCII) for b in bare):
            return one, other
    return None


def number_sql(text: str, pattern: str) -> str:
    """SQL that makes a double of the SQL text, and NULL of what is no finite number."""
    if pattern == "":
        # DuckDB would read 1_000 as a number, and does not know the space that never breaks
        known = f"replace(replace({text}, '_', '?'), '\u00a0', ' ')"
        return _finite(f"TRY_CAST({known} AS DOUBLE)")
    if pattern == "wide":
        text = f"translate({text}, '{WIDE[0]}', '{WIDE[1]}')"
    bare = f"regexp_replace({text}, {_quoted(_stripped(pattern))}, '', 'g')"
    if pattern == "short":
        return _short_sql(bare)
    bare = f"regexp_replace({bare}, '^\\(([^)]*)\\)$', '-\\1')"
    mark = "comma" if "comma" in pattern else "point"
    groups = f"[{SPACE}.''’]" if mark == "comma" else f"[{SPACE},''’]"
    digits = f"regexp_replace({bare}, '{groups}', '', 'g')"
    if mark == "comma":
        digits = f"replace({digits}, ',', '.')"
    written = f"regexp_full_match({bare}, {_quoted(BODY[mark])})"
    return f"CASE WHEN {written} THEN {_finite(f'TRY_CAST({digits} AS DOUBLE)')} END"


def number_of(value: str, pattern: str) -> float | None:
    """The number that a trimmed text says; None where it says none."""
    if not _reads(pattern, value):
        return None
    bare = _bare(pattern, value)
    if pattern == "short":
        times = {"k": 1e3, "m": 1e6, "b": 1e9}.get(bare[-1].lower(), 1.0)
        return float(bare.rstrip("KkMmBb")) * times
    groups = f"[{SPACE}.'’]" if "comma" in pattern else f"[{SPACE},'’]"
    return float(re.sub(groups, "", bare).replace(",", "."))


def _short_sql(bare: str) -> str:
    """Thousands, millions and billions by their letter."""
    digits = f"TRY_CAST(regexp_replace({bare}, '[KkMmBb]$', '') AS DOUBLE)"
    times = f"CASE lower(right({bare}, 1)) WHEN 'k' THEN 1e3 WHEN 'm' THEN 1e6 WHEN 'b' THEN 1e9"
    return f"CASE WHEN regexp_full_match({bare}, '{SHORT}') THEN {digits} * {times} ELSE 1 END END"


def _finite(number: str) -> str:
    return f"CASE WHEN abs({number}) < {TOO_LARGE} THEN {number} END"


def _reads(pattern: str, value: str) -> bool:
    if len(value) > LONGEST_NUMBER:
        return False
    if pattern == "":
        return re.fullmatch(PLAIN, value, re.ASCII) is not None
    bare = _bare(pattern, value)
    if pattern == "short":
        return re.fullmatch(SHORT, bare, re.ASCII) is not None
    body = BODY["comma" if "comma" in pattern else "point"]
    return re.fullmatch(body, bare, re.ASCII) is not None and re.search(r"\d", bare) is not None


def _bare(pattern: str, value: str) -> str:
    """The digits with their marks, without what stands around them."""
    if pattern == "wide":
        value = value.translate(str.maketrans(*WIDE))
    bare = re.sub(_stripped(pattern), "", value)
    return re.sub(r"^\(([^)]*)\)$", r"-\1", bare)


def _less_ambiguous(pattern: str, values: list[str]) -> str:
    """1,234 in every cell is a thousand and some, not a decimal comma with three places."""
    if "comma" not in pattern:
        return pattern
    other = {"comma": "thousands", "money comma": "money", "percent comma": "percent"}[pattern]
    return other if all(_reads(other, value) for value in values) else pattern


def _stripped(pattern: str) -> str:
    """What stands around the digits."""
    if pattern.startswith("money") or pattern == "short":
        return rf"^[{SPACE}]+|[{SPACE}]+$|[{SPACE}]*({MONEY})[{SPACE}]*"
    if pattern.startswith("percent"):
        return rf"[{SPACE}]*%$"
    return rf"^[{SPACE}]+|[{SPACE}]+$"


def _is_name(value: str) -> bool:
    digits = re.sub(r"\.0*$", "", value.lstrip("+-"))
    return digits.isdigit() and (
        len(digits) > LONGEST_EXACT or (digits[0] == "0" and len(digits) > 1)
    )


def _quoted(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
