from __future__ import annotations

import pytest

from core.explore.filter_words import all_words, filter_words
from core.explore.filters import Filter
from core.text.phrases import phrases

SAY = phrases()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Filter("age", 20.0, 30.5), "age from 20 to 30.50"),
        (Filter("age", low=20.0), "age at least 20"),
        (Filter("age", high=20.0), "age at most 20"),
        (Filter("since", "2024-01-01", "2024-02-01"), "since from 2024-01-01 to 2024-02-01"),
        (Filter("city", levels=("Oslo", "Hamar")), "city is “Oslo”, “Hamar”"),
        (Filter("city", levels=("Oslo",), missing=True), "city is “Oslo” or missing"),
        (Filter("age", levels=(), missing=True), "age is missing"),
        (Filter("age"), "age is known"),
        (Filter("age", high=20.0, missing=True), "age at most 20 or missing"),
        (
            Filter("n", levels=tuple("abcdefghij")),
            "n is “a”, “b”, “c”, “d”, “e”, “f”, “g”, “h” (+2)",
        ),
    ],
)
def test_a_filter_is_said(wanted: Filter, words: str) -> None:
    assert filter_words(wanted, SAY) == words


def test_conditions_follow_each_other() -> None:
    both = (Filter("age", low=20.0), Filter("city", levels=("Oslo",)))
    assert all_words(both, SAY) == "age at least 20; city is “Oslo”"
