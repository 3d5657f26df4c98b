"""A segment in words: who is in it, and what is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from core.explain.amounts import Unit, unit_for
from core.explain.explanation import Scale
from core.explore.filter_words import filter_words
from core.text.phrases import Phrases, number
from core.what_if.lever import Lever, Move, lever_words
from core.what_if.segment import Segment
from core.what_if.totals import Total

DECIMALS_AT_MOST = 4


def who(asked: Segment, say: Phrases) -> str:
    """Whose rows, and the filters they meet."""
    parts = [say(f"segment.among.{asked.among}.name")]
    parts += [filter_words(wanted, say) for wanted in asked.filters]
    return "; ".join(parts)


def what(asked: Segment, say: Phrases) -> str:
    """The levers, one after the other, and the formulas that follow."""
    parts = [lever_words(lever, say) for lever in asked.levers]
    parts += [
        say("segment.derived", column=each.column, formula=each.formula) for each in asked.derived
    ]
    return "; ".join(parts)


def edits(made: Mapping[str, float | str | None], say: Phrases) -> str:
    """The edits of one customer: "visits set to 4; tier set to “gold”"."""
    return "; ".join(
        say("segment.emptied", column=column)
        if value is None
        else lever_words(Lever(column, Move.SET, value), say)
        for column, value in made.items()
    )


def signed(value: float) -> str:
    """A difference with its sign, as any number is written: +1,204; -0.31; 0."""
    sign = "+" if value > 0 else "-" if value < 0 else ""
    return sign + number(abs(value))


@dataclass(frozen=True)
class Written:
    """A total as it is shown: after less before is exactly the difference."""

    before: str
    after: str
    difference: str
    low: str
    high: str


def written(total: Total) -> Written:
    """A total with as many decimals as give its difference three digits, at most four."""
    amount = total.difference
    unit = unit_for(Scale.VALUE, [amount.value, amount.low, amount.high])
    unit = Unit(Scale.VALUE, min(unit.decimals, DECIMALS_AT_MOST))
    before, after = unit.shown(total.before), unit.shown(total.after)
    low, high = (
        unit.change(unit.shown(x)) if isfinite(x) else "–" for x in (amount.low, amount.high)
    )
    return Written(unit.level(before), unit.level(after), unit.change(after - before), low, high)
