from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.ranks import ranked

ORDERED = [
    "Less than $40K|$40K - $60K|$60K - $80K|$80K - $120K|$120K +|Unknown",
    "<18|18-24|25-34|35–44|45-64|65+",
    "<5|5 - 10|10 - 20|> 20",
    "low|medium|high",
    "XS|S|M|L|XL",
    "Q1|Q2|Q3|Q4",
    "Q4 2019|Q1 2020|Q3 2020",
    "Feb|Mar|May|June|Jul|Aug|Sep|Oct|Nov|Dec",
    "Montag|Dienstag|Mittwoch|Sonntag",
    "No Income|Below Rs.10000|10001 to 25000|25001 to 50000|More than 50000",
    "Month-to-month|One year|Two year",
    "0|1|2|3+",
    "0-100|101-1,000|1,001-10,000|10,000+",
    "18세 이하|19-29세|30세 이상",
    "20岁以下|20-30岁|30岁以上",
    "1月|2月|12月",
    "10代|20代|30代",
    "unter 18|18 bis 29|30 und älter",
    "menos de 20|20 a 30|más de 30",
    "18 - 30 ans|31 - 50 ans|plus de 50 ans",
    "< 1 year|1-2 years|2-5 years|> 5 years",
    "[0, 10]|(10, 20]|(20, 30]",
    "never|rarely|often|always",
    "primary|secondary|tertiary|unknown",
    "strongly disagree|disagree|neutral|agree|strongly agree",
]
UNORDERED = [
    "red|green|blue",
    "10|20|30",
    "A1|A2|B1",
    "7,590-VH|12-AB|3-CC",
    "Boston 2|Paris 3|Rome 4",
    "192.168.1.1|10.0.0.1|8.8.8.8",
    "12:30|13:40|14:50",
    "2020-01-02|2020-01-03|2020-01-04",
    "low|high",
    "Jan|January|Feb|Mar",
    "Yes|No|No internet service",
]


@pytest.mark.parametrize("levels", ORDERED)
def test_levels_that_have_an_order(levels: str) -> None:
    wanted = levels.split("|")
    mixed = [*wanted[1::2], *wanted[::2][::-1]]
    assert ranked(mixed) == tuple(wanted)


@pytest.mark.parametrize("levels", UNORDERED)
def test_levels_that_have_none(levels: str) -> None:
    assert ranked(levels.split("|")) is None


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, 10_000), min_size=4, max_size=12, unique=True),
    st.sampled_from(["{}-{}", "{} to {}", "${}K - ${}K", "{:,} – {:,}", "({}, {}]"]),
    st.randoms(use_true_random=False),
)
def test_bands_stand_in_the_order_of_their_bounds(
    bounds: list[int], written: str, chance: random.Random
) -> None:
    bounds.sort()
    wanted = [written.format(a, b) for a, b in pairwise(bounds)]
    mixed = wanted.copy()
    chance.shuffle(mixed)
    assert ranked(mixed) == tuple(wanted)


@settings(max_examples=50)
@given(st.lists(st.text(max_size=12), max_size=8, unique=True))
def test_any_texts_are_put_in_order_or_left(levels: list[str]) -> None:
    found = ranked(levels)
    assert found is None or sorted(found) == sorted(levels)
