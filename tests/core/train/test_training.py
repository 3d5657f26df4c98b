"""A wish becomes a model, and nothing is learned from the rows held out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from core.errors import (
    BadSetting,
    ClassTooSmall,
    FamilyCannot,
    NoFeatures,
    TargetMissing,
    UnknownColumn,
    UnknownFamily,
)
from core.models.family import Family, Fitted, Problem, Task, families, family
from core.progress import Cancelled, Report, silent
from core.schema import Column, Kind
from core.train import training
from core.train.holdout import held_out
from core.train.preparation import encode
from core.train.spec import Split, SplitKind
from core.train.training import BACKGROUND_ROWS, TrainedModel, train
from tests.core.train.shop import FEATURES, TARGETS, asked, shop

QUICK: dict[str, dict[str, Any]] = {"forest": {"trees": 10}, "linear": {}, "svm": {}, "tree": {}}


class Watched:
    """A family that remembers what it was given to fit on."""

    def __init__(self, key: str = "linear") -> None:
        self.problem: Problem | None = None
        self.family: Family = replace(family(key), fit=self._fit)
        self._fits = family(key).fit

    def _fit(self, params: Any, problem: Problem, seed: int, report: Report) -> Fitted:
        self.problem = problem
        return self._fits(params, problem, seed, report)

    def given(self) -> Problem:
        assert self.problem is not None
        return self.problem


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    double = Watched()
    monkeypatch.setattr(training, "family", lambda key: double.family)
    return double


def kept(model: TrainedModel, folder: Path) -> dict[str, bytes]:
    """Everything that was learned, as bytes."""
    folder.mkdir()
    if model.spec.family in ("forest", "tree"):
        trees = [t.tree_ for t in getattr(model.estimator, "estimators_", [model.estimator])]
        state = [tree.__getstate__() for tree in trees]
        files = {"trees": b"".join(s["nodes"].tobytes() + s["values"].tobytes() for s in state)}
    else:
        family(model.spec.family).save(model.estimator, folder)
        files = {f"{n}": a.tobytes() for n, a in np.load(folder / "estimator.npz").items()}
    told = (model.preparation, model.fields, model.classes, model.training_rows)
    background = model.background.to_csv().encode()
    return files | {"told": msgspec.json.encode(told), "background": background}


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("key", list(QUICK))
def test_changed_held_out_rows_change_no_bit(key: str, task: Task, tmp_path: Path) -> None:
    """By date, so that not even the draw looks at the target."""
    table = shop(200)
    spec = asked(task, key, params=QUICK[key], split=Split(SplitKind.DATE, 0.25, "since"))
    spec = replace(spec, balanced=True)
    first = train(table, spec, silent)
    aside = table.index.isin(first.held_out)
    changed = table.copy()
    for name in ("visits", "income", "city", "member", TARGETS[task].name):
        changed.loc[aside, name] = table.loc[aside, name].to_numpy()[::-1]
    changed.loc[aside, "visits"] += 1e6
    changed.loc[aside, "city"] = "Atlantis"
    changed.loc[changed.index[aside][:3], "income"] = np.nan
    second = train(changed, spec, silent)
    np.testing.assert_array_equal(second.held_out, first.held_out)
    assert kept(second, tmp_path / "second") == kept(first, tmp_path / "first")
    assert (second.held_out_truth != first.held_out_truth).any()
    assert not np.allclose(second.held_out_scores, first.held_out_scores)


def test_changed_training_rows_change_the_model(tmp_path: Path) -> None:
    table, spec = shop(200), asked()
    first = train(table, spec, silent)
    changed = table.copy()
    changed.loc[~table.index.isin(first.held_out), "visits"] *= 2
    second = train(changed, spec, silent)
    assert kept(second, tmp_path / "second") != kept(first, tmp_path / "first")


@pytest.mark.parametrize(
    "split",
    [
        Split(),
        Split(held_out=0.4),
        Split(SplitKind.DATE, 0.3, "since"),
        Split(SplitKind.GROUP, 0.3, "household"),
    ],
)
def test_only_training_rows_reach_the_fit(watched: Watched, split: Split) -> None:
    table = shop()
    table["visits"] = np.arange(300.0)  # tells the rows apart in the matrix
    model = train(table, asked(split=split), silent)
    given = watched.given()
    learn = table[~table.index.isin(model.held_out)]
    assert len(given.x) == len(learn) == model.training_rows
    np.testing.assert_array_equal(given.x, encode(model.preparation, learn))
    np.testing.assert_array_equal(given.y, (learn["buys"] == "yes").astype(int))
    y = (table["buys"] == "yes").to_numpy("int64")
    np.testing.assert_array_equal(table.index[held_out(table, y, split, 0)], model.held_out)
    assert set(model.background.index) <= set(learn.index)


def test_held_out_truth_and_scores_belong_to_the_held_out_rows() -> None:
    table = shop()
    model = train(table, asked(), silent)
    rows = table.loc[model.held_out]
    np.testing.assert_array_equal(model.held_out_truth, (rows["buys"] == "yes").astype(int))
    scores = family("linear").scores(model.estimator, encode(model.preparation, rows))
    np.testing.assert_array_equal(model.held_out_scores, scores)
    assert model.classes == ("no", "yes")
    assert (np.diff(model.held_out) > 0).all()


def test_classes_weigh_the_same_in_the_training_rows(watched: Watched) -> None:
    model = train(shop(), asked(balanced=True), silent)
    given = watched.given()
    counts = np.bincount(given.y)
    np.testing.assert_allclose(given.class_weights, len(given.y) / (2 * counts))
    np.testing.assert_allclose(np.bincount(given.y, given.weights), len(given.y) / 2)
    assert counts.sum() == model.training_rows
    train(shop(), asked(), silent)
    assert (watched.given().weights == 1).all()
    assert (watched.given().class_weights == 1).all()


@pytest.mark.parametrize("task", list(Task))
def test_a_family_is_given_what_its_contract_says(watched: Watched, task: Task) -> None:
    train(shop(), asked(task, balanced=True), silent)
    given = watched.given()
    classes = {Task.BINARY: 2, Task.MULTICLASS: 3, Task.REGRESSION: 0}[task]
    assert (given.task, given.classes) == (task, classes)
    assert given.x.dtype == np.float32
    assert np.isfinite(given.x).all()
    assert given.y.dtype == (np.int64 if classes else np.float64)
    assert given.class_weights.shape == (classes,)
    assert given.weights.shape == given.y.shape == (len(given.x),)
    assert given.blocks[-1][1] == given.x.shape[1]
    assert len(given.blocks) == len(FEATURES)


def test_rows_without_a_target_are_left_out_and_counted() -> None:
    table = shop()
    table.loc[table.index[:40], "buys"] = None
    model = train(table, asked(), silent)
    assert model.left_out == 40
    assert model.training_rows + len(model.held_out) == 260
    assert model.held_out.min() >= 40
    assert model.background.index.min() >= 40


def test_no_more_rows_are_used_than_wished_for() -> None:
    table = shop()
    table.loc[table.index[:40], "buys"] = None
    spec = asked(rows_at_most=120)
    model = train(table, spec, silent)
    assert model.training_rows + len(model.held_out) == 120
    assert model.left_out == 180
    again, other = train(table, spec, silent), train(table, replace(spec, seed=1), silent)
    np.testing.assert_array_equal(model.held_out, again.held_out)
    assert set(model.held_out) != set(other.held_out)


def test_a_class_that_the_draw_leaves_too_small_is_named() -> None:
    table = shop(2000)
    table["brand"] = ["A"] * 990 + ["B"] * 1000 + ["C"] * 10
    assert train(table, asked(Task.MULTICLASS), silent).classes == ("A", "B", "C")
    with pytest.raises(ClassTooSmall) as raised:
        train(table, asked(Task.MULTICLASS, rows_at_most=200), silent)
    assert raised.value.value == "C"
    assert raised.value.count < 8


def test_the_index_is_the_row_number() -> None:
    table = shop()
    table.index = pd.Index(np.arange(300) * 10 + 3)
    model = train(table, asked(), silent)
    assert set(model.held_out % 10) == {3}
    assert model.background.index.isin(table.index).all()


def test_the_background_is_some_training_rows_of_the_features() -> None:
    table = shop(900)
    model = train(table, asked(), silent)
    assert len(model.background) == BACKGROUND_ROWS
    names = [column.name for column in FEATURES]
    pd.testing.assert_frame_equal(model.background, table.loc[model.background.index, names])
    assert model.background.index.is_monotonic_increasing
    assert not set(model.background.index) & set(model.held_out)


def test_training_repeats_and_leaves_the_table_as_it_was(tmp_path: Path) -> None:
    table = shop()
    before = table.copy(deep=True)
    first, second = (train(table, asked(family="svm"), silent) for _ in range(2))
    assert kept(first, tmp_path / "1") == kept(second, tmp_path / "2")
    pd.testing.assert_frame_equal(table, before)


def test_it_tells_how_far_it_is_and_stops_when_told() -> None:
    shares: list[float] = []
    train(
        shop(), asked(family="forest", params={"trees": 10}), lambda share, _: shares.append(share)
    )
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 0.95

    def stop(share: float, stage: str) -> None:
        if share > 0:
            raise Cancelled

    for task in Task:
        with pytest.raises(Cancelled):
            train(shop(), asked(task), stop)


NOWHERE = Column("nowhere", Kind.NUMBER)


@pytest.mark.parametrize(
    ("change", "error", "facts"),
    [
        ({"features": ()}, NoFeatures, {"target": "buys"}),
        ({"family": "oracle"}, UnknownFamily, {"family": "oracle"}),
        ({"features": (NOWHERE,)}, UnknownColumn, {"column": "nowhere"}),
        ({"target": NOWHERE}, UnknownColumn, {"column": "nowhere"}),
        ({"split": Split(SplitKind.DATE, 0.2, "when")}, UnknownColumn, {"column": "when"}),
        ({"params": {"penalty": -1.0}}, BadSetting, {"setting": "penalty", "value": "-1.0"}),
        ({"split": Split(held_out=1.5)}, BadSetting, {"setting": "held_out", "value": "1.5"}),
    ],
)
def test_a_wish_that_cannot_be_is_refused(
    change: dict[str, Any], error: type[Exception], facts: dict[str, object]
) -> None:
    with pytest.raises(error) as raised:
        train(shop(), asked(**change), silent)
    assert facts.items() <= raised.value.facts.items()  # type: ignore[attr-defined]


def test_a_family_that_cannot_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    shy = replace(family("linear"), tasks=frozenset({Task.BINARY}))
    monkeypatch.setattr(training, "family", lambda key: shy)
    with pytest.raises(FamilyCannot) as raised:
        train(shop(), asked(Task.REGRESSION), silent)
    assert raised.value.facts == {"family": "linear", "task": "regression"}


def test_a_target_without_values_is_refused() -> None:
    with pytest.raises(TargetMissing):
        train(shop().assign(buys=None), asked(), silent)


FEW = QUICK | {"boosting": {"trees": 30}, "extra": {"trees": 10}}
MENU = [key for key, kind in families().items() if kind.on_menu and key != "mlp"]
EVERY = [(key, task) for key in MENU for task in Task if task in family(key).tasks]


@pytest.mark.parametrize(("key", "task"), EVERY)
def test_columns_that_tell_nothing_give_what_is_usual(key: str, task: Task) -> None:
    table = shop(200).assign(visits=1.0, income=2.0, city="Oslo", member="no")
    table["since"] = table["since"].iloc[1]
    model = train(table, asked(task, key, params=FEW.get(key, {})), silent)
    said = model.held_out_scores
    np.testing.assert_allclose(said, np.broadcast_to(said[:1], said.shape), rtol=1e-6)
    y = table[TARGETS[task].name].drop(model.held_out)
    if task is Task.REGRESSION:
        assert said[0] == pytest.approx(y.mean(), abs=0.3 * y.std())
    else:
        usual = [(y == level).mean() for level in model.classes]
        given = [1 - said[0], said[0]] if task is Task.BINARY else said[0]
        np.testing.assert_allclose(given, usual, atol=0.06)


@pytest.mark.parametrize(("key", "task"), EVERY)
def test_one_column_is_enough(key: str, task: Task) -> None:
    spec = asked(task, key, params=FEW.get(key, {}), features=FEATURES[:1])
    model = train(shop(300), spec, silent)
    assert np.isfinite(model.held_out_scores).all()
    assert len(np.unique(model.held_out_scores.round(9))) > 1


def test_held_out_rows_of_one_group_are_numbered_alike() -> None:
    split = Split(kind=SplitKind.GROUP, column="household")
    table = shop(300)
    model = train(table, asked(split=split), silent)
    homes = table.loc[model.held_out, "household"].to_numpy()
    assert model.held_out_groups is not None
    told = pd.DataFrame({"home": homes, "group": model.held_out_groups}).drop_duplicates()
    assert len(told) == told["home"].nunique() == told["group"].nunique() < len(homes)
    assert train(table, asked(), silent).held_out_groups is None
