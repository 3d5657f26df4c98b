"""Reasons of averages of models, against brute force over the average itself."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.shapley import linear, sampled
from core.explain.shapley.method import Asked, Effects
from core.explain.shapley.weighted import of_members, weighted
from core.models.family import Floats, Task, family
from core.progress import silent
from core.train.preparation import encode
from tests.core.explain.models import table, trained
from tests.core.explain.shapley.games import brute, cells, networked


@pytest.mark.parametrize("task", list(Task))
def test_a_weighted_sum_of_models_has_the_weighted_reasons(task: Task) -> None:
    """A linear model and an SVM of the shop, on the same matrix."""
    members = [trained("linear", task), trained("svm", task)]
    asked, x = Asked(background=8), encode(members[0].preparation, table().iloc[[101]])
    states = [sampled.prepare(model, asked) for model in members]
    parts = [
        linear.effects(linear.prepare(members[0], asked), x, 1, silent),
        sampled.effects(states[1], x, 1, silent),
    ]
    found = weighted(parts, [0.3, 0.7])

    def average(z: np.ndarray) -> Floats:
        both = [family(m.spec.family).scores(m.estimator, z) for m in members]
        mixed = 0.3 * both[0] + 0.7 * both[1]
        return np.asarray(mixed[:, 1] if task is Task.MULTICLASS else mixed)

    expected = brute(cells(members[0]), states[0].background, x[0], average)
    size = 1e-9 * max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(found.values[0], expected, atol=size)
    assert found.base + found.values.sum() == pytest.approx(float(average(x)[0]))


def test_errors_are_combined_as_independent_ones_are() -> None:
    """Over many seeds: the stated error of the average is its spread."""
    first, second = networked(13, Task.BINARY, (8,), 2.5), networked(13, Task.BINARY, (6,), 2.5)
    x = encode(first[0].preparation, first[1].iloc[[75]])
    values, errors = [], []
    for seed in range(60):
        asked = of_members(Asked(background=3, seed=seed, goal=1.0), 2)
        parts = [
            sampled.effects(sampled.prepare(model, one), x, 1, silent)
            for (model, _), one in zip((first, second), asked, strict=True)
        ]
        found = weighted(parts, [0.5, 0.5])
        values.append(found.values[0])
        errors.append(found.errors[0])
    stated = np.sqrt(np.mean(np.square(errors), axis=0))
    ratio = np.std(values, axis=0, ddof=1) / stated
    assert 0.85 < np.sqrt((ratio**2).mean()) < 1.15


def test_notes_are_told_once_and_parts_must_match() -> None:
    one = Effects(1.0, np.ones((2, 3)), np.full((2, 3), 0.3), ("a", "b"))
    other = Effects(3.0, np.ones((2, 3)), np.full((2, 3), 0.4), ("b",))
    found = weighted([one, other], [1.0, -1.0])
    assert found.notes == ("a", "b")
    assert found.base == -2.0
    assert (found.values == 0).all()
    np.testing.assert_allclose(found.errors, 0.5)
    with pytest.raises(ValueError, match="weights"):
        weighted([one], [1.0, 2.0])
    assert of_members(Asked(seed=4), 2)[0].seed == 4
