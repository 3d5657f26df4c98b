"""Limits as a table and back."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import NotANumber
from core.models.family import Task
from core.what_if.limits import Direction, Limit, limits
from core.what_if.limits_table import table, wished
from tests.core.explain.models import trained

ORDER = ["city", "visits", "income", "since", "member"]


def known() -> dict[str, Limit]:
    return limits(trained("linear", Task.BINARY))


def test_an_untouched_table_changes_nothing() -> None:
    lines = table(known(), ORDER)
    assert list(lines["column"]) == ORDER
    assert wished(known(), lines, {}) == known()


def test_edits_come_back() -> None:
    lines = table(known(), ORDER)
    lines.loc[0, "price"] = 3.0
    lines.loc[1, ["low", "high", "direction", "price"]] = [2.0, 5.0, "rise", 1.5]
    found = wished(known(), lines, {"member": ("yes",)})
    assert found["city"].price == 3.0
    visits = found["visits"]
    assert (visits.low, visits.high, visits.direction) == (2.0, 5.0, Direction.RISE)
    assert visits.price == 1.5
    assert found["income"] == known()["income"]
    assert found["member"].levels == ("yes",)


def test_an_emptied_bound_is_that_of_the_data() -> None:
    lines = table(known(), ORDER)
    lines.loc[1, ["low", "step"]] = [np.nan, np.nan]
    assert wished(known(), lines, {})["visits"] == known()["visits"]


def test_a_bound_for_levels_is_refused() -> None:
    lines = table(known(), ORDER)
    lines.loc[0, "low"] = 3.0
    with pytest.raises(NotANumber):
        wished(known(), lines, {})
