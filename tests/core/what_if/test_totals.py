"""Sums and money by hand; intervals against scipy's bootstrap and the closed form."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from core.errors import UnknownOutcome
from core.models.family import Floats, Task
from core.what_if.segment import Shifted
from core.what_if.totals import (
    Money,
    each,
    earned,
    happened,
    outcome_of,
    outcomes,
    summed,
    totals,
)
from tests.core.explain.models import table, trained


def shifted(before: Floats, after: Floats, task: Task = Task.BINARY) -> Shifted:
    classes = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("A", "B"), Task.REGRESSION: ()}
    moved = before != after if before.ndim == 1 else (before != after).any(axis=1)
    rows = np.arange(len(before))
    return Shifted(
        task, "buys", classes[task], rows, before, after, moved, len(rows), len(rows), len(rows)
    )


BEFORE = np.array([0.1, 0.2, 0.3, 0.4])
AFTER = np.array([0.2, 0.2, 0.5, 0.3])


def test_expected_numbers_are_sums_of_chances() -> None:
    (total,) = totals(shifted(BEFORE, AFTER))
    assert (total.of, total.customers) == ("yes", 4)
    assert (total.before, total.after) == (pytest.approx(1.0), pytest.approx(1.2))
    assert total.difference.value == pytest.approx(0.2)
    assert total.difference.low < 0.2 < total.difference.high


def test_money_is_margin_less_costs_of_those_touched() -> None:
    found = earned(shifted(BEFORE, AFTER), Money(100.0, 2.0))
    assert (found.margin, found.costs, found.touched) == (pytest.approx(20.0), 6.0, 3)
    assert found.gain.value == pytest.approx(14.0)
    with pytest.raises(ValueError, match="finite"):
        earned(shifted(BEFORE, AFTER), Money(math.nan))


def test_rows_of_one_customer_are_drawn_together() -> None:
    """Four rows each, alike: the sums are four times those of one, and so are their intervals."""
    chance = np.random.default_rng(3)
    before = chance.random(40) / 2
    once = shifted(before, before + chance.normal(0.05, 0.1, 40))
    many = shifted(np.repeat(once.before, 4), np.repeat(once.after, 4))
    owned = replace(many, groups=np.repeat(np.arange(40), 4))
    (one,), (rows,), (groups,) = totals(once), totals(many), totals(owned)
    for name in ("value", "low", "high"):
        wanted = 4 * getattr(one.difference, name)
        assert getattr(groups.difference, name) == pytest.approx(wanted)
    assert rows.difference.value == pytest.approx(groups.difference.value)
    widths = [each.difference.high - each.difference.low for each in (rows, groups)]
    assert widths[1] / widths[0] == pytest.approx(2, rel=0.15)
    money = Money(10.0, 0.2)
    gains = earned(once, money).gain, earned(owned, money).gain
    assert gains[1].low == pytest.approx(4 * gains[0].low)
    assert totals(replace(many, groups=many.rows)) == totals(many)


def test_classes_have_an_entry_each_and_differences_cancel() -> None:
    one, other = np.stack([BEFORE, 1 - BEFORE], 1), np.stack([AFTER, 1 - AFTER], 1)
    found = shifted(one, other, Task.MULTICLASS)
    first, second = totals(found)
    assert outcomes(found) == (first.of, second.of) == ("A", "B")
    assert first.difference.value == pytest.approx(-second.difference.value)
    assert first.difference.low == pytest.approx(-second.difference.high)
    np.testing.assert_array_equal(each(found, "B")[0], 1 - BEFORE)
    with pytest.raises(UnknownOutcome):
        each(found, "C")


def test_values_are_summed() -> None:
    (total,) = totals(shifted(BEFORE * 100, AFTER * 100, Task.REGRESSION))
    assert (total.of, total.after) == ("buys", pytest.approx(120.0))


def test_nobody_has_no_interval() -> None:
    empty = np.zeros(0)
    (total,) = totals(shifted(empty, empty))
    assert (total.customers, total.before) == (0, 0.0)
    assert math.isnan(total.difference.low)


def test_the_interval_is_scipys_and_the_closed_form() -> None:
    chance = np.random.default_rng(5)
    values = chance.gamma(2.0, 0.01, 900) - 0.005
    (found,) = summed(values[:, None], 1)
    theirs = stats.bootstrap(
        (values,), np.sum, n_resamples=4000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    half = 1.959964 * values.std() * math.sqrt(len(values))
    assert found.value == pytest.approx(values.sum())
    for ours, other, closed in (
        (found.low, theirs.low, values.sum() - half),
        (found.high, theirs.high, values.sum() + half),
    ):
        assert abs(ours - other) < 0.25 * half
        assert abs(ours - closed) < 0.25 * half


def test_pairing_makes_the_interval_as_narrow_as_the_differences() -> None:
    chance = np.random.default_rng(6)
    before = chance.random(400)
    (total,) = totals(shifted(before, before + 0.01))
    assert total.difference.low == pytest.approx(4.0)
    assert total.difference.high == pytest.approx(4.0)


@pytest.mark.parametrize("task", list(Task))
def test_what_happened_is_counted_from_the_held_out_truth(task: Task) -> None:
    model = trained("linear", task)
    rows = model.held_out[::2]
    some = np.zeros((len(rows), 3) if task is Task.MULTICLASS else len(rows))
    n = len(rows)
    found = Shifted(task, "x", model.classes, rows, some, some, np.ones(n, bool), n, n, n)
    cells = table().loc[rows, str(model.spec.target.name)]
    expected = cells.sum() if task is Task.REGRESSION else (cells == outcome_of(model)).sum()
    assert happened(model, found) == pytest.approx(expected)
    trained_on = sorted(set(table().index) - set(model.held_out))[:n]
    assert happened(model, replace(found, rows=np.array(trained_on))) is None
