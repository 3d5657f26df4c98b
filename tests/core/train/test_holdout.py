"""Which rows are held out: exact shares, latest dates, whole groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadSetting, HoldOutImpossible, SplitImpossible, UnknownColumn
from core.train.copies import with_copies
from core.train.holdout import held_out
from core.train.spec import Split, SplitKind

NO_TABLE = pd.DataFrame(index=range(1000))
CLASSES = np.repeat([0, 1, 2], [600, 300, 100])


def by_date(share: float = 0.25) -> Split:
    return Split(SplitKind.DATE, share, "day")


def by_group(share: float = 0.25) -> Split:
    return Split(SplitKind.GROUP, share, "who")


@given(share=st.floats(0.05, 0.9), seed=st.integers(0, 99))
def test_each_class_is_held_out_in_its_share(share: float, seed: int) -> None:
    mask = held_out(NO_TABLE, CLASSES, Split(held_out=share), seed)
    found = np.bincount(CLASSES[mask], minlength=3)
    np.testing.assert_array_equal(found, [round(share * n) for n in (600, 300, 100)])


def test_values_are_held_out_in_the_share() -> None:
    assert held_out(NO_TABLE, np.arange(1000.0), Split(held_out=0.137), 0).sum() == 137


def test_the_seed_decides() -> None:
    first, again, other = (held_out(NO_TABLE, CLASSES, Split(), seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_class_of_few_has_one_row_held_out() -> None:
    y = np.repeat([0, 1], [992, 8])
    mask = held_out(NO_TABLE, y, Split(held_out=0.05), 0)
    assert np.bincount(y[mask]).tolist() == [50, 1]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.2, 1.7, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(BadSetting) as raised:
        held_out(NO_TABLE, CLASSES, Split(held_out=share), 0)
    assert raised.value.facts["setting"] == "held_out"


def days(counts: dict[str, int], gaps: int = 0, seed: int = 0) -> pd.DataFrame:
    column = pd.to_datetime(np.repeat(list(counts), list(counts.values())))
    table = pd.DataFrame({"day": [*column, *[pd.NaT] * gaps]})
    return table.sample(frac=1, random_state=seed)


def test_the_latest_are_held_out_and_gaps_learned_from() -> None:
    table = pd.DataFrame({"day": [*pd.date_range("2024-01-01", periods=80), *[pd.NaT] * 20]})
    table = table.sample(frac=1, random_state=3)
    y = np.arange(100.0)
    mask = held_out(table, y, by_date(), 0)
    assert mask.sum() == 20  # a quarter of the rows that have a date
    assert table["day"][mask].min() > table["day"][~mask].max()
    assert not mask[table["day"].isna().to_numpy()].any()


@pytest.mark.parametrize(
    ("counts", "latest"),
    [
        ({"2024-01-01": 70, "2024-02-01": 30}, 30),
        ({"2024-01-01": 40, "2024-02-01": 60}, 60),
        ({"2024-01-01": 50, "2024-02-01": 26, "2024-03-01": 24}, 24),
        ({"2024-01-01": 50, "2024-02-01": 40, "2024-03-01": 10}, 10),
        ({"2024-01-01": 60, "2024-02-01": 35, "2024-03-01": 5}, 40),
    ],
)
def test_ties_stay_together_as_near_to_the_share_as_can_be(
    counts: dict[str, int], latest: int
) -> None:
    table = days(counts)
    mask = held_out(table, np.arange(100.0), by_date(), 0)
    assert mask.sum() == latest
    assert not set(table["day"][mask]) & set(table["day"][~mask])


@given(st.lists(st.integers(0, 12), min_size=30, max_size=60), st.floats(0.1, 0.9))
def test_no_cut_between_dates_is_nearer_to_the_share(offsets: list[int], share: float) -> None:
    dates = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(offsets, unit="D"))
    if dates.nunique() < 2:
        return
    table, y = pd.DataFrame({"day": dates}), np.arange(len(dates)) / 1.0
    after = [(dates > cut).mean() for cut in sorted(dates.unique())[:-1]]
    nearest = min(abs(each - share) for each in after)
    try:
        mask = held_out(table, y, by_date(share), 0)
    except SplitImpossible:  # the nearest leaves a single row to learn from
        alone = [each for each in after if 1 - each < 1.5 / len(dates)]
        assert min(abs(each - share) for each in alone) == pytest.approx(nearest)
        return
    assert abs(mask.mean() - share) == pytest.approx(nearest)
    assert dates[mask].min() > dates[~mask].max()


def test_the_last_rows_by_their_number_are_held_out() -> None:
    table = pd.DataFrame({"a": np.arange(40)}).sample(frac=1, random_state=2)
    mask = held_out(table, np.arange(40.0), Split(SplitKind.LAST, 0.25), 0)
    assert sorted(table.index[mask]) == list(range(30, 40))
    sorted_answers = (table.index.to_numpy() >= 30).astype(int)
    with pytest.raises(HoldOutImpossible):
        held_out(table, sorted_answers, Split(SplitKind.LAST, 0.25), 0)


@pytest.mark.parametrize("kind", ["numbers", "names"])
@given(seed=st.integers(0, 50), share=st.floats(0.1, 0.6))
def test_no_group_is_on_both_sides(kind: str, seed: int, share: float) -> None:
    who = np.random.default_rng(seed).integers(0, 40, 500)
    cells = pd.Series(who).astype("float64") if kind == "numbers" else pd.Series(who).astype(str)
    cells = cells.astype(object) if kind == "names" else cells
    cells[::9] = None
    table = pd.DataFrame({"who": cells})
    mask = held_out(table, np.arange(500.0), by_group(share), seed)
    assert not set(cells[mask].dropna()) & set(cells[~mask].dropna())
    assert round(share * 500) <= mask.sum() < share * 500 + cells.value_counts().max()


def test_rows_without_a_group_stand_for_themselves() -> None:
    """A shop of guests: 340 rows name nobody, and they are no one customer."""
    who = pd.Series([f"c{n}" for n in range(60)] + [None] * 340)
    table = pd.DataFrame({"who": who})
    for seed in range(20):
        mask = held_out(table, np.arange(400.0), by_group(0.25), seed)
        assert mask.sum() == 100
        assert 50 < mask[60:].sum() < 100  # of 85 expected


def test_guests_that_are_copies_are_on_one_side() -> None:
    table = pd.DataFrame({"who": ["a", "b"] * 10 + [None] * 80})
    copies = pd.Series(np.r_[np.arange(20), 20 + np.arange(80) % 40])
    for seed in range(20):
        mask = held_out(with_copies(table, copies), np.arange(100.0), by_group(), seed)
        assert len(set(mask[:20:2])) == len(set(mask[1:20:2])) == 1
        np.testing.assert_array_equal(mask[20:60], mask[60:])


@pytest.mark.parametrize("large", [120, 350])
def test_a_group_with_more_rows_than_the_share_is_learned_from(large: int) -> None:
    """Held out it would leave a handful to learn from: the share is that of all other rows."""
    others = 400 - large
    who = np.r_[np.zeros(large, int), 1 + np.arange(others) // 2]
    for seed in range(20):
        mask = held_out(pd.DataFrame({"who": who}), np.arange(400.0), by_group(0.25), seed)
        assert not mask[:large].any()
        assert round(others / 4) <= mask.sum() < others / 4 + 2


def test_of_large_groups_alone_one_is_held_out() -> None:
    table = pd.DataFrame({"who": np.arange(300) % 3})
    for seed in range(5):
        mask = held_out(table, np.arange(300.0), by_group(0.25), seed)
        assert mask.sum() == 100
        assert len(set(table["who"][mask])) == 1


def test_groups_are_drawn_by_the_seed() -> None:
    table = pd.DataFrame({"who": np.arange(500) // 5})
    first, again, other = (
        held_out(table, np.arange(500.0), by_group(), seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


ONE_DAY = pd.DataFrame({"day": [pd.Timestamp("2024-01-01")] * 100})
EACH_DAY = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=100)})
LATE = np.repeat([0, 1], [80, 20])


@pytest.mark.parametrize(
    ("table", "y", "split"),
    [
        (ONE_DAY, np.arange(100.0), by_date()),
        (ONE_DAY.assign(day=pd.NaT), np.arange(100.0), by_date()),
        (ONE_DAY.assign(day="soon"), np.arange(100.0), by_date()),
        (ONE_DAY.assign(who="all"), np.arange(100.0), by_group()),
        (EACH_DAY, LATE, by_date()),  # training would not know class 1
        (EACH_DAY, 1 - LATE, by_date()),
        (EACH_DAY, LATE[::-1], by_date()),  # held out would be class 0 alone
        (EACH_DAY, np.repeat([5.0, 9.0], [75, 25]), by_date()),  # one value to learn from
    ],
)
def test_an_impossible_split_is_refused(table: pd.DataFrame, y: np.ndarray, split: Split) -> None:
    with pytest.raises(SplitImpossible) as raised:
        held_out(table, y, split, 0)
    assert raised.value.facts == {"kind": split.kind, "column": split.column}


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownColumn) as raised:
        held_out(EACH_DAY, LATE, Split(SplitKind.GROUP), 0)
    assert raised.value.facts == {"column": "", "known": ("day",)}
