"""shap's PermutationExplainer on the user's columns, against our exact values."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.shapley import sampled
from core.explain.shapley.method import Asked
from core.explain.shapley.shap_permutation import METHOD
from core.models.family import Task, family
from core.progress import Cancelled, silent
from core.train.preparation import encode
from tests.core.explain.models import CASES, table, trained
from tests.core.explain.shapley.games import networked


@pytest.mark.parametrize(("key", "task"), CASES)
def test_it_adds_up_for_every_family_and_task(key: str, task: Task) -> None:
    model = trained(key, task)
    state = METHOD.prepare(model, Asked(background=6))
    x = encode(model.preparation, table().iloc[[3, 100]])
    found = METHOD.effects(state, x, 1, silent)
    scores = family(key).scores(model.estimator, x)
    expected = scores[:, 1] if task is Task.MULTICLASS else scores
    size = 1e-6 * max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), expected, atol=size)


def test_it_estimates_the_same_values_with_honest_errors() -> None:
    model, rows = networked(8, Task.BINARY, size=2.5)
    together = (("two", ("c1", "c6")),)
    x = encode(model.preparation, rows.iloc[75:81])
    exact = sampled.effects(sampled.prepare(model, Asked(10, together=together)), x, 1, silent)
    found = METHOD.effects(METHOD.prepare(model, Asked(10, together=together)), x, 1, silent)
    assert found.values.shape == (6, 7)
    assert found.base == exact.base
    known = found.errors > 1e-6
    apart = (found.values - exact.values)[known] / found.errors[known]
    assert 0.5 < np.sqrt((apart**2).mean()) < 1.6
    again = METHOD.effects(METHOD.prepare(model, Asked(10, together=together)), x, 1, silent)
    np.testing.assert_array_equal(again.values, found.values)


def test_it_stops() -> None:
    model, rows = networked(4, Task.BINARY)

    def stop(share: float, stage: str) -> None:
        raise Cancelled

    state = METHOD.prepare(model, Asked(5))
    with pytest.raises(Cancelled):
        METHOD.effects(state, encode(model.preparation, rows.iloc[:2]), 1, stop)
