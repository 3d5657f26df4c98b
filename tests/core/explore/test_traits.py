from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.explore.traits import Contrast, Sort, Trait, traits
from core.schema import Column, Kind


def delta(inside: list[float], outside: list[float]) -> float:
    """Cliff's delta, pair by pair."""
    pairs = list(product(inside, outside))
    return sum((a > b) - (a < b) for a, b in pairs) / len(pairs)


def of(found: tuple[Trait, ...], column: str, level: str = "") -> Trait:
    return next(trait for trait in found if (trait.column, trait.level) == (column, level))


def test_a_number_is_compared_by_its_median_and_by_rank() -> None:
    table = pd.DataFrame({"n": [1.0, 5.0, 9.0, 2.0, 2.0, np.nan]})
    labels = np.array([0, 0, 0, 1, 1, 1])
    trait = of(traits(table, (Column("n", Kind.NUMBER),), labels), "n")
    assert trait.sort is Sort.MEDIAN
    first, second = trait.contrasts
    assert (first.inside, first.outside) == (5.0, 2.0)
    assert (second.inside, second.outside) == (2.0, 5.0)
    assert first.lean == pytest.approx(delta([1, 5, 9], [2, 2]))
    assert second.lean == pytest.approx(-first.lean)


def test_where_most_share_a_value_the_average_is_told() -> None:
    table = pd.DataFrame({"n": [0.0] * 6 + [3.0, 4.0, 5.0] + [0.0] * 9})
    trait = traits(table, (Column("n", Kind.NUMBER),), np.repeat([0, 1], [9, 9]))[0]
    assert trait.sort is Sort.MEAN
    assert trait.contrasts[0] == Contrast(12 / 9, 0.0, pytest.approx(3 / 9))


def test_a_level_leans_by_the_difference_of_its_shares() -> None:
    cells = ["a", "a", "b", "c", "a", "b", "b", None]
    table = pd.DataFrame({"c": pd.Series(cells, dtype=object)})
    found = traits(table, (Column("c", Kind.CATEGORY),), np.repeat([0, 1], [4, 4]))
    assert of(found, "c", "a").contrasts[0] == Contrast(0.5, 0.25, 0.25)
    gone = next(trait for trait in found if trait.sort is Sort.MISSING)
    assert gone.contrasts == (Contrast(0.0, 0.25, -0.25), Contrast(0.25, 0.0, 0.25))


def test_of_two_levels_the_rarer_is_told() -> None:
    table = pd.DataFrame({"c": pd.Series(["no", "no", "no", "yes"], dtype=object)})
    found = traits(table, (Column("c", Kind.BOOLEAN),), np.array([0, 0, 1, 1]))
    assert [trait.level for trait in found] == ["yes"]


def test_dates_are_days_and_texts_are_left_out() -> None:
    days = pd.to_datetime(["1970-01-03", "1970-01-05", "1970-01-11"]).astype("datetime64[us]")
    table = pd.DataFrame({"d": days, "t": ["x", "y", "z"]})
    columns = (Column("d", Kind.DATE), Column("t", Kind.TEXT))
    found = traits(table, columns, np.array([0, 0, 1]))
    assert [(trait.column, trait.sort) for trait in found] == [("d", Sort.DATE)]
    assert found[0].contrasts[0] == Contrast(3.0, 10.0, -1.0)


def test_copies_of_a_column_are_told_once() -> None:
    numbers = np.arange(8.0)
    table = pd.DataFrame({"a": numbers, "b": 2 * numbers, "c": numbers[::-1]})
    columns = tuple(Column(name, Kind.NUMBER) for name in "abc")
    found = traits(table, columns, np.repeat([0, 1], 4))
    assert sorted(trait.column for trait in found) == ["a", "c"]


@pytest.mark.parametrize(
    ("contrast", "clear"),
    [
        (Contrast(5.0, 2.0, 0.5), True),
        (Contrast(5.0, 2.0, 0.1), False),  # hardly leans
        (Contrast(1.0, 2.0, 0.5), False),  # the average says the opposite
        (Contrast(2.0, 2.0, 0.5), False),
        (Contrast(None, 2.0, 0.5), False),
    ],
)
def test_what_is_worth_a_word(contrast: Contrast, clear: bool) -> None:
    assert contrast.is_clear is clear


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2)), min_size=4, max_size=14).filter(
        lambda rows: {group for _, group in rows} == {0, 1, 2}
    )
)
def test_every_lean_is_cliffs_delta(rows: list[tuple[int, int]]) -> None:
    labels = np.array([group for _, group in rows])
    table = pd.DataFrame({"n": [float(value) for value, _ in rows]})
    trait = traits(table, (Column("n", Kind.NUMBER),), labels)[0]
    for group, contrast in enumerate(trait.contrasts):
        inside = [float(v) for v, g in rows if g == group]
        outside = [float(v) for v, g in rows if g != group]
        assert contrast.lean == pytest.approx(delta(inside, outside))
