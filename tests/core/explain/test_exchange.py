"""To shap's value and back, exactly."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from core.errors import UnknownOutcome
from core.explain.exchange import About, about, from_shap, to_shap
from core.explain.explaining import explain, explainer
from core.explain.explanation import Explanation, Scale
from core.models.family import Task
from tests.core.explain.models import table, trained

shap = pytest.importorskip("shap")


def explained(family: str = "linear", task: Task = Task.BINARY, rows: int = 6) -> Explanation:
    return explain(explainer(trained(family, task)), table().iloc[10 : 10 + rows])


def same(one: Explanation, other: Explanation) -> None:
    for field in fields(Explanation):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, pd.DataFrame):
            pd.testing.assert_frame_equal(a, b)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b)
        else:
            assert a == b, field.name


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("rows", [1, 6])
def test_there_and_back_is_the_same(task: Task, rows: int) -> None:
    found = explained(task=task, rows=rows)
    found = replace(found, errors=np.full_like(found.errors, 0.01), notes=("rescaled",))
    same(from_shap(to_shap(found), about(found)), found)


def test_the_other_way_round_too() -> None:
    given = to_shap(explained())
    again = to_shap(from_shap(given))
    np.testing.assert_array_equal(again.values, given.values)
    np.testing.assert_array_equal(again.base_values, given.base_values)
    np.testing.assert_array_equal(again.error_std, given.error_std)
    assert list(again.feature_names) == list(given.feature_names)
    assert again.output_names == given.output_names
    assert [list(map(str, row)) for row in again.data] == [list(map(str, r)) for r in given.data]


def test_the_shapes_are_those_of_shap_plots() -> None:
    found = explained()
    given = to_shap(found)
    assert given.values.shape == given.data.shape == found.effects.shape
    assert given.base_values.shape == (len(found.rows),)
    one = given[0]
    assert one.values.shape == (len(found.columns),)
    assert float(one.base_values) == found.base
    np.testing.assert_allclose(given.abs.mean(0).values, np.abs(found.effects).mean(axis=0))


def test_shap_draws_what_is_ours() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    given = to_shap(explained())
    for plot in (shap.plots.waterfall, shap.plots.bar):
        plot(given[0], show=False)
    matplotlib.pyplot.close("all")


def test_of_shaps_own_explainer() -> None:
    model = trained("forest", Task.MULTICLASS)
    from core.train.preparation import encode

    x = encode(model.preparation, table().iloc[:5])
    given = shap.TreeExplainer(model.estimator)(x)
    given.output_names = list(model.classes)
    ours = explain(explainer(model, by="shap_trees"), table().iloc[:5], model.classes[2])
    found = from_shap(given, About(scale=Scale.CHANCE), model.classes[2])
    np.testing.assert_allclose(found.effects, ours.effects, atol=1e-9)
    np.testing.assert_allclose(found.base, ours.base)
    np.testing.assert_allclose(found.prediction, ours.prediction, atol=1e-9)
    with pytest.raises(UnknownOutcome):
        from_shap(given, of="nobody")


def test_one_row_and_no_data() -> None:
    found = from_shap(shap.Explanation(np.array([0.1, -0.3]), 0.5))
    assert found.prediction == pytest.approx([0.3])
    assert found.columns == ("Feature 0", "Feature 1")
    assert found.inputs.isna().all().all()


def test_rows_with_bases_of_their_own_are_refused() -> None:
    with pytest.raises(ValueError, match="different base"):
        from_shap(shap.Explanation(np.zeros((2, 2)), np.array([0.1, 0.2])))
