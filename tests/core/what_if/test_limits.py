"""Limits before and after a person's wishes."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import (
    BadPrice,
    BadStep,
    BadValue,
    FormulaUnfinished,
    LimitsCrossed,
    NotANumber,
    NothingFree,
    UnknownColumn,
    UserError,
)
from core.models.family import Task
from core.what_if.limits import (
    Direction,
    Freedom,
    Limit,
    changed,
    decimals,
    derived,
    free,
    limits,
    only_free,
)
from tests.core.explain.models import table, trained


def usual() -> dict[str, Limit]:
    return limits(trained("linear", Task.BINARY))


def test_limits_are_what_training_rows_reached() -> None:
    model = trained("linear", Task.BINARY)
    seen = table().drop(index=model.held_out)
    found = usual()
    assert list(found) == ["visits", "income", "city", "member", "since"]
    assert (found["visits"].low, found["visits"].high) == (
        seen["visits"].min(),
        seen["visits"].max(),
    )
    assert found["visits"].step == 1
    assert set(found["city"].levels) == {"Oslo", "Bergen", "Hamar", "Narvik"}
    assert {name: limit.freedom for name, limit in found.items()} == {
        "visits": Freedom.FREE,
        "income": Freedom.FREE,
        "city": Freedom.FREE,
        "member": Freedom.FREE,
        "since": Freedom.BY_HAND,
    }
    usual_range = model.background["income"].quantile([0.05, 0.95])
    steps = (usual_range.iloc[1] - usual_range.iloc[0]) / (found["income"].step or 0)
    assert 40 <= steps <= 100


@pytest.mark.parametrize(
    ("column", "wish", "error"),
    [
        ("nothing", {}, UnknownColumn),
        ("visits", {"low": 5.0, "high": 4.0}, LimitsCrossed),
        ("visits", {"low": float("nan")}, BadValue),
        ("visits", {"step": 0.0}, BadStep),
        ("visits", {"step": -1.0}, BadStep),
        ("visits", {"step": 1e-300}, BadStep),
        ("visits", {"step": float("inf")}, BadStep),
        ("visits", {"price": -1.0}, BadPrice),
        ("city", {"price": float("nan")}, BadPrice),
        ("city", {"low": 1.0}, NotANumber),
        ("city", {"direction": Direction.RISE}, NotANumber),
        ("city", {"freedom": Freedom.DERIVED}, NotANumber),
        ("since", {"freedom": Freedom.DERIVED}, NotANumber),
        ("city", {"levels": ("Atlantis",)}, BadValue),
    ],
)
def test_what_cannot_be_is_refused(
    column: str, wish: dict[str, Any], error: type[UserError]
) -> None:
    with pytest.raises(error):
        changed(usual(), {column: wish})


def test_wishes_change_only_what_they_name() -> None:
    before = usual()
    found = changed(before, {"visits": {"price": 2.5}, "city": {"levels": ("Oslo",)}})
    assert found["visits"].price == 2.5
    assert found["visits"].low == before["visits"].low
    assert found["city"].levels == ("Oslo",)
    assert found["income"] == before["income"]
    assert before == usual()


def test_free_columns_by_name() -> None:
    found = only_free(usual(), ("city", "since"))
    assert [limit.column for limit in free(found, "buys")] == ["city", "since"]
    with pytest.raises(NothingFree):
        free(only_free(found, ()), "buys")
    with pytest.raises(UnknownColumn):
        only_free(found, ("town",))


def test_formulas_use_numbers_that_are_no_formulas() -> None:
    wish = {"income": {"freedom": Freedom.DERIVED, "formula": "visits * 1000"}}
    ((limit, formula),) = derived(changed(usual(), wish))
    assert limit.column == "income"
    assert formula.columns == ("visits",)
    for text, error in (("income + 1", UnknownColumn), ("city", UnknownColumn)):
        with pytest.raises(error):
            derived(changed(usual(), {"income": {"freedom": Freedom.DERIVED, "formula": text}}))
    with pytest.raises(FormulaUnfinished):
        derived(changed(usual(), {"income": {"freedom": Freedom.DERIVED, "formula": ""}}))


@pytest.mark.parametrize(
    ("step", "digits"), [(1.0, 0), (0.5, 1), (0.25, 2), (10.0, 0), (1e-7, 7), (1e20, 0)]
)
def test_decimals_of_a_step(step: float, digits: int) -> None:
    assert decimals(step) == digits
