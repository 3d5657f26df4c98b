"""Columns of many levels: training rows are not told their own answers, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import TargetEncoder

from core.explain.explaining import explain, explainer
from core.explain.shapley.method import Asked
from core.explain.shapley.players import backdrop
from core.models.family import Encoding, Task, family
from core.progress import silent
from core.schema import Column, Kind
from core.train.crossing import crossed
from core.train.levels import LEVELS_AT_MOST, PRIOR_ROWS
from core.train.preparation import Preparation, encode, encode_learned, learned, narrowed
from core.train.spec import ModelSpec, Split, SplitKind
from core.train.training import TrainedModel, prepared, train
from tests.core.explain.shapley.games import brute, cells

ZIP, NUMBER = Column("zip", Kind.CATEGORY), Column("n", Kind.NUMBER)
TARGET = Column("y", Kind.BOOLEAN, levels=("no", "yes"))
SPEC = ModelSpec("t" * 12, Task.BINARY, TARGET, (ZIP,), "forest", "yes")


def zips(rows: int, levels: int, gaps: float = 0.0, seed: int = 0) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    cells = pd.Series([f"z{i}" for i in chance.integers(0, levels, rows)], dtype=object)
    return pd.DataFrame({"zip": cells.where(chance.random(rows) >= gaps, None)})


def answers(rows: int, task: Task, seed: int = 1) -> Any:
    chance = np.random.default_rng(seed)
    if task is Task.REGRESSION:
        return chance.normal(50, 20, rows)
    return chance.integers(0, 4 if task is Task.MULTICLASS else 2, rows)


def theirs(cells: pd.Series, y: Any, parts: Any, kind: str) -> Any:
    """scikit-learn's codes (n, classes) of each part by the others, above those rows' own mean."""
    x = cells.fillna("gap").to_numpy(object)[:, None]
    found = []
    for part in range(5):
        learn, ask = parts != part, parts == part
        made = TargetEncoder(smooth=PRIOR_ROWS, target_type=kind).fit(x[learn], y[learn])
        mean = np.atleast_1d(made.target_mean_)
        found.append((np.flatnonzero(ask), made.transform(x[ask]) - mean))
    order = np.concatenate([rows for rows, _ in found])
    return np.concatenate([codes for _, codes in found])[np.argsort(order)]


@pytest.mark.parametrize(
    ("task", "kind"), [(Task.BINARY, "binary"), (Task.REGRESSION, "continuous")]
)
def test_training_rows_get_scikit_learns_cross_fitted_codes(task: Task, kind: str) -> None:
    table, y = zips(900, 150, gaps=0.1), answers(900, task)
    parts = crossed(y, 7)
    made = learned(table, (ZIP,), y, task, Encoding.CODES)
    found = encode_learned(made, table, y, task, Encoding.CODES, parts)
    expected = theirs(table["zip"], y, parts, kind)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    # new rows get the code of all training rows
    x = table["zip"].fillna("gap").to_numpy(object)[:, None]
    whole = TargetEncoder(smooth=PRIOR_ROWS, target_type=kind).fit(x, y).transform(x)
    np.testing.assert_allclose(encode(made, table), whole - y.mean(), rtol=1e-5, atol=1e-6)


def test_codes_of_several_classes_lie_on_one_axis() -> None:
    table, y = zips(900, 150, gaps=0.1), answers(900, Task.MULTICLASS)
    parts = crossed(y, 7)
    made = learned(table, (ZIP,), y, Task.MULTICLASS, Encoding.CODES)
    found = encode_learned(made, table, y, Task.MULTICLASS, Encoding.CODES, parts)[:, 0]
    shares = theirs(table["zip"], y, parts, "multiclass")
    known = table["zip"].notna().to_numpy()
    x = table["zip"][known].to_numpy(object)[:, None]
    overall = np.eye(4)[y].mean(axis=0)
    counts = table["zip"].value_counts()
    each = pd.DataFrame(np.eye(4)[y]).groupby(table["zip"]).sum().loc[counts.index].to_numpy()
    rates = (each + PRIOR_ROWS * overall) / (counts.to_numpy() + PRIOR_ROWS)[:, None] - overall
    axis = np.linalg.eigh((rates * counts.to_numpy()[:, None]).T @ rates)[1][:, -1]
    axis = axis * np.sign(axis[np.abs(axis).argmax()])
    np.testing.assert_allclose(found, shares @ axis, rtol=1e-4, atol=1e-6)
    whole = rates[counts.index.get_indexer(x[:, 0])] @ axis
    np.testing.assert_allclose(encode(made, table)[known, 0], whole, rtol=1e-4, atol=1e-6)


def test_no_row_is_told_its_own_answer() -> None:
    """Another answer of one row changes other rows' cells and not its own."""
    table, y = zips(400, 100), answers(400, Task.REGRESSION)
    other = y.copy()
    other[5] += 1000.0
    parts = crossed(y, 0)
    cells = [
        encode_learned(
            learned(table, (ZIP,), each, Task.REGRESSION, Encoding.CODES),
            table, each, Task.REGRESSION, Encoding.CODES, parts,
        )[:, 0]
        for each in (y, other)
    ]  # fmt: skip
    assert cells[0][5] == cells[1][5]
    assert (cells[0][parts == parts[5]] == cells[1][parts == parts[5]]).all()
    alike = (table["zip"] == table["zip"][5]).to_numpy() & (parts != parts[5])
    assert alike.any()
    assert (cells[0][alike] != cells[1][alike]).all()


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("levels", [5, 40])
def test_levels_of_many_rows_stay_as_they_are(encoding: Encoding, levels: int) -> None:
    table, y = zips(2000, levels), answers(2000, Task.BINARY)
    made = learned(table, (ZIP,), y, Task.BINARY, encoding)
    found = encode_learned(made, table, y, Task.BINARY, encoding, crossed(y, 0))
    np.testing.assert_array_equal(found, encode(made, table))


def test_a_few_rare_levels_among_frequent_ones_do_not_scatter_a_column() -> None:
    cells = ["a"] * 500 + ["b"] * 300 + ["c", "d", "e", "e"]
    table, y = pd.DataFrame({"zip": pd.Series(cells, dtype=object)}), answers(804, Task.BINARY)
    made = learned(table, (ZIP,), y, Task.BINARY, Encoding.CODES)
    found = encode_learned(made, table, y, Task.BINARY, Encoding.CODES, crossed(y, 0))
    np.testing.assert_array_equal(found, encode(made, table))


def test_an_order_that_is_known_beforehand_is_not_made_of_answers() -> None:
    names = tuple(f"z{i}" for i in range(100))
    column = replace(ZIP, levels=names, ordered=True)
    table, y = zips(500, 100), answers(500, Task.BINARY)
    made = learned(table, (column,), y, Task.BINARY, Encoding.CODES)
    found = encode_learned(made, table, y, Task.BINARY, Encoding.CODES, crossed(y, 0))
    np.testing.assert_array_equal(found[:, 0], [names.index(cell) for cell in table["zip"]])


# --- the code beside one-hot cells


def test_scaled_columns_of_many_levels_get_their_standardised_code() -> None:
    table, y = zips(3000, 300, gaps=0.05), answers(3000, Task.REGRESSION)
    codes = encode(learned(table, (ZIP,), y, Task.REGRESSION, Encoding.CODES), table)[:, 0]
    made = learned(table, (ZIP,), y, Task.REGRESSION, Encoding.SCALED)
    found = encode(made, table)
    assert made.blocks == ((0, LEVELS_AT_MOST + 3),)  # rare, gap and code
    expected = (codes - codes.mean()) / codes.std()
    np.testing.assert_allclose(found[:, -1], expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(found[:, -1].std(), 1.0, rtol=1e-4)
    parts = crossed(y, 2)
    crossed_codes = theirs(table["zip"], y, parts, "continuous")[:, 0]
    x = encode_learned(made, table, y, Task.REGRESSION, Encoding.SCALED, parts)
    wanted = (crossed_codes - codes.mean()) / codes.std()
    np.testing.assert_allclose(x[:, -1], wanted, rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(x[:, :-1], found[:, :-1])
    new = encode(made, pd.DataFrame({"zip": pd.Series(["new", None], dtype=object)}))
    np.testing.assert_allclose(new[0, -1], -codes.mean() / codes.std(), rtol=1e-3)
    assert new[1, -2] == 1.0


@pytest.mark.parametrize(
    ("values", "y"),
    [
        ([f"z{i}" for i in range(500)], np.arange(500.0)),  # nobody shares a level
        ([f"z{i % 100}" for i in range(500)], np.ones(500)),  # nothing to be told apart
        ([f"z{i % 100}" for i in range(500)], np.full(500, 0.1)),
        ([f"z{i % 20}" for i in range(100)], np.arange(100.0)),  # each has a cell of its own
        ([None] * 100, np.arange(100.0)),
    ],
)
def test_no_code_where_it_would_tell_nothing_more(values: list[Any], y: Any) -> None:
    table = pd.DataFrame({"zip": pd.Series(values, dtype=object)})
    made = learned(table, (ZIP,), y, Task.REGRESSION, Encoding.SCALED)
    hot = set(np.unique(list(made.levels["zip"].levels.values()))) if any(values) else {0.0, 1.0}
    assert hot <= {0.0, 1.0}
    found = encode_learned(made, table, y, Task.REGRESSION, Encoding.SCALED, crossed(y, 0))
    np.testing.assert_array_equal(found, encode(made, table))


@pytest.mark.parametrize("task", list(Task))
def test_who_does_both_does_each(task: Task) -> None:
    table, y = zips(900, 150, gaps=0.1), answers(900, task)
    parts = crossed(y, 3)
    both = learned(table, (ZIP,), y, task, Encoding.BOTH)
    x = encode_learned(both, table, y, task, Encoding.BOTH, parts)
    read = msgspec.json.decode(msgspec.json.encode(both), type=Preparation)
    assert read == both
    for encoding, of in ((Encoding.CODES, slice(0, 1)), (Encoding.SCALED, slice(1, None))):
        alone = learned(table, (ZIP,), y, task, encoding)
        assert narrowed(both, encoding) == alone
        expected = encode_learned(alone, table, y, task, encoding, parts)
        np.testing.assert_array_equal(x[:, of], expected)


def test_the_parts_are_the_wishs() -> None:
    """By its seed; of a wish that holds out groups, whole groups."""
    table, y = zips(600, 100), answers(600, Task.BINARY)
    table["who"] = pd.Series([f"w{i % 50}" for i in range(600)], dtype=object)
    group = replace(SPEC, split=Split(SplitKind.GROUP, 0.25, "who"))
    for spec, parts in (
        (SPEC, crossed(y, 0)),
        (replace(SPEC, seed=5), crossed(y, 5)),
        (group, crossed(y, 0, pd.factorize(table["who"])[0])),
    ):
        made, problem = prepared(table, y, spec, 2, Encoding.CODES)
        expected = encode_learned(made, table, y, Task.BINARY, Encoding.CODES, parts)
        np.testing.assert_array_equal(problem.x, expected)


# --- what it is good for


def many(levels: int, effect: float, rows: int = 6000, seed: int = 0) -> tuple[pd.DataFrame, Any]:
    """A number that matters and a column of so many levels that matter so much."""
    chance = np.random.default_rng(seed)
    table = zips(rows, levels, seed=seed)
    table["n"] = chance.normal(size=rows)
    of_level = chance.normal(0, effect, levels)
    odds = table["n"] + of_level[table["zip"].str[1:].astype(int)]
    return table, (chance.random(rows) < 1 / (1 + np.exp(-odds))).astype("int64")


def auc(table: pd.DataFrame, y: Any, key: str, *columns: Column) -> float:
    """Of a third of the rows, which the model did not learn from."""
    kind, learn = family(key), len(y) * 2 // 3
    spec = replace(SPEC, family=key, features=columns)
    ready, problem = prepared(table[:learn], y[:learn], spec, 2, kind.encoding)
    params = kind.settings({"trees": 60} if key == "forest" else {})
    made = kind.fit(params, problem, 0, silent)
    scores = kind.scores(made.estimator, encode(ready, table[learn:]))
    return float(roc_auc_score(y[learn:], scores))


@pytest.mark.parametrize("key", ["forest", "linear"])
def test_levels_that_mean_nothing_do_no_harm(key: str) -> None:
    table, y = many(2000, 0.0)
    assert auc(table, y, key, NUMBER, ZIP) > auc(table, y, key, NUMBER) - 0.01


def test_own_answers_did_harm() -> None:
    """What a forest makes of codes that hold each row's own answer."""
    table, y = many(2000, 0.0)
    kind, learn = family("forest"), 4000
    ready, problem = prepared(
        table[:learn], y[:learn], replace(SPEC, features=(NUMBER, ZIP)), 2, kind.encoding
    )
    told = replace(problem, x=encode(ready, table[:learn]))
    made = kind.fit(kind.settings({"trees": 60}), told, 0, silent)
    leaked = roc_auc_score(y[learn:], kind.scores(made.estimator, encode(ready, table[learn:])))
    assert leaked < auc(table, y, "forest", NUMBER, ZIP) - 0.03


def test_levels_beyond_sixty_are_used_by_linear_models() -> None:
    table, y = many(400, 1.5)
    few = table["zip"].value_counts()[:4000].index[:LEVELS_AT_MOST]
    hot = table.assign(zip=table["zip"].where(table["zip"].isin(few), "rest"))
    assert auc(table, y, "linear", NUMBER, ZIP) > auc(hot, y, "linear", NUMBER, ZIP) + 0.03


def test_levels_that_mean_something_help_a_forest() -> None:
    table, y = many(400, 1.5)
    assert auc(table, y, "forest", NUMBER, ZIP) > auc(table, y, "forest", NUMBER) + 0.05


# --- reasons


def zip_model(key: str, params: dict[str, Any]) -> tuple[TrainedModel, pd.DataFrame]:
    table, y = many(120, 1.0, rows=900)
    table["more"] = np.random.default_rng(9).normal(size=900)
    table["y"] = pd.Series(np.where(y == 1, "yes", "no"), dtype=object)
    features = (ZIP, NUMBER, Column("more", Kind.NUMBER))
    return train(table, replace(SPEC, family=key, features=features, params=params), silent), table


@pytest.mark.parametrize(
    ("key", "params"), [("forest", {"trees": 15}), ("boosting", {"trees": 30}), ("linear", {})]
)
def test_reasons_are_those_of_all_coalitions(key: str, params: dict[str, Any]) -> None:
    model, table = zip_model(key, params)
    rows = table.iloc[:3]
    found = explain(explainer(model, Asked(background=20)), rows)
    np.testing.assert_allclose(found.base + found.effects.sum(axis=1), found.prediction, atol=1e-9)
    x, behind = encode(model.preparation, rows), backdrop(model, 20)

    def said(mixed: np.ndarray) -> np.ndarray:
        return family(key).scores(model.estimator, mixed.astype("float32"))

    for row, effects in zip(x, found.effects, strict=True):
        np.testing.assert_allclose(effects, brute(cells(model), behind, row, said), atol=1e-7)
