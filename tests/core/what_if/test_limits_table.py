"""Limits as a table and back."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import NotANumber
from core.models.family import Task
from core.what_if.limits import Direction, Limit, limits
from core.what_if.limits_table import overlaid, table, wished, wishes_of
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


def test_edits_by_line_are_kept_by_column() -> None:
    lines = table(known(), ORDER)
    edits = wishes_of(lines, {1: {"low": 2.0, "direction": "rise"}, 0: {"price": 3}})
    assert edits == {"visits": {"low": 2.0, "direction": "rise"}, "city": {"price": 3}}
    other = table(known(), ["income", "visits"])
    found = overlaid(other, edits | {"gone": {"low": 1.0}})
    assert list(found["column"]) == ["income", "visits"]
    assert (found.loc[1, "low"], found.loc[1, "direction"]) == (2.0, "rise")
    assert found.loc[0].equals(other.loc[0])
    assert np.isnan(overlaid(other, {"visits": {"low": None}}).loc[1, "low"])
    assert other.equals(table(known(), ["income", "visits"]))
