"""shap's own explainer on the user's columns, as one method among ours."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.explaining import explain, explainer, methods_for
from core.explain.shapley import shap_kernel
from core.explain.shapley.method import Asked
from core.explain.shapley.shap_kernel import METHOD, complete
from core.models.family import Task
from core.progress import Cancelled, silent
from core.train.preparation import encode
from tests.core.explain.models import FAMILIES, table, trained
from tests.core.explain.shapley.test_kernel import model_of

FEW = Asked(background=8)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("key", ["svm", "linear", "mlp"])
def test_few_columns_are_exact_and_equal_ours(key: str, task: Task) -> None:
    model, rows = trained(key, task), table().iloc[[2, 9]]
    theirs = explain(explainer(model, FEW, "shap_kernel"), rows)
    ours = explain(explainer(model, FEW), rows)
    size = max(1.0, float(np.abs(ours.effects).max()))
    np.testing.assert_allclose(theirs.effects, ours.effects, rtol=0, atol=1e-6 * size)
    assert theirs.base == pytest.approx(ours.base, rel=1e-6)
    np.testing.assert_allclose(
        theirs.base + theirs.effects.sum(axis=1), theirs.prediction, rtol=1e-6
    )
    assert not theirs.errors.any()
    assert theirs.notes == ()


def test_families_of_columns_play_as_one() -> None:
    model, rows = trained("svm", Task.BINARY), table().iloc[[2]]
    asked = Asked(background=8, together=(("who", ("visits", "since")),))
    theirs = explain(explainer(model, asked, "shap_kernel"), rows)
    ours = explain(explainer(model, asked), rows)
    assert theirs.columns == ours.columns == ("who", "income", "city", "member")
    np.testing.assert_allclose(theirs.effects, ours.effects, rtol=0, atol=1e-9)


def test_many_columns_have_errors_that_hold() -> None:
    model, rows = model_of(13, Task.BINARY)
    x = encode(model.preparation, rows.iloc[[4]])
    theirs = METHOD.effects(METHOD.prepare(model, Asked(background=4)), x, 1, silent)
    best = explain(explainer(model, Asked(background=4, goal=0.0002)), rows.iloc[[4]])
    assert theirs.notes == ("shap_kernel",)
    assert 0 < theirs.errors.max() < 0.005
    np.testing.assert_allclose(theirs.values, best.effects, rtol=0, atol=0.004)
    assert theirs.base + theirs.values.sum() == pytest.approx(best.prediction[0], abs=1e-9)


def test_it_repeats_and_leaves_the_source_of_chance_alone() -> None:
    model, rows = model_of(13, Task.BINARY)
    x, state = encode(model.preparation, rows.iloc[[4]]), METHOD.prepare(model, Asked(background=2))
    np.random.seed(5)  # noqa: NPY002 (the source that shap draws from)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again = (METHOD.effects(state, x, 1, silent).values for _ in range(2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_every_model_may_be_compared() -> None:
    for key in FAMILIES:
        assert "shap_kernel" in methods_for(trained(key, Task.BINARY))


def test_it_stops_within_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shap_kernel, "CELLS_AT_ONCE", 100)
    told: list[float] = []

    def report(share: float, stage: str) -> None:
        told.append(share)
        if len(told) == 9:
            raise Cancelled

    with pytest.raises(Cancelled):
        explain(
            explainer(trained("linear", Task.BINARY), FEW, "shap_kernel"),
            table().iloc[:1],
            report=report,
        )
    assert len(told) == 9


def test_which_numbers_of_columns_are_complete() -> None:
    assert [complete(players) for players in (1, 11, 12)] == [True, True, False]
