"""What charts of a history share: time in words, and the windows of a question in colours."""

from __future__ import annotations

import math
from typing import Any

from core.behaviour.question import iso
from core.behaviour.recorded import DAY
from core.charts.colours import NEUTRAL, OTHER, OUTCOME
from core.text.phrases import Phrases

MINUTE, HOUR = 1 / 1440, 1 / 24  # days
STRONGEST = 0.6  # see-through enough for the theme's text to be read on it, light or dark
# The past is cool, what is asked of the future is warm.
LOOKBACK, GAP, AFTER = OTHER, NEUTRAL, OUTCOME


def lasting(days: float, say: Phrases) -> str:
    """So many days in the unit that suits: ``42 seconds``, ``3 hours``, ``4.5 days``."""
    if not math.isfinite(days):
        return "–"
    units = (("days", 1.0), ("hours", HOUR), ("minutes", MINUTE))
    for unit, size in units:
        amount = _rounded(days / size)
        if days >= size:
            key = unit if float(amount).is_integer() else f"parts_{unit}"
            return say(f"charts_behaviour.lasting.{key}", amount=amount)
    return say("charts_behaviour.lasting.seconds", amount=round(days * DAY / 1000))


def _rounded(amount: float) -> float:
    return round(amount, 1) if amount < 10 else round(amount)


def dated(at: int) -> str:
    """The day of a time in milliseconds, in UTC: ``2025-11-01``."""
    return iso(at // DAY * DAY)


def clock(at: int) -> str:
    """The day and time of day: ``2025-11-01 14:02``."""
    return iso(at).replace("T", " ")


def see_through(colour: str, strength: float) -> str:
    """A colour of the palette through which what lies under it is seen."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {strength})"


def scale(colour: str) -> list[list[Any]]:
    """A colour scale from nothing to that colour, under text."""
    return [[0, see_through(colour, 0.0)], [1, see_through(colour, STRONGEST)]]
