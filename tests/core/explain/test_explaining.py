"""Every family's reasons add up to what it says."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from core.errors import ColumnsMissing, UnknownOutcome
from core.explain.explaining import explain, explainer
from core.explain.explanation import Scale
from core.models.family import Task, families, family
from core.predict import scored
from core.progress import Cancelled
from tests.core.explain.models import CASES, FAMILIES, table, trained
from tests.core.train.shop import FEATURES

NAMES = tuple(column.name for column in FEATURES)


def test_every_family_is_tried() -> None:
    # a family of one column is explained in tests/core/models/test_reference.py
    assert set(FAMILIES) == {key for key, kind in families().items() if not kind.columns}


@pytest.mark.parametrize(("key", "task"), CASES)
def test_base_and_effects_add_up_to_the_prediction(key: str, task: Task) -> None:
    model = trained(key, task)
    rows = table().iloc[[0, 3, 17, 34, 100, 239]]
    ready = explainer(model)
    for number, name in enumerate(model.classes or ("",)):
        if task is Task.BINARY and number == 0:
            continue
        found = explain(ready, rows, name)
        total = found.base + found.effects.sum(axis=1)
        size = 1e-9 * max(1.0, float(np.abs(found.prediction).max()))
        np.testing.assert_allclose(total, found.prediction, rtol=0, atol=size)
        scores = scored(model, rows)
        expected = scores[:, number] if task is Task.MULTICLASS else scores
        np.testing.assert_array_equal(found.prediction, expected)
        assert found.of == (name or "spend")
    assert found.columns == NAMES
    assert found.effects.shape == found.errors.shape == (6, 5)
    assert found.scale is (Scale.VALUE if task is Task.REGRESSION else Scale.CHANCE)
    assert found.method == family(key).reasons
    np.testing.assert_array_equal(found.rows, rows.index)
    pd.testing.assert_frame_equal(found.inputs, rows[list(NAMES)])
    if key == "baseline":
        np.testing.assert_allclose(found.effects, 0, atol=1e-12)
    else:
        assert np.abs(found.effects).max() > 1e-3


@pytest.mark.parametrize("key", ["forest", "tree", "linear", "svm"])
def test_balanced_models_add_up_too(key: str) -> None:
    found = explain(explainer(trained(key, Task.BINARY, balanced=True)), table().iloc[:6])
    np.testing.assert_allclose(found.base + found.effects.sum(axis=1), found.prediction, atol=1e-9)


@pytest.mark.parametrize("key", FAMILIES)
def test_effects_of_all_classes_cancel(key: str) -> None:
    ready = explainer(trained(key, Task.MULTICLASS))
    found = [explain(ready, table().iloc[:4], name) for name in "ABC"]
    assert sum(one.base for one in found) == pytest.approx(1.0)
    np.testing.assert_allclose(sum(one.effects for one in found), 0, atol=1e-6)


@pytest.mark.parametrize("key", FAMILIES)
def test_a_row_alone_is_explained_as_among_others(key: str) -> None:
    ready = explainer(trained(key, Task.BINARY))
    batch = explain(ready, table().iloc[:9])
    alone = explain(ready, table().iloc[[7]])
    assert alone.base == batch.base
    np.testing.assert_allclose(alone.effects[0], batch.effects[7], rtol=1e-5, atol=1e-7)


def test_the_class_is_the_outcome_or_the_first() -> None:
    assert explain(explainer(trained("linear", Task.BINARY)), table().iloc[:1]).of == "yes"
    ready = explainer(trained("linear", Task.MULTICLASS))
    assert explain(ready, table().iloc[:1]).of == "A"


@pytest.mark.parametrize(
    ("task", "of", "known"),
    [(Task.BINARY, "no", ("yes",)), (Task.MULTICLASS, "D", ("A", "B", "C"))],
)
def test_another_class_is_refused(task: Task, of: str, known: tuple[str, ...]) -> None:
    model = trained("linear", task)
    with pytest.raises(UnknownOutcome) as raised:
        explain(explainer(model), table().iloc[:1], of)
    target = model.spec.target.name
    assert raised.value.facts == {"column": target, "outcome": of, "known": known}


def test_missing_columns_are_named() -> None:
    with pytest.raises(ColumnsMissing) as raised:
        explain(explainer(trained("forest", Task.BINARY)), table()[["city", "income", "since"]])
    assert raised.value.facts["columns"] == ("visits", "member")


@pytest.mark.parametrize("key", FAMILIES)
def test_it_tells_how_far_it_is_and_stops_when_told(key: str) -> None:
    ready = explainer(trained(key, Task.BINARY))
    shares: list[float] = []
    explain(ready, table().iloc[:20], report=lambda share, _: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(shares) > 3

    def stop(share: float, stage: str) -> None:
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        explain(ready, table().iloc[:20], report=stop)


@pytest.mark.parametrize("key", FAMILIES)
def test_no_rows_have_no_effects(key: str) -> None:
    ready = explainer(trained(key, Task.MULTICLASS))
    found = explain(ready, table().iloc[:0])
    assert found.effects.shape == found.errors.shape == (0, 5)
    assert found.base == explain(ready, table().iloc[:1]).base


def test_parts_of_an_explanation_stay_explanations() -> None:
    whole = explain(explainer(trained("linear", Task.BINARY)), table().iloc[:5])
    some = whole.only([4, 1])
    np.testing.assert_array_equal(some.rows, [4, 1])
    np.testing.assert_array_equal(some.effects, whole.effects[[4, 1]])
    assert whole.row(3).inputs["visits"].tolist() == [table()["visits"].iloc[3]]


def test_the_table_stays_as_it_was() -> None:
    given = table().iloc[:5].copy()
    before = given.copy(deep=True)
    for key in ("forest", "linear"):
        explain(explainer(trained(key, Task.BINARY)), given)
    pd.testing.assert_frame_equal(given, before)


def test_no_network_library_is_needed() -> None:
    explain(explainer(trained("mlp", Task.BINARY)), table().iloc[:1])
    assert "tests.core.models.test_mlp" in sys.modules or "keras" not in sys.modules
