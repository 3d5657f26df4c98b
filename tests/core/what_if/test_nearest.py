"""The nearest real customers against distances by hand and by scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.errors import ColumnsMissing, UnknownOutcome
from core.models.family import Task
from core.predict import scored
from core.progress import silent
from core.schema import Column, Kind
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train
from core.what_if.nearest import Neighbourhood, nearest, neighbourhood
from core.what_if.support import support
from tests.core.explain.models import table, trained
from tests.core.train.shop import FEATURES

NAMES = [column.name for column in FEATURES]


def ready(task: Task = Task.BINARY, rows: pd.DataFrame | None = None) -> Neighbourhood:
    return neighbourhood(support(trained("forest", task)), rows)


def small(cells: dict[str, Any], kinds: dict[str, Kind]) -> TrainedModel:
    """A model whose background is every row it was trained on."""
    frame = pd.DataFrame(cells)
    features = tuple(
        Column(name, kind, levels=tuple(map(str, frame[name].dropna().unique())))
        for name, kind in kinds.items()
    )
    spec = ModelSpec("t", Task.REGRESSION, Column("spend", Kind.NUMBER), features, "baseline")
    return train(frame.assign(spend=np.arange(len(frame)) / 1.0), spec, silent)


def test_numbers_are_as_far_apart_as_scikit_learn_says() -> None:
    from sklearn.neighbors import NearestNeighbors
    from sklearn.preprocessing import StandardScaler

    chance = np.random.default_rng(0)
    cells = {"x": chance.normal(0, 5, 200), "y": chance.uniform(0, 1, 200)}
    model = small(cells, {"x": Kind.NUMBER, "y": Kind.NUMBER})
    scale = StandardScaler().fit(model.background.to_numpy())
    search = NearestNeighbors(n_neighbors=4).fit(scale.transform(model.background.to_numpy()))
    point = pd.DataFrame({"x": [1.0], "y": [0.5]}, index=[-1])
    apart, places = search.kneighbors(scale.transform(point.to_numpy()))
    found = nearest(neighbourhood(support(model)), point, how_many=4).nearest
    assert [one.row for one in found] == model.background.index[places[0]].tolist()
    assert [one.distance for one in found] == pytest.approx(apart[0], rel=1e-4)
    assert all(one.truth is None for one in found)


def test_another_level_and_a_gap_count_one_each() -> None:
    cells = {
        "city": pd.Series(["a", "b", "c", "a", None, "a", "b", "c"] * 10, dtype=object),
        "age": [10.0, 10, 10, 10, 10, np.nan, 20, 20] * 10,
    }
    model = small(cells, {"city": Kind.CATEGORY, "age": Kind.NUMBER})
    whole = neighbourhood(support(model))

    def away(city: object, age: float) -> dict[tuple[object, object], float]:
        row = pd.DataFrame({"city": pd.Series([city], dtype=object), "age": [age]})
        row.index = pd.Index([-1])
        found = nearest(whole, row, how_many=len(model.background)).nearest
        seen = whole.customers.loc[[one.row for one in found]]
        shown = seen.astype(object).where(seen.notna(), None)
        return {
            (c, a): one.distance
            for one, c, a in zip(found, shown["city"], shown["age"], strict=True)
        }

    spread = model.background["age"].std(ddof=0)
    found = away("a", 10.0)
    assert found[("a", 10.0)] == 0
    assert found[("b", 10.0)] == found[("c", 10.0)] == found[(None, 10.0)] == 1
    assert found[("a", None)] == 1
    assert found[("b", 20.0)] == pytest.approx(np.hypot(1, 10 / spread), rel=1e-5)
    assert away("elsewhere", 10.0)[("a", 10.0)] == 1
    assert away(None, np.nan)[("a", None)] == 1
    assert away(None, np.nan)[(None, 10.0)] == 1


def test_differences_are_named_the_farthest_apart_first() -> None:
    row = table().iloc[[7]][NAMES]
    for one in nearest(ready(), row).nearest:
        parts = [each.distance for each in one.differences]
        assert parts == sorted(parts, reverse=True)
        assert np.sqrt(np.square(parts).sum()) == pytest.approx(one.distance)
        there = table().loc[one.row]
        for each in one.differences:
            assert (
                each.there is there[each.column]
                or each.there == there[each.column]
                or (pd.isna(each.there) and pd.isna(there[each.column]))
            )
        alike = set(NAMES) - {each.column for each in one.differences}
        assert all(
            row[name].iloc[0] == there[name]
            or (pd.isna(row[name].iloc[0]) and pd.isna(there[name]))
            for name in alike
        )


def test_with_and_without_the_outcome() -> None:
    whole = ready(rows=table())
    assert len(whole.customers) == len(table())
    row = table().iloc[[7]][NAMES]
    found = nearest(whole, row, how_many=4)
    assert (found.of, found.candidates) == ("yes", len(table()) - 1)
    assert [one.truth for one in found.with_outcome] == ["yes"] * 4
    assert [one.truth for one in found.without] == ["no"] * 4
    assert 7 not in [one.row for one in (*found.nearest, *found.with_outcome, *found.without)]
    both = sorted((*found.with_outcome, *found.without), key=lambda one: one.distance)
    assert [one.distance for one in found.nearest] == [one.distance for one in both[:4]]
    one = found.with_outcome[0]
    assert table().loc[one.row, "buys"] == "yes"
    model = trained("forest", Task.BINARY)
    assert one.prediction == pytest.approx(scored(model, table().loc[[one.row]])[0])


def test_without_truth_there_are_only_the_nearest() -> None:
    row = table().iloc[[7]][NAMES]
    found = nearest(ready(rows=table()[NAMES].iloc[:50]), row)
    assert len(found.nearest) == 3
    assert found.with_outcome == found.without == ()
    value = nearest(ready(Task.REGRESSION, table()), row)
    assert value.with_outcome == value.without == ()
    assert value.nearest[0].truth == table()["spend"][value.nearest[0].row]


def test_a_class_of_several() -> None:
    found = nearest(ready(Task.MULTICLASS, table()), table().iloc[[7]][NAMES], "C")
    assert {one.truth for one in found.with_outcome} == {"C"}
    assert {one.truth for one in found.without} <= {"A", "B"}
    with pytest.raises(UnknownOutcome):
        nearest(ready(Task.MULTICLASS, table()), table().iloc[[7]][NAMES], "D")


def test_a_changed_customer_does_not_find_itself() -> None:
    row = table().iloc[[7]][NAMES].assign(visits=9.0)
    assert 7 not in [one.row for one in nearest(ready(rows=table()), row).nearest]


def test_columns_must_be_there() -> None:
    with pytest.raises(ColumnsMissing):
        neighbourhood(support(trained("forest", Task.BINARY)), table()[["visits"]])
    with pytest.raises(ColumnsMissing):
        nearest(ready(), table().iloc[[7]][["visits"]])
