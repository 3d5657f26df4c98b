"""A model against rules and rivals, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import NotComparable, RuleOfNobody
from core.evaluate.resampling import draws
from core.models.family import Task
from core.predict import Predictions
from core.review.better import against, against_rule

ROWS = 200


def predictions(rows: int = ROWS, seed: int = 0) -> Predictions:
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, 2, rows)
    scores = np.clip(0.4 * truth + chance.uniform(0, 0.6, rows), 0, 1)
    return Predictions(Task.BINARY, "bought", ("no", "yes"), np.arange(rows), scores, truth)


def test_a_rule_and_as_many_of_the_surest() -> None:
    found = predictions()
    truth = np.asarray(found.truth)
    meets = np.arange(ROWS) % 4 == 0
    told = against_rule(found, meets)
    surest = np.argsort(-found.scores, kind="stable")[: meets.sum()]
    assert (told.met, told.rows) == (50, ROWS)
    assert told.rule == pytest.approx(truth[meets].mean())
    assert told.model == pytest.approx(truth[surest].mean())
    assert told.gap == pytest.approx(told.model - told.rule)
    assert told.low < told.gap < told.high
    assert told.low > 0  # the model knows, the rule does not


def test_the_interval_is_a_paired_bootstrap() -> None:
    found = predictions()
    truth = np.asarray(found.truth)
    meets = np.arange(ROWS) % 3 == 0
    by_hand = []
    for weights in draws(ROWS, 7):
        drawn = np.repeat(np.arange(ROWS), weights.astype(int))
        many = int(meets[drawn].sum())
        order = drawn[np.argsort(-found.scores[drawn], kind="stable")][:many]
        by_hand.append(truth[order].mean() - truth[drawn][meets[drawn]].mean())
    told = against_rule(found, meets, seed=7)
    assert (told.low, told.high) == pytest.approx(tuple(np.percentile(by_hand, [2.5, 97.5])))


def test_the_models_own_choice_as_a_rule_is_level() -> None:
    found = predictions()
    cut = np.sort(found.scores)[-40]
    told = against_rule(found, found.scores >= cut)
    assert (told.gap, told.low, told.high) == (0, 0, 0)


@pytest.mark.parametrize("met", [0, 9, ROWS - 9, ROWS])
def test_a_rule_of_hardly_anybody_or_nearly_everyone(met: int) -> None:
    with pytest.raises(RuleOfNobody):
        against_rule(predictions(), np.arange(ROWS) < met)


def test_other_tasks_and_other_rows_are_not_compared() -> None:
    found = predictions()
    value = Predictions(Task.REGRESSION, "spend", (), found.rows, found.scores, found.scores)
    with pytest.raises(NotComparable):
        against_rule(value, np.arange(ROWS) < 50)
    far = Predictions(
        Task.BINARY, "bought", ("no", "yes"), found.rows + 1000, found.scores, found.truth
    )
    told = against(found, {"far": far, "nothing": predictions(seed=0)})
    assert [rival.family for rival in told] == ["nothing"]
    assert told[0].difference.difference == 0
