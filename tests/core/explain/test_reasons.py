"""Reasons of one prediction, in numbers and in words."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explain.explanation import Scale
from core.explain.reasons import reasons
from core.explain.sentences import sentence
from core.text.phrases import phrases
from tests.core.explain.conftest import Make, made

SAY = phrases()
SHOP = {"PageValues": [41.25], "Month": ["Nov"], "ExitRates": [0.02], "Region": [None]}


def test_strongest_named_and_the_rest_summed(make: Make) -> None:
    errors = [[0.0, 0.0, 0.03, 0.04]]
    found = reasons(make(SHOP, [[0.302, 0.081, -0.02, 0.01]], errors=errors), 2)
    assert [r.column for r in found.strongest] == ["PageValues", "Month"]
    assert (found.up, found.down) == (found.strongest, ())
    assert (found.rest.columns, found.rest.error) == (2, pytest.approx(0.05))
    assert found.rest.effect == pytest.approx(-0.01)
    assert found.rest.shown == Decimal("-1.0")
    assert (found.all_up, found.all_down) == pytest.approx((0.393, -0.02))


def test_no_rest(make: Make) -> None:
    found = reasons(make(SHOP, [[0.302, 0.081, -0.03, 0.01]]), 4)
    assert (found.rest.columns, found.rest.shown) == (0, 0)
    assert [r.column for r in found.down] == ["ExitRates"]


@given(
    effects=st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=30),
    base=st.floats(0, 1),
    how_many=st.integers(1, 12),
    scale=st.sampled_from(Scale),
)
def test_shown_numbers_add_up(
    effects: list[float], base: float, how_many: int, scale: Scale
) -> None:
    inputs = {f"c{i}": [i] for i in range(len(effects))}
    found = reasons(made(inputs, [effects], base=base, scale=scale), how_many)
    named = sum((r.shown for r in found.strongest), Decimal(0))
    assert found.shown_base + named + found.rest.shown == found.shown_prediction
    assert sentence(found, SAY)


def test_only_one_row(make: Make) -> None:
    with pytest.raises(ValueError, match="one row"):
        reasons(make({"a": [1, 2]}, [[0.1], [0.2]]))


def test_the_sentence_of_a_likely_buyer(make: Make) -> None:
    found = reasons(make(SHOP, [[0.302, 0.181, -0.03, 0.013]], base=0.155), 3)
    assert sentence(found, SAY, "Revenue") == (
        "The chance of Revenue = TRUE is 62.1%, 46.6 points above 15.5%, the average of the 100 "
        "background customers. Most of it comes from PageValues = 41.25 (+30.2 points) and "
        "Month = Nov (+18.1); ExitRates = 0.02 (-3.0) speaks against it."
    )


def test_the_sentence_of_an_unlikely_buyer(make: Make) -> None:
    found = reasons(make(SHOP, [[-0.08, -0.01, 0.02, 0.03]], base=0.155))
    assert sentence(found, SAY) == (
        "The chance of TRUE is 11.5%, 4.0 points below 15.5%, the average of the 100 background "
        "customers. Most of it comes from PageValues = 41.25 (-8.0 points) and Month = Nov (-1.0);"
        " Region = missing (+3.0) and ExitRates = 0.02 (+2.0) speak against it."
    )


def test_most_is_only_said_where_it_is_most(make: Make) -> None:
    inputs = {f"c{i}": [1] for i in range(10)}
    found = reasons(make(inputs, [[0.02] * 10]), 3)
    assert "The strongest reasons for it are c0 = 1 (+2.0 points), c1" in sentence(found, SAY)
    few = reasons(make(inputs, [[0.2, *[0.01] * 9]]), 3)
    assert "Most of it comes from c0 = 1 (+20.0 points)" in sentence(few, SAY)


def test_reasons_that_cancel_out(make: Make) -> None:
    found = reasons(make({"a": [1], "b": [2]}, [[0.1, -0.1]]))
    assert sentence(found, SAY) == (
        "The chance of TRUE is 20.0%, the same as the average of the 100 background customers. "
        "Reasons for and against cancel out: a = 1 (+10.0 points) on one side, b = 2 (-10.0) on "
        "the other."
    )


def test_no_reasons(make: Make) -> None:
    found = reasons(make({"a": [1], "b": [2]}, [[0.0, 0.0]]))
    assert sentence(found, SAY).endswith("background customers.")


def test_the_sentence_of_a_value(make: Make) -> None:
    explanation = make(
        {"Income": [52000.0], "Kids": [math.nan]},
        [[310.4, -20.1]],
        base=303.9,
        of="MntWines",
        scale=Scale.VALUE,
    )
    assert sentence(reasons(explanation), SAY, "MntWines") == (
        "The predicted MntWines is 594, 290 above 304, the average of the 100 background "
        "customers. Most of it comes from Income = 52,000 (+310); Kids = missing (-20) speaks "
        "against it."
    )


def test_long_names_and_values_are_cut(make: Make) -> None:
    found = reasons(make({"n" * 300: ["v" * 300]}, [[0.1]]))
    assert len(sentence(found, SAY, "t" * 300)) < 400
