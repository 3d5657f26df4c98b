"""Shown numbers add up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explain.amounts import Unit, adding_up, unit_for
from core.explain.explanation import Scale

CHANCE = Unit(Scale.CHANCE, 1)
EFFECTS = st.lists(st.floats(-1, 1), min_size=1, max_size=40)


@given(base=st.floats(0, 1), effects=EFFECTS)
def test_shown_chances_add_up_and_are_close(base: float, effects: list[float]) -> None:
    shown = adding_up(base, effects, base + sum(effects), CHANCE)
    assert shown.base + sum(shown.effects) == shown.prediction
    for effect, seen in zip(effects, shown.effects, strict=True):
        assert abs(seen - Decimal(effect) * 100) <= Decimal("0.3")
        assert seen == seen.quantize(Decimal("0.1"))


@given(
    base=st.floats(-1e6, 1e6),
    effects=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40),
)
def test_shown_values_add_up(base: float, effects: list[float]) -> None:
    prediction = base + sum(effects)
    unit = unit_for(Scale.VALUE, [base, prediction, *effects])
    shown = adding_up(base, effects, prediction, unit)
    assert shown.base + sum(shown.effects) == shown.prediction


def test_the_written_numbers_add_up_too() -> None:
    shown = adding_up(0.1, [0.01149, 0.01149, 0.01149], 0.13447, CHANCE)
    assert [CHANCE.change(e) for e in shown.effects] == ["+1.2", "+1.1", "+1.1"]
    assert (CHANCE.level(shown.base), CHANCE.level(shown.prediction)) == ("10.0%", "13.4%")


def test_largest_remainder_gets_the_spare_step() -> None:
    shown = adding_up(0.0, [0.0014, 0.0016, -0.0011], 0.0019, CHANCE)
    assert [str(e) for e in shown.effects] == ["0.1", "0.2", "-0.1"]


@pytest.mark.parametrize(
    ("amounts", "decimals"),
    [([1204.2, -3.0], 0), ([41.2], 1), ([4.12, 1.0], 2), ([0.0412], 4), ([0.0], 1), ([], 1)],
)
def test_values_show_three_digits_of_the_largest(amounts: list[float], decimals: int) -> None:
    assert unit_for(Scale.VALUE, amounts).decimals == decimals


def test_chances_always_show_one_decimal() -> None:
    assert unit_for(Scale.CHANCE, [0.000001]) == CHANCE


def test_zero_has_no_sign() -> None:
    assert CHANCE.change(CHANCE.shown(-0.0001)) == "0.0"
    assert CHANCE.change(CHANCE.shown(0.0304)) == "+3.0"
    assert CHANCE.size(CHANCE.shown(-0.0304)) == "3.0"
    assert Unit(Scale.VALUE, 0).level(Decimal(12330)) == "12,330"
