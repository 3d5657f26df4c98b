"""Many comparisons: each interval as wide as Bonferroni asks, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluate.compare import Difference, compare
from core.evaluate.versus import corrected, versus
from core.models.family import Task
from core.predict import Predictions

ROWS = 800


def said(seed: int, strength: float, first: int = 0) -> Predictions:
    draw = np.random.default_rng(seed)
    y = (np.random.default_rng(99).random(ROWS) < 0.3).astype("int64")
    scores = 1 / (1 + np.exp(-(strength * (y - 0.5) + draw.normal(size=ROWS))))
    rows = np.arange(first, first + ROWS)
    return Predictions(Task.BINARY, "buys", ("no", "yes"), rows, scores, y)


def test_the_interval_is_delongs_at_another_level() -> None:
    found = compare(said(0, 2.0), said(1, 1.5))
    wide = corrected(found, 5)
    error = (found.high - found.low) / 2 / 1.959964
    assert wide.high - wide.difference == pytest.approx(2.5758293 * error, rel=1e-6)  # 0.01 / 2
    assert wide.difference == found.difference
    assert corrected(found, 1) == found


def test_what_one_comparison_calls_sure_many_may_not() -> None:
    near = Difference("roc_auc", 0.9, 0.88, 0.02, 0.001, 0.039, ROWS, 1)
    assert corrected(near, 1).better == 1
    assert corrected(near, 20).better == 0
    less = Difference("log_loss", 0.4, 0.5, -0.1, -0.15, -0.05, ROWS, 1)
    assert corrected(less, 3).better == 1  # less is better
    assert corrected(Difference("mae", 2.0, 1.0, 1.0, 0.9, 1.1, ROWS, 2), 3).better == 2


def test_models_without_a_difference_are_seldom_told_apart() -> None:
    """Twenty alike models, forty times: with care, one in twenty times one is called better."""
    wrong = careless = 0
    for time in range(40):
        models = tuple((str(i), said(100 * time + i, 1.0)) for i in range(8))
        wrong += any(d.better for _, d in versus(models, 7).differences)
        careless += any(compare(models[0][1], each).better for _, each in models[1:])
    assert wrong <= 6
    assert careless > wrong


def test_the_first_is_compared_with_the_others_on_shared_rows() -> None:
    found = versus(
        (("one", said(0, 3.0)), ("other", said(1, 0.5)), ("gone", said(2, 1.0, 5000))), 0
    )
    assert found.name == "one"
    assert [name for name, _ in found.differences] == ["other"]
    assert found.differences[0][1].better == 1
    assert found.tried == 2
