"""The one sentence about a model."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluate.evaluating import evaluate
from core.evaluate.headline import headline, round_top
from core.text.phrases import phrases
from tests.core.evaluate.made import binary, brands, spend


def words(predictions: object) -> str:
    found = headline(evaluate(predictions))
    return phrases()(f"evaluate.headline.{found.key}", **found.facts)


def test_the_surest_tenth_in_counts() -> None:
    scores = np.linspace(0, 1, 200)
    truth = np.zeros(200, int)
    truth[-15:] = 1
    truth[:25] = 1
    assert words(binary(scores, truth)) == (
        "Of the 20 it is surest of, 15 are “yes”: 3.8 times the average."
    )


def test_one_class_is_said() -> None:
    assert words(binary([0.1, 0.2], [1, 1])).startswith("All 2 held-out customers")


def test_several_classes_beside_the_most_common() -> None:
    p = brands()
    found = headline(evaluate(p)).facts
    assert found["base"] == pytest.approx(np.bincount(p.truth).max() / len(p.truth))
    assert found["accuracy"] == pytest.approx((p.scores.argmax(axis=1) == p.truth).mean())
    assert "held-out customers" in words(p)


def test_values_beside_guessing_their_average() -> None:
    p = spend()
    found = headline(evaluate(p)).facts
    assert found["base"] == pytest.approx(np.abs(p.truth - np.mean(p.truth)).mean())
    assert "on average" in words(p)


@pytest.mark.parametrize(("rows", "tenth"), [(1, 1), (9, 1), (96, 9), (3082, 300), (12330, 1000)])
def test_round_numbers(rows: int, tenth: int) -> None:
    assert round_top(rows) == tenth
