"""Which of a search's models may answer together, and when they should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.search.trying import Rows, Tried
from core.search.weights import by_share, greedy, score
from core.store import mixing, searches
from tests.core.search.made import asked, rows, trial


@pytest.fixture
def ground() -> Rows:
    return rows(asked(), 400)


def noisy(ground: Rows, seed: int, strength: float = 2.0) -> np.ndarray:
    draw = np.random.default_rng(seed)
    odds = strength * (ground.y - 0.5) + draw.normal(0, 1.5, len(ground.y))
    return (1 / (1 + np.exp(-odds)))[:, None].astype("float32")


def kept(
    where: Path, ground: Rows, said: dict[int, tuple[str, float, np.ndarray]]
) -> searches.Kept:
    known = searches.begin(where, asked(), 60.0)
    for number, (key, points, answers) in said.items():
        known = searches.add(where, known, Tried(trial(number, key, points), answers))
    return known


def test_the_best_few_of_each_family_are_on_the_panel(tmp_path: Path, ground: Rows) -> None:
    said = {i: ("tree", 0.8 + i / 100, noisy(ground, i)) for i in range(5)}
    said[5] = ("linear", 0.7, noisy(ground, 5))
    said[6] = ("bayes", 0.99, np.zeros((3, 1), "float32"))  # of another table
    given = mixing.panel(tmp_path, kept(tmp_path, ground, said), ground)
    assert [t.number for t in given.trials] == [4, 3, 5]
    assert (given.said[0] == said[4][2]).all()
    assert [t.number for t in mixing.one_of_each(given).trials] == [4, 5]


def test_models_that_err_apart_are_trained_together(tmp_path: Path, ground: Rows) -> None:
    one, other = noisy(ground, 0), noisy(ground, 1)
    given = mixing.panel(
        tmp_path, kept(tmp_path, ground, {0: ("tree", 0.9, one), 1: ("linear", 0.8, other)}), ground
    )
    alone = score(given, by_share((1.0, 0.0)))
    given = replace(given, trials=(trial(0, "tree", alone), given.trials[1]))
    mix = mixing.worth_training(given)
    assert mix is not None
    assert score(given, mix) > alone + mixing.LEAST_GAIN


def test_copies_of_one_model_are_not(tmp_path: Path, ground: Rows) -> None:
    one = noisy(ground, 0)
    known = kept(tmp_path, ground, {0: ("tree", 0.9, one), 1: ("linear", 0.9, one)})
    given = mixing.panel(tmp_path, known, ground)
    alone = score(given, greedy(given))
    given = replace(
        given, trials=tuple(trial(i, t.family, alone) for i, t in enumerate(given.trials))
    )
    assert mixing.worth_training(given) is None
    few = replace(given, trials=given.trials[:1], said=given.said[:1])
    assert mixing.worth_training(few) is None
