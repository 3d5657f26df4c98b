"""Formulas against Python's own arithmetic, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FormulaUnfinished, FormulaUnreadable, UnknownColumn
from core.what_if.formula import DEEPEST, LONGEST, applied, formula

COLUMNS = ("a", "b", "net price", "it's", "방문", "min")
FRAME = pd.DataFrame(
    {
        "a": [1.0, -2.5, 0.0, np.nan],
        "b": [4.0, 0.0, 3.0, 1.0],
        "net price": [10.0, 20.0, 30.0, 40.0],
        "it's": [1.0, 2.0, 3.0, 4.0],
        "방문": [7.0, 8.0, 9.0, 10.0],
        "min": [5.0, 5.0, 5.0, 5.0],
    },
    index=[3, 5, 8, 9],
)


def values(text: str) -> list[float]:
    return applied(formula(text, COLUMNS), FRAME).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * 2", [9.0, -2.5, 6.0, np.nan]),
        ("(a + b) * 2", [10.0, -5.0, 6.0, np.nan]),
        ("8 - 4 - 2", [2.0] * 4),
        ("8 / 4 / 2", [1.0] * 4),
        ("-b--b", [0.0] * 4),
        ("2 * -b", [-8.0, 0.0, -6.0, -2.0]),
        ("`net price` / 10", [1.0, 2.0, 3.0, 4.0]),
        ('"net price"+0', [10.0, 20.0, 30.0, 40.0]),
        ("'it''s' * 1", [1.0, 2.0, 3.0, 4.0]),
        ("방문 - 7", [0.0, 1.0, 2.0, 3.0]),
        ("min", [5.0] * 4),
        ("min(b, 2)", [2.0, 0.0, 2.0, 1.0]),
        ("max(b, 2, 3.5) - min", [-1.0, -1.5, -1.5, -1.5]),
        ("max(min(b, 2), 1)", [2.0, 1.0, 2.0, 1.0]),
        ("1 / b", [0.25, np.nan, 1 / 3, 1.0]),
        ("1 / (1 / b)", [4.0, np.nan, 3.0, 1.0]),
        ("min(1 / b, 1)", [0.25, np.nan, 1 / 3, 1.0]),
        ("1e300 * 1e300", [np.nan] * 4),
        (" .5e1 \n", [5.0] * 4),
    ],
)
def test_a_formula_is_worked_out_row_by_row(text: str, expected: list[float]) -> None:
    np.testing.assert_allclose(values(text), expected, rtol=1e-15, equal_nan=True)


def test_the_result_has_the_rows_of_the_table_and_leaves_it_alone() -> None:
    before = FRAME.copy()
    found = applied(formula("a - b", COLUMNS), FRAME)
    assert list(found.index) == [3, 5, 8, 9]
    assert found.dtype == "float64"
    pd.testing.assert_frame_equal(FRAME, before)


def test_a_formula_knows_its_columns() -> None:
    assert formula("b + a * b - `net price`", COLUMNS).columns == ("b", "a", "net price")


@pytest.mark.parametrize(
    ("text", "place", "position"),
    [
        ("a + $b", "$b", 5),
        ("a b", "b", 3),
        ("a ** 2", "* 2", 4),
        ("a // 2", "/ 2", 4),
        ("1,5", ",5", 2),
        ("2a", "2a", 1),
        ("(a + b))", ")", 8),
        ("a + )", ")", 5),
        ("__import__('os')", "__import__('os')", 1),
        ("a + sin(b)", "sin(b)", 5),
        ("`a`(b)", "(b)", 4),
        ("a.real", ".real", 2),
        ("a if b else 1", "if b else 1", 3),
        ("min(a)", ")", 6),
        ("max()", ")", 5),
        ("'net price", "'net price", 1),
        ("a = 2", "= 2", 3),
        ("1e999", "1e999", 1),
        ("a[0]", "[0]", 2),
    ],
)
def test_what_is_not_arithmetic_is_refused_with_its_place(
    text: str, place: str, position: int
) -> None:
    with pytest.raises(FormulaUnreadable) as raised:
        formula(text, COLUMNS)
    assert raised.value.facts == {"formula": text, "place": place, "position": position}


@pytest.mark.parametrize("text", ["", "  ", "a +", "(a", "min(a,", "min(a", "-", "2 * ("])
def test_a_formula_that_breaks_off_is_refused(text: str) -> None:
    with pytest.raises(FormulaUnfinished):
        formula(text, COLUMNS)


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownColumn) as raised:
        formula("a + price", COLUMNS)
    assert raised.value.facts == {"column": "price", "known": COLUMNS}
    with pytest.raises(UnknownColumn):
        applied(formula("a", COLUMNS), FRAME[["b"]])


def test_length_and_depth_have_limits() -> None:
    deep = "(" * DEEPEST + "a" + ")" * DEEPEST
    assert values(deep)[:3] == [1.0, -2.5, 0.0]
    with pytest.raises(FormulaUnreadable):
        formula(f"({deep})", COLUMNS)
    assert values("-" * 998 + "b")[0] == 4.0
    with pytest.raises(FormulaUnreadable) as raised:
        formula("b" + "+b" * LONGEST, COLUMNS)
    assert raised.value.position == LONGEST + 1


def _call(parts: tuple[str, str, str]) -> str:
    name, first, second = parts
    return f"{name}({first}, {second})"


def expressions() -> st.SearchStrategy[str]:
    leaf = st.one_of(
        st.integers(0, 99).map(str),
        st.integers(0, 10**6).map(lambda n: repr(n / 64)),
        st.sampled_from(["a", "b"]),
    )

    def larger(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(part, st.sampled_from(["+", "-", " * ", "/"]), part).map("".join),
            part.map("({})".format),
            part.map("-{}".format),
            st.tuples(st.sampled_from(["min", "max"]), part, part).map(_call),
        )

    return st.recursive(leaf, larger, max_leaves=12)


def in_python(text: str, **cells: Any) -> float:
    try:
        value = float(eval(text, {"__builtins__": {}, "min": min, "max": max}, cells))  # noqa: S307
    except (ZeroDivisionError, OverflowError):
        return math.nan
    return value if math.isfinite(value) else math.nan


EIGHTHS = st.integers(-8000, 8000).map(lambda n: n / 8)


@given(expressions(), EIGHTHS, EIGHTHS)
def test_a_formula_is_what_python_says(text: str, a: float, b: float) -> None:
    found = applied(formula(text, ("a", "b")), pd.DataFrame({"a": [a], "b": [b]})).iloc[0]
    expected = in_python(text, a=a, b=b)
    assert found == expected or (math.isnan(found) and math.isnan(expected))
