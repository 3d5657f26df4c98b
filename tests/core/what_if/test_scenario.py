"""A customer with edits: what may be typed, and two explanations side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.errors import BadValue, ColumnsMissing, UnknownColumn
from core.explain.explaining import explain, explainer
from core.models.family import Task
from core.predict import scored
from core.schema import Column, Kind
from core.train.training import TrainedModel
from core.what_if.scenario import Scenario, compare, edited, typical
from tests.core.explain.models import FAMILIES, table, trained
from tests.core.train.shop import FEATURES

NAMES = [column.name for column in FEATURES]


def model(**patterns: str) -> TrainedModel:
    """A forest; some columns written in other ways."""
    found = trained("forest", Task.BINARY)
    features = tuple(
        replace(c, pattern=patterns.get(c.name, c.pattern)) for c in found.spec.features
    )
    return replace(found, spec=replace(found.spec, features=features))


def cell(name: str, value: Any, **patterns: str) -> object:
    row = table().iloc[[5]][NAMES]
    return edited(Scenario(row, {name: value}), model(**patterns))[name].iloc[0]


DAY = pd.Timestamp("2024-05-03")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("visits", 7, 7.0),
        ("visits", 7.5, 7.5),
        ("visits", np.float64(3.25), 3.25),
        ("visits", "12.5", 12.5),
        ("visits", " 1e3 ", 1000.0),
        ("city", "Hamar", "Hamar"),
        ("city", " Hamar ", "Hamar"),
        ("city", "Atlantis", "Atlantis"),  # a level the model never saw may be asked about
        ("city", 3.0, "3"),
        ("member", "yes", "yes"),
        ("member", "YES", "yes"),
        ("since", datetime(2024, 5, 3), DAY),
        ("since", date(2024, 5, 3), DAY),
        ("since", DAY, DAY),
        ("since", datetime(2024, 5, 3, tzinfo=UTC), DAY),
        ("since", "2024-05-03", DAY),
        ("since", "2024-05-03T10:30:00", DAY + pd.Timedelta(hours=10.5)),
        ("since", "2024-05-03T00:00:00Z", DAY),
    ],
)
def test_an_edit_becomes_a_cell(name: str, value: Any, expected: object) -> None:
    assert cell(name, value) == expected


def test_text_is_read_as_in_the_file() -> None:
    assert cell("income", "1.234,5", income="comma") == 1234.5
    assert cell("income", "$1,234.50", income="money") == 1234.5
    assert cell("since", "03/05/2024", since="%d/%m/%Y") == DAY
    assert cell("since", "05/03/2024", since="%m/%d/%Y") == DAY
    assert cell("since", "2024-05-03", since="%d/%m/%Y") == DAY


@pytest.mark.parametrize("value", [None, "", float("nan"), pd.NaT, np.nan])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_a_gap(name: str, value: Any) -> None:
    assert pd.isna(cell(name, value))


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("visits", "many", "number"),
        ("visits", float("inf"), "number"),
        ("visits", "inf", "number"),
        ("visits", datetime(2024, 1, 1), "number"),
        ("since", "soon", "date"),
        ("since", 19_000.0, "date"),
        ("since", "2024-13-45", "date"),
        ("member", "perhaps", "boolean"),
        ("member", 1.0, "boolean"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(name: str, value: Any, kind: str) -> None:
    with pytest.raises(BadValue) as raised:
        cell(name, value)
    assert raised.value.facts == {"column": name, "value": str(value), "kind": kind}


def test_a_column_the_model_does_not_know_is_refused() -> None:
    with pytest.raises(UnknownColumn) as raised:
        cell("luck", 1)
    assert raised.value.facts == {"column": "luck", "known": tuple(NAMES)}


def test_only_the_edited_cells_change_and_the_row_stays() -> None:
    row = table().iloc[[5]][NAMES]
    before = row.copy(deep=True)
    after = edited(Scenario(row, {"visits": 9, "city": "Narvik"}), model())
    pd.testing.assert_frame_equal(row, before)
    assert after["visits"].tolist() == [9.0]
    assert after["city"].tolist() == ["Narvik"]
    untouched = ["income", "member", "since"]
    pd.testing.assert_frame_equal(after[untouched], before[untouched])
    pd.testing.assert_series_equal(after.dtypes, before.dtypes)
    pd.testing.assert_frame_equal(edited(Scenario(row, {}), model()), before)


@pytest.mark.parametrize("key", FAMILIES)
def test_before_is_the_unedited_explanation(key: str) -> None:
    ready = explainer(trained(key, Task.BINARY))
    row = table().iloc[[60]]
    found = compare(ready, Scenario(row, {"visits": 12.0, "member": "yes"}))
    alone = explain(ready, row)
    assert found.before.base == alone.base
    np.testing.assert_allclose(found.before.effects, alone.effects, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(found.before.prediction, alone.prediction, rtol=1e-6)
    pd.testing.assert_frame_equal(found.before.inputs, alone.inputs)
    np.testing.assert_array_equal(found.before.rows, [60])
    np.testing.assert_array_equal(found.after.rows, [60])


@pytest.mark.parametrize("task", list(Task))
def test_the_difference_is_that_of_the_predictions(task: Task) -> None:
    made, row = trained("linear", task), table().iloc[[60]]
    of = "C" if task is Task.MULTICLASS else ""
    found = compare(explainer(made), Scenario(row, {"visits": 12.0, "since": None}), of)
    changed = row.assign(visits=12.0, since=pd.Series([pd.NaT], [60], dtype="datetime64[us]"))
    was, now = (np.atleast_2d(scored(made, rows).T).T[0] for rows in (row, changed))
    number = 2 if task is Task.MULTICLASS else 0
    assert found.difference == pytest.approx(now[number] - was[number], abs=1e-12)
    assert found.difference != 0
    assert found.edits == {"visits": 12.0, "since": None}
    total = found.after.base + found.after.effects.sum()
    assert total == pytest.approx(found.after.prediction[0], abs=1e-9)


def test_nothing_edited_changes_nothing() -> None:
    found = compare(explainer(trained("forest", Task.BINARY)), Scenario(table().iloc[[8]], {}))
    assert found.difference == 0
    np.testing.assert_array_equal(found.after.effects, found.before.effects)


def test_a_row_that_lacks_a_column_is_refused() -> None:
    ready = explainer(trained("forest", Task.BINARY))
    with pytest.raises(ColumnsMissing) as raised:
        compare(ready, Scenario(table().iloc[[8]].drop(columns="city"), {}))
    assert raised.value.facts["columns"] == ("city",)


def test_the_average_customer_is_in_the_middle_of_the_training_rows() -> None:
    made = trained("forest", Task.BINARY)
    row = typical(made)
    learn = table()[~table().index.isin(made.held_out)]
    assert row.index.tolist() == [-1]
    for name in ("visits", "income", "since"):
        middle = learn[name].dropna().quantile(0.5, interpolation="lower")
        assert abs(row[name].iloc[0] - middle) <= pd.Timedelta(0) if name == "since" else 1e-9
    for name in ("city", "member"):
        assert row[name].iloc[0] == learn[name].value_counts().index[0]
    pd.testing.assert_series_equal(row.dtypes, made.background.dtypes)
    assert 0 < scored(made, row)[0] < 1


def test_an_average_of_nothing_but_gaps_is_a_gap() -> None:
    made = trained("forest", Task.BINARY)
    empty = tuple(
        replace(f, middle=None, low=None, high=None, levels=(), gaps=True) for f in made.fields
    )
    row = typical(replace(made, fields=empty))
    assert row.isna().all(axis=None)
    pd.testing.assert_series_equal(row.dtypes, made.background.dtypes)


def test_a_number_as_a_level_keeps_no_point_naught() -> None:
    made = model()
    codes = Column("city", Kind.CATEGORY, levels=("1", "2"))
    features = tuple(codes if c.name == "city" else c for c in made.spec.features)
    made = replace(made, spec=replace(made.spec, features=features))
    row = table().iloc[[5]][NAMES]
    assert edited(Scenario(row, {"city": 2.0}), made)["city"].iloc[0] == "2"
    assert edited(Scenario(row, {"city": 2}), made)["city"].iloc[0] == "2"
