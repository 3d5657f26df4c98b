"""Two models on the same held-out rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import NotComparable
from core.evaluate.compare import compare
from core.evaluate.evaluating import evaluate
from tests.core.evaluate.made import brands, buyers, spend


@pytest.mark.parametrize(
    ("good", "worse", "metric"),
    [
        (buyers(900), buyers(900, noise=0.4), "roc_auc"),
        (brands(900), brands(900, noise=3), "macro_roc_auc"),
        (spend(400, noise=5), spend(400, noise=30), "r2"),
    ],
)
def test_the_headline_of_each_task(good: object, worse: object, metric: str) -> None:
    found = compare(good, worse)
    assert found.metric == metric
    assert found.difference == pytest.approx(
        evaluate(good)[metric].value - evaluate(worse)[metric].value
    )
    assert 0 < found.low < found.difference < found.high
    assert (found.better, compare(worse, good).better) == (1, 2)
    assert found.rows == len(good.rows)


def test_a_loss_is_better_when_lower() -> None:
    assert compare(buyers(900), buyers(900, noise=0.4), "log_loss").better == 1
    assert compare(buyers(900, noise=0.4), buyers(900), "brier").better == 2


def test_a_model_does_not_differ_from_itself() -> None:
    for metric in ("", "average_precision", "f1"):
        found = compare(buyers(), buyers(), metric)
        assert (found.low, found.high, found.better) == (0, 0, 0)


def test_close_models_are_left_open_and_pairing_narrows() -> None:
    first, second = buyers(400), buyers(400, noise=0.02)
    found = compare(first, second)
    assert found.better == 0
    alone = evaluate(first)["roc_auc"]
    assert found.high - found.low < (alone.high - alone.low) / 2


def test_only_rows_that_both_held_out() -> None:
    p = buyers(300)
    first = replace(p, rows=p.rows[:200], scores=p.scores[:200], truth=p.truth[:200])
    turned = slice(None, 99, -1)
    second = replace(p, rows=p.rows[turned], scores=p.scores[turned], truth=p.truth[turned])
    found = compare(first, second)
    assert found.rows == 100
    assert found.difference == 0


def test_other_rows_or_questions_cannot_be_compared() -> None:
    p = buyers(100)
    with pytest.raises(NotComparable):
        compare(p, replace(p, rows=p.rows + 1000))
    with pytest.raises(NotComparable):
        compare(p, replace(p, target="left"))
    with pytest.raises(NotComparable):
        compare(p, replace(p, classes=("yes", "no")))


def test_the_paired_bootstrap_is_drawing_the_same_rows_for_both() -> None:
    first, second = spend(200, noise=8), spend(200, noise=12)
    gap = np.abs(first.truth - first.scores) - np.abs(second.truth - second.scores)
    half = 1.96 * gap.std() / np.sqrt(200)
    found = compare(first, second, "mae")
    assert (found.high - found.low) / (2 * half) == pytest.approx(1, abs=0.2)
