"""The matrix that models fit on: against scikit-learn where equal, by hand elsewhere."""

from __future__ import annotations

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.models.family import Encoding, Task
from core.schema import Column, Kind
from core.train.levels import PRIOR_ROWS
from core.train.preparation import Preparation, encode, learned, unseen
from tests.core.train.shop import FEATURES, shop

NUMBER, LEVEL = Column("n", Kind.NUMBER), Column("c", Kind.CATEGORY)
DATE = Column("d", Kind.DATE)


def numbers(values: object, encoding: Encoding) -> tuple[Preparation, pd.DataFrame]:
    table = pd.DataFrame({"n": pd.Series(values, dtype="float64")})
    return learned(table, (NUMBER,), np.zeros(len(table)), Task.REGRESSION, encoding), table


def levels(values: object) -> pd.DataFrame:
    return pd.DataFrame({"c": pd.Series(values, dtype=object)})


def one_hot(values: list[object]) -> tuple[Preparation, pd.DataFrame]:
    table = levels(values)
    y = np.zeros(len(table))
    return learned(table, (LEVEL,), y, Task.REGRESSION, Encoding.SCALED), table


def coded(values: list[object], y: object, task: Task) -> dict[str, float]:
    found = learned(levels(values), (LEVEL,), np.array(y), task, Encoding.CODES).levels["c"]
    return {name: code[0] for name, code in found.levels.items()} | {"gap": found.missing[0]}


# --- numbers, scaled


def test_numbers_are_scaled_as_scikit_learn_scales() -> None:
    values = np.random.default_rng(0).normal(50, 7, 200)
    made, table = numbers(values, Encoding.SCALED)
    expected = StandardScaler().fit_transform(values[:, None])
    np.testing.assert_allclose(encode(made, table), expected, rtol=1e-6, atol=1e-6)
    assert encode(made, table).dtype == np.float32


def test_gaps_are_filled_with_the_median_and_flagged() -> None:
    values = np.random.default_rng(0).normal(50, 7, 200)
    values[::11] = np.nan
    made, table = numbers(values, Encoding.SCALED)
    known = values[np.isfinite(values)]
    filled = SimpleImputer(strategy="median").fit_transform(values[:, None])
    found = encode(made, table)
    np.testing.assert_allclose(found[:, 0], (filled[:, 0] - known.mean()) / known.std(), rtol=1e-5)
    flags = MissingIndicator().fit_transform(values[:, None])
    np.testing.assert_array_equal(found[:, 1], flags[:, 0])
    assert made.blocks == ((0, 2),)


def test_skewed_amounts_are_scaled_on_a_log_axis() -> None:
    values = np.exp(np.random.default_rng(0).normal(3, 1.5, 300))
    made, table = numbers(values, Encoding.SCALED)
    expected = StandardScaler().fit_transform(np.log1p(values)[:, None])
    np.testing.assert_allclose(encode(made, table), expected, rtol=1e-5, atol=1e-6)
    below = encode(made, pd.DataFrame({"n": [-5.0, 0.0]}))
    assert below[0] == below[1]  # there is no logarithm below
    made, _ = numbers(-values, Encoding.SCALED)
    assert not made.numbers["n"].log
    made, _ = numbers(np.random.default_rng(0).random(300), Encoding.SCALED)
    assert not made.numbers["n"].log


@pytest.mark.parametrize("value", [0.1, 0.0, -7.0, 1e15])
def test_a_column_that_never_varied_says_nothing(value: float) -> None:
    made, table = numbers([value] * 97, Encoding.SCALED)
    assert (encode(made, table) == 0).all()
    assert encode(made, pd.DataFrame({"n": [value * 3 + 1]})) == 0


@pytest.mark.parametrize("encoding", list(Encoding))
def test_only_gaps_in_training(encoding: Encoding) -> None:
    made, table = numbers([np.nan] * 60, encoding)
    assert np.isfinite(encode(made, table)).all()
    assert np.isfinite(encode(made, pd.DataFrame({"n": [4.0]}))).all()


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize(
    "values",
    [
        [1e300, -1e300, 0, 5] * 20,
        [np.inf, 1, 2, 3] * 20,
        [1e38, 1.0] * 30,
        [1e-300, 2e-300] * 30,
        [5e-324, 0.0] * 30,
        [0.0] * 79 + [3e38],
    ],
)
def test_extreme_numbers_stay_finite(encoding: Encoding, values: list[float]) -> None:
    made, table = numbers(values, encoding)
    found = encode(made, table)
    assert np.isfinite(found).all()
    far = pd.DataFrame({"n": [1e308, -1e308, np.inf, np.nan]})
    assert np.isfinite(encode(made, far)).all()
    msgspec.json.decode(msgspec.json.encode(made), type=Preparation)


# --- numbers for trees


@pytest.mark.parametrize(
    "values", [[3.0, 5.0, 9.0], [7.0], [-1e6, 1e6], [1.6e9, 1.6e9 + 500], [1e12], [-2e7]]
)
def test_trees_see_plain_numbers_and_gaps_below_them(values: list[float]) -> None:
    made, table = numbers([*values * 20, np.nan], Encoding.CODES)
    found = encode(made, table)[:, 0]
    np.testing.assert_array_equal(found[:-1], np.array(values * 20, "float32"))
    assert found[-1] < found[:-1].min()
    assert made.blocks == ((0, 1),)


def test_dates_are_days() -> None:
    moments = pd.Series(["1970-01-02", "2024-03-01 12:00", None], dtype="datetime64[us]")
    table = pd.DataFrame({"d": moments})
    made = learned(table, (DATE,), np.zeros(3), Task.REGRESSION, Encoding.CODES)
    days = (pd.Timestamp("2024-03-01 12:00") - pd.Timestamp(0)) / pd.Timedelta(days=1)
    found = encode(made, table)[:, 0]
    np.testing.assert_array_equal(found[:2], np.array([1.0, days], "float32"))
    assert found[2] < 1.0
    scaled = learned(table, (DATE,), np.zeros(3), Task.REGRESSION, Encoding.SCALED)
    np.testing.assert_allclose(encode(scaled, table), [[-1, 0], [1, 0], [0, 1]], atol=1e-6)


# --- levels, one-hot


def test_levels_are_one_hot_as_scikit_learn_makes_them() -> None:
    values = np.random.default_rng(0).choice(list("abcd"), 200).tolist()
    made, table = one_hot(values)
    order = table["c"].value_counts().index.tolist()
    theirs = OneHotEncoder(categories=[order], sparse_output=False).fit_transform(table)
    np.testing.assert_array_equal(encode(made, table), theirs)


def test_two_levels_share_one_cell() -> None:
    made, table = one_hot(["no"] * 30 + ["yes"] * 20)
    theirs = OneHotEncoder(drop="first", sparse_output=False).fit_transform(table)
    np.testing.assert_array_equal(encode(made, table), theirs)


def test_rare_and_unseen_levels_share_a_cell() -> None:
    made, _ = one_hot(["a"] * 20 + ["b"] * 5 + ["c"] * 4 + ["d"])
    found = encode(made, levels(["a", "b", "c", "d", "new", None]))
    rare = [0, 0, 1]
    assert found.tolist() == [[1, 0, 0], [0, 1, 0], rare, rare, rare, [0, 0, 0]]


def test_a_gap_has_a_cell_where_training_had_gaps() -> None:
    made, _ = one_hot(["a"] * 20 + ["b"] * 10 + ["c"] * 9 + [None] * 3)
    found = encode(made, levels(["a", "b", "c", "new", None]))
    assert found.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0] * 4, [0, 0, 0, 1]]
    made, _ = one_hot(["a"] * 20 + ["b"] * 10 + [None] * 3)
    assert encode(made, levels(["a", "b", None])).tolist() == [[0, 0], [1, 0], [0, 1]]


def test_one_level_says_nothing() -> None:
    made, _ = one_hot(["a"] * 20)
    assert encode(made, levels(["a", "b", None])).tolist() == [[0], [0], [0]]
    made, _ = one_hot(["a"] * 20 + [None] * 5)
    assert encode(made, levels(["a", "b", None])).tolist() == [[0, 0], [0, 0], [0, 1]]
    made, _ = one_hot([None] * 20)
    assert encode(made, levels(["a", None])).tolist() == [[0, 0], [0, 1]]


def test_many_levels_keep_the_sixty_most_frequent() -> None:
    values = [f"l{i}" for i in range(70) for _ in range(80 - i)]
    made, _ = one_hot(values)
    found = encode(made, levels([f"l{i}" for i in range(70)]))
    assert found.shape == (70, 61)
    np.testing.assert_array_equal(found[:60, :60], np.eye(60))
    assert (found[60:, 60] == 1).all()


def test_few_rows_of_every_level_are_told_apart() -> None:
    made, _ = one_hot([f"l{i}" for i in range(4) for _ in range(3)])
    np.testing.assert_array_equal(encode(made, levels([f"l{i}" for i in range(4)])), np.eye(4))


# --- levels for trees


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c", "d", None]), st.integers(0, 1)),
        min_size=10,
        max_size=80,
    )
)
def test_codes_are_smoothed_rates_of_the_outcome(rows: list[tuple[str | None, int]]) -> None:
    y = np.array([*(outcome for _, outcome in rows), 0, 1])
    values = [*(level for level, _ in rows), "a", "a"]
    found = coded(values, y, Task.BINARY)
    for level, code in found.items():
        of = np.array([(v or "gap") == level for v in values])
        rate = (y[of].sum() + PRIOR_ROWS * y.mean()) / (of.sum() + PRIOR_ROWS)
        assert code == pytest.approx(rate - y.mean(), abs=1e-12)


def test_levels_are_ordered_by_the_mean_value() -> None:
    found = coded(
        ["a"] * 40 + ["b"] * 40 + ["c"] * 40, np.repeat([5.0, -3.0, 90], 40), Task.REGRESSION
    )
    assert sorted(found, key=found.__getitem__)[:2] == ["b", "a"]
    assert found["a"] == pytest.approx((40 * 5 + 10 * 92 / 3) / 50 - 92 / 3)
    assert found["gap"] == 0.0


def test_levels_of_several_classes_lie_on_the_main_axis() -> None:
    """Levels that differ in one direction of class shares are ordered along it."""
    chance = np.random.default_rng(0)
    share = {"a": 0.1, "b": 0.4, "c": 0.7, "d": 0.95}
    values = np.repeat(list(share), 500)
    last = chance.random(2000) < np.repeat(list(share.values()), 500)
    y = np.where(last, 2, chance.integers(0, 2, 2000))
    found = coded(values.tolist(), y, Task.MULTICLASS)
    order = sorted(share, key=found.__getitem__)
    assert order in (["a", "b", "c", "d"], ["d", "c", "b", "a"])


def test_the_main_axis_is_the_first_principal_component() -> None:
    chance = np.random.default_rng(1)
    values, y = chance.choice(list("abcdef"), 900), chance.integers(0, 4, 900)
    found = coded(values.tolist(), y, Task.MULTICLASS)
    table = pd.crosstab(values, y)
    overall = np.bincount(y) / 900
    counts = table.sum(axis=1).to_numpy()
    rates = (table.to_numpy() + PRIOR_ROWS * overall) / (counts + PRIOR_ROWS)[:, None] - overall
    covariance = (rates * counts[:, None]).T @ rates
    axis = np.linalg.eigh(covariance)[1][:, -1]
    expected = rates @ axis
    codes = np.array([found[level] for level in table.index])
    np.testing.assert_allclose(np.abs(codes @ expected), (expected**2).sum(), rtol=1e-9)


@pytest.mark.parametrize("task", list(Task))
def test_an_unseen_level_is_average_and_counted(task: Task) -> None:
    table = levels(["a"] * 30 + ["b"] * 30)
    y = np.repeat([0, 1], 30)
    made = learned(table, (LEVEL,), y, task, Encoding.CODES)
    assert encode(made, levels(["new"])) == 0.0
    assert unseen(made, levels(["new", "a", None, "newer"])) == (("c", 2),)
    assert unseen(made, table) == ()


# --- everything together


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("encoding", list(Encoding))
def test_one_row_is_its_row_of_the_batch_and_json_forgets_nothing(
    encoding: Encoding, task: Task
) -> None:
    table = shop()
    y = np.random.default_rng(0).integers(0, 3 if task is Task.MULTICLASS else 2, len(table))
    made = learned(table, FEATURES, y, task, encoding)
    read = msgspec.json.decode(msgspec.json.encode(made), type=Preparation)
    assert read == made
    whole = encode(made, table)
    assert made.blocks[-1][1] == whole.shape[1]
    assert [start for start, _ in made.blocks[1:]] == [stop for _, stop in made.blocks[:-1]]
    for place in (0, 17, 299):
        np.testing.assert_array_equal(encode(read, table.iloc[[place]])[0], whole[place])
    np.testing.assert_array_equal(encode(read, table.iloc[::-1]), whole[::-1])
    assert encode(made, table.iloc[:0]).shape == (0, whole.shape[1])


@pytest.mark.parametrize("encoding", list(Encoding))
def test_the_tables_given_stay_as_they_were(encoding: Encoding) -> None:
    table = shop()
    before = table.copy(deep=True)
    made = learned(table, FEATURES, np.zeros(300), Task.REGRESSION, encoding)
    encode(made, table)
    unseen(made, table)
    pd.testing.assert_frame_equal(table, before)


def test_trees_get_the_place_of_an_ordered_level() -> None:
    column = Column("age", Kind.CATEGORY, levels=("<18", "18-24", "25+"), ordered=True)
    table = pd.DataFrame({"age": ["25+", "<18", "25+", None, "25+"]}, dtype=object)
    y = np.array([0, 1, 0, 1, 0])
    known = learned(table, (column,), y, Task.BINARY, Encoding.CODES)
    asked = pd.DataFrame({"age": ["<18", "18-24", "25+", None, "99"]}, dtype=object)
    # a level that training never saw stands in its place; one that nobody knows in the middle
    assert encode(known, asked)[:, 0].tolist() == [0, 1, 2, -1, 2]
    assert learned(table, (column,), y, Task.BINARY, Encoding.SCALED).blocks == ((0, 3),)
