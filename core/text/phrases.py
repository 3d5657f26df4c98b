"""Sentences by key, with numbers, shares and the user's own words put in the house's way."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

FOLDER = Path(__file__).parent
LONGEST_QUOTE = 60


def number(value: float) -> str:
    """Thousands separated; decimals as the size asks for: 12,330; 41.20; 0.0031."""
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(value)
    if float(value).is_integer() and size < 1e15:
        return f"{int(value):,}"
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:,.1f}"
    if size >= 1:
        return f"{value:,.2f}"
    return f"{value:.3g}"


def figure(value: float) -> str:
    """A metric: three decimals below ten (0.928), else as any number."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else number(value)


def share(value: float) -> str:
    """A share in 0..1 as a percentage: 15.5%; 0.04%."""
    if value is None or not math.isfinite(value):
        return "–"
    percent = 100 * value
    return f"{percent:.2f}%" if 0 < abs(percent) < 0.1 else f"{percent:.1f}%"


def points(value: float) -> str:
    """A difference of shares in signed percentage points: +4.2."""
    return f"{100 * value:+.1f}"


def change(value: float) -> str:
    """A difference of metrics with its sign: +0.004."""
    if value is None or not math.isfinite(value):
        return "–"
    if abs(value) >= 10:
        return f"{value:+,.0f}"
    return f"{value:+.3f}" if round(value, 3) else f"{0:.3f}"  # not -0.000


def fine(value: float) -> str:
    """A small difference of metrics with its sign, to four decimals: -0.0012."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:+.4f}" if round(value, 4) else f"{0:.4f}"


def quoted(value: object) -> str:
    """The user's own words, in quotes, on one line and cut."""
    words = " ".join(str(value).split())
    cut = words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"
    return f"“{cut}”"


def _listed(values: Any) -> str:
    shown = [quoted(value) for value in list(values)[:8]]
    more = len(values) - len(shown)
    return ", ".join(shown) + (f" (+{more:,})" if more > 0 else "")


def _count(value: Any, forms: str) -> str:
    one, many = forms.split("|")
    return f"{number(value)} {one if value == 1 else many}"


class _House(Formatter):
    """``str.format`` with our specs: number, share, points, quoted, listed, count a|b and so on."""

    SPECS = {
        "number": number,
        "figure": figure,
        "share": share,
        "points": points,
        "change": change,
        "fine": fine,
        "quoted": quoted,
        "listed": _listed,
    }

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith("count "):
            return _count(value, format_spec.removeprefix("count "))
        if format_spec in self.SPECS:
            return str(self.SPECS[format_spec](value))
        return str(super().format_field(value, format_spec))


class Phrases:
    """The sentences of one language. Call with ``room.key`` and the facts."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._rooms = {
            file.stem: tomllib.loads(file.read_text("utf-8"))
            for file in sorted((FOLDER / language).glob("*.toml"))
        }
        self._house = _House()

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence of ``key``. Raises KeyError where the language lacks it."""
        return self._house.vformat(self.raw(key), (), facts)

    def raw(self, key: str) -> str:
        """The sentence with its places still open."""
        found: Any = self._rooms
        for step in key.split("."):
            if not isinstance(found, dict) or step not in found:
                raise KeyError(key)
            found = found[step]
        if not isinstance(found, str):
            raise KeyError(key)
        return found

    def __contains__(self, key: str) -> bool:
        try:
            self.raw(key)
        except KeyError:
            return False
        return True

    def keys(self) -> frozenset[str]:
        """Every key of the language."""

        def walk(at: dict[str, Any], path: str) -> list[str]:
            keys = []
            for name, value in at.items():
                keys += walk(value, f"{path}{name}.") if isinstance(value, dict) else [path + name]
            return keys

        return frozenset(walk(self._rooms, ""))


@cache
def phrases(language: str = "en") -> Phrases:
    """The sentences of ``language`` (a folder beside this file)."""
    return Phrases(language)


def languages() -> tuple[str, ...]:
    """The languages there are."""
    return tuple(
        sorted(folder.name for folder in FOLDER.iterdir() if (folder / "pages.toml").exists())
    )
