"""A segment and its totals in words."""

from __future__ import annotations

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.explore.filters import Filter
from core.text.phrases import phrases
from core.what_if.lever import Lever, Move
from core.what_if.segment import Among, Derived, Segment
from core.what_if.segment_words import edits, signed, what, who, written
from core.what_if.totals import Amount, Total

SAY = phrases("en")


def test_a_segment_is_said() -> None:
    asked = Segment(
        Among.HELD_OUT,
        (Filter("age", low=20.0),),
        (Lever("visits", Move.ADD, 1.0), Lever("city", Move.SET, "Oslo")),
        (Derived("pages", "visits * 4"),),
    )
    assert who(asked, SAY) == "Held-out customers; age at least 20"
    assert what(asked, SAY) == "visits + 1; city set to “Oslo”; pages = visits * 4"
    assert edits({"visits": 2.0, "city": None}, SAY) == "visits set to 2; city left empty"


def test_signs() -> None:
    assert [signed(x) for x in (1204.0, -0.5, 0.0)] == ["+1,204", "-0.5", "0"]


def total(before: float, after: float, low: float, high: float) -> Total:
    return Total("yes", 9, before, after, Amount(after - before, low, high))


def test_a_total_is_written_with_the_digits_of_its_difference() -> None:
    found = written(total(308.634, 307.201, -1.75, -1.15))
    assert (found.before, found.after, found.difference) == ("308.63", "307.20", "-1.43")
    assert (found.low, found.high) == ("-1.75", "-1.15")
    found = written(total(40770.6, 54975.4, 14123.2, 14290.4))
    assert (found.before, found.after, found.difference) == ("40,771", "54,975", "+14,204")
    assert written(total(0.0, 0.0, math.nan, math.nan)).low == "–"


@given(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
def test_what_is_written_adds_up(before: float, after: float) -> None:
    found = written(total(before, after, after - before, after - before))
    first, last, difference = (
        Decimal(text.replace(",", "")) for text in (found.before, found.after, found.difference)
    )
    assert last - first == difference
