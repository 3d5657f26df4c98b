"""Values as numbers and as words."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from core.explain.values import cut, in_words, ordered
from core.text.phrases import phrases

SAY = phrases()


def test_numbers_booleans_and_dates_have_an_order() -> None:
    assert ordered(pd.Series([1, 2], dtype="Int64")).tolist() == [1, 2]
    assert ordered(pd.Series([True, False])).tolist() == [1, 0]
    assert np.isnan(ordered(pd.Series([1, None], dtype="Int64"))[1])
    days = ordered(pd.Series(pd.to_datetime(["1970-01-03", None])))
    assert days[0] == 2
    assert np.isnan(days[1])
    aware = pd.Series(pd.to_datetime(["1970-01-03T12:00Z"]))
    assert ordered(aware).tolist() == [2.5]


def test_words_have_no_order() -> None:
    assert ordered(pd.Series(["a", "b"])) is None
    assert ordered(pd.Series(["a", "b"], dtype="category")) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (12330, "12,330"),
        (np.int64(3), "3"),
        (np.float32(0.5), "0.5"),
        (True, "True"),
        (np.bool_(False), "False"),
        (pd.Timestamp("2024-02-03"), "2024-02-03"),
        (datetime.date(2024, 2, 3), "2024-02-03"),
        (pd.Timestamp("2024-02-03 04:05:06"), "2024-02-03 04:05:00"),
        (None, "missing"),
        (np.nan, "missing"),
        (pd.NA, "missing"),
        (pd.NaT, "missing"),
        ("two\n lines", "two lines"),
    ],
)
def test_in_words(value: object, words: str) -> None:
    assert in_words(value, SAY) == words


def test_long_words_are_cut() -> None:
    assert cut("x" * 50) == "x" * 39 + "…"
    assert cut("x" * 40) == "x" * 40
    assert cut("ab cdef", 4) == "ab…"
