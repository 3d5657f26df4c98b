"""A model and a table become predictions."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import ColumnsMissing, TargetMissing, UnknownColumn
from core.models.family import Task, family
from core.predict import held_out, judged, predict, scored
from core.train.preparation import encode
from tests.core.explain.models import CASES, FAMILIES, table, trained
from tests.core.train.shop import TARGETS


@pytest.mark.parametrize(("key", "task"), CASES)
def test_a_row_alone_is_scored_as_among_others(key: str, task: Task) -> None:
    model = trained(key, task)
    whole = predict(model, table())
    assert whole.scores.shape == ((240, 3) if task is Task.MULTICLASS else (240,))
    assert whole.scores.dtype == np.float64
    for place in (0, 17, 239):
        alone = predict(model, table().iloc[[place]])
        np.testing.assert_allclose(alone.scores[0], whole.scores[place], rtol=1e-5, atol=1e-6)
        assert alone.rows.tolist() == [place]
    if task is Task.MULTICLASS:
        np.testing.assert_allclose(whole.scores.sum(axis=1), 1)


def test_the_columns_of_a_table_may_come_in_any_order() -> None:
    model = trained("forest", Task.BINARY)
    turned = table()[sorted(table().columns, reverse=True)]
    np.testing.assert_array_equal(scored(model, turned), scored(model, table()))


def test_held_out_rows_are_scored_as_while_training() -> None:
    for task in Task:
        model = trained("forest", task)
        found = held_out(model)
        again = judged(model, table().loc[model.held_out])
        np.testing.assert_array_equal(found.scores, again.scores)
        np.testing.assert_array_equal(found.truth, again.truth)
        np.testing.assert_array_equal(found.rows, again.rows)
        assert (found.target, found.classes) == (TARGETS[task].name, model.classes)


def test_the_outcome_is_that_of_the_wish() -> None:
    model = trained("forest", Task.BINARY)
    found = judged(model, table())
    assert (found.outcome, found.classes) == ("yes", ("no", "yes"))
    np.testing.assert_array_equal(found.truth, (table()["buys"] == "yes").astype(int))
    bought = found.truth == 1
    assert found.scores[bought].mean() > found.scores[~bought].mean()
    assert held_out(trained("forest", Task.REGRESSION)).outcome == ""


def test_unseen_levels_are_counted_and_scored() -> None:
    rows = table().iloc[:4].assign(city=["Atlantis", "Oslo", None, "Mu"])
    for key in FAMILIES:
        found = predict(trained(key, Task.BINARY), rows)
        assert found.unseen == (("city", 2),)
        assert np.isfinite(found.scores).all()
    assert predict(trained("forest", Task.BINARY), table()).unseen == ()


def test_rows_without_truth_are_not_judged() -> None:
    model = trained("forest", Task.BINARY)
    rows = table().iloc[:6].copy()
    rows["buys"] = ["yes", None, "no", "perhaps", None, "no"]
    found = judged(model, rows)
    assert found.rows.tolist() == [0, 2, 5]
    assert found.truth is not None
    assert found.truth.tolist() == [1, 0, 0]
    values = table().iloc[:3].assign(spend=[1.5, np.nan, 2.5])
    assert judged(trained("linear", Task.REGRESSION), values).rows.tolist() == [0, 2]


def test_what_lacks_is_named() -> None:
    model = trained("linear", Task.BINARY)
    with pytest.raises(ColumnsMissing) as raised:
        predict(model, table()[["city", "member", "buys"]])
    has = ("city", "member", "buys")
    assert raised.value.facts == {"columns": ("visits", "income", "since"), "has": has}
    with pytest.raises(UnknownColumn) as unknown:
        judged(model, table().drop(columns="buys"))
    assert unknown.value.column == "buys"
    with pytest.raises(TargetMissing):
        judged(model, table().assign(buys=None))


def test_no_rows_have_no_scores() -> None:
    for key, task in CASES:
        found = predict(trained(key, task), table().iloc[:0])
        assert found.scores.shape == ((0, 3) if task is Task.MULTICLASS else (0,))


def test_scores_are_the_familys_own() -> None:
    model = trained("svm", Task.BINARY)
    matrix = encode(model.preparation, table())
    expected = family("svm").scores(model.estimator, matrix)
    np.testing.assert_array_equal(scored(model, table()), expected)
    np.testing.assert_array_equal(predict(model, table()).rows, table().index)
