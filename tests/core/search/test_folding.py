"""Folds judge what they did not learn from: rows, customers, and the future."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from core.errors import CannotSetAside
from core.search.folding import folds
from core.train.copies import with_copies
from core.train.spec import Split, SplitKind

ROWS = 200


@pytest.fixture
def table() -> pd.DataFrame:
    draw = np.random.default_rng(0)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(draw.integers(0, 40, ROWS), "D")
    return pd.DataFrame({"day": days, "customer": draw.integers(0, 30, ROWS).astype(str)})


@pytest.fixture
def y() -> np.ndarray:
    return (np.random.default_rng(1).random(ROWS) < 0.2).astype("int64")


def test_at_random_each_row_is_judged_once_and_answers_have_equal_shares(
    table: pd.DataFrame, y: np.ndarray
) -> None:
    found = folds(table, y, Split(), 5, 0)
    judged = np.concatenate([fold.judge for fold in found])
    assert sorted(judged) == list(range(ROWS))
    for fold in found:
        assert not set(fold.learn) & set(fold.judge)
        assert abs(y[fold.judge].sum() - y.sum() / 5) <= 1
    again = folds(table, y, Split(), 5, 0)
    assert all(np.array_equal(a.judge, b.judge) for a, b in zip(found, again, strict=True))
    other = folds(table, y, Split(), 5, 1)
    assert not np.array_equal(found[0].judge, other[0].judge)


def test_a_customer_is_on_one_side_only(table: pd.DataFrame, y: np.ndarray) -> None:
    found = folds(table, y, Split(SplitKind.GROUP, column="customer"), 5, 0)
    assert len(found) == 5
    for fold in found:
        learned, judged = (set(table["customer"].iloc[p]) for p in (fold.learn, fold.judge))
        assert not learned & judged
    values = np.random.default_rng(2).random(ROWS)
    for fold in folds(table, values, Split(SplitKind.GROUP, column="customer"), 4, 0):
        learned, judged = (set(table["customer"].iloc[p]) for p in (fold.learn, fold.judge))
        assert not learned & judged


@pytest.mark.parametrize("several", [False, True])
def test_very_many_customers_are_dealt_out_evenly(several: bool) -> None:
    """Classes and rows in equal shares, as scikit-learn's weighing gives them."""
    draw = np.random.default_rng(3)
    who = np.repeat(np.arange(9_000), draw.integers(1, 6, 9_000))
    chance = np.array([0.9, 0.09, 0.01]) if several else np.array([0.97, 0.03])
    y = draw.choice(len(chance), len(who), p=chance).astype("int64")
    table = pd.DataFrame({"customer": who}).sample(frac=1, random_state=0).reset_index(drop=True)
    split = Split(SplitKind.GROUP, column="customer")
    found = folds(table, y, split, 5, 0)
    assert len(found) == 5
    judged = np.concatenate([fold.judge for fold in found])
    assert sorted(judged) == list(range(len(y)))
    for fold in found:
        learned, told = (set(table["customer"].iloc[p]) for p in (fold.learn, fold.judge))
        assert not learned & told
        assert len(fold.judge) == pytest.approx(len(y) / 5, rel=0.002)
        shares = np.bincount(y[fold.judge], minlength=len(chance)) / np.bincount(y)
        assert shares == pytest.approx([0.2] * len(chance), rel=0.08)
    again, other = folds(table, y, split, 5, 0), folds(table, y, split, 5, 1)
    assert all(np.array_equal(a.judge, b.judge) for a, b in zip(found, again, strict=True))
    assert not np.array_equal(found[0].judge, other[0].judge)
    values = folds(table, draw.random(len(y)), split, 5, 0)
    assert [len(f.judge) for f in values] == pytest.approx([len(y) / 5] * 5, rel=0.002)


def test_rows_without_a_customer_are_in_any_fold(table: pd.DataFrame, y: np.ndarray) -> None:
    guests = np.arange(ROWS) % 5 > 0
    shop = table.assign(customer=table["customer"].mask(guests))
    twins = with_copies(shop, pd.Series(np.arange(ROWS) // 10))
    for each in (shop, twins):
        found = folds(each, y, Split(SplitKind.GROUP, column="customer"), 5, 0)
        for fold in found:
            assert 0.1 < guests[fold.judge].sum() / guests.sum() < 0.3
            learned, judged = (set(shop["customer"].iloc[p]) for p in (fold.learn, fold.judge))
            assert not (learned & judged) - {np.nan, None}
    for fold in found:
        of = np.arange(ROWS) // 10
        assert not set(of[fold.learn][guests[fold.learn]]) & set(of[fold.judge][guests[fold.judge]])


def test_by_date_what_is_judged_comes_after_all_that_was_learned_from(
    table: pd.DataFrame, y: np.ndarray
) -> None:
    table.loc[:3, "day"] = pd.NaT
    found = folds(table, y, Split(SplitKind.DATE, column="day"), 4, 0)
    assert len(found) == 4
    for fold in found:
        days = table["day"]
        assert days.iloc[fold.learn].max() < days.iloc[fold.judge].min()
        assert set(range(4)) <= set(fold.learn)
    for before, after in pairwise(found):
        assert set(before.learn) | set(before.judge) == set(after.learn)


def test_by_place_the_last_rows_are_judged(table: pd.DataFrame, y: np.ndarray) -> None:
    mixed = table.iloc[np.random.default_rng(3).permutation(ROWS)]
    for fold in folds(mixed, y, Split(SplitKind.LAST), 3, 0):
        assert mixed.index[fold.learn].max() < mixed.index[fold.judge].min()


def test_a_rare_answer_makes_fewer_folds(table: pd.DataFrame) -> None:
    y = np.zeros(ROWS, "int64")
    y[:3] = 1
    found = folds(table, y, Split(), 5, 0)
    assert len(found) == 3
    assert all(y[fold.judge].sum() == 1 for fold in found)


def test_what_cannot_be_cut_is_said(table: pd.DataFrame, y: np.ndarray) -> None:
    with pytest.raises(CannotSetAside):
        folds(table.assign(customer="one"), y, Split(SplitKind.GROUP, column="customer"), 5, 0)
    with pytest.raises(CannotSetAside):
        folds(table.assign(day=pd.NaT), y, Split(SplitKind.DATE, column="day"), 5, 0)
    with pytest.raises(CannotSetAside):  # the only yes is either learned from or judged
        folds(table, np.eye(ROWS, dtype="int64")[0], Split(), 5, 0)
