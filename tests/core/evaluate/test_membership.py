"""What a model's answers tell of whom it learned from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evaluate.membership import TOLD_FROM, nearness, remembered, told_apart
from core.models.family import Task
from core.predict import Predictions
from core.progress import silent
from core.schema import Column, Kind, Role
from core.train.spec import ModelSpec, Split, SplitKind
from core.train.training import train
from tests.core.evaluate.made import binary, brands, spend


def test_by_hand() -> None:
    """Chances given to the truth: 0.9, 0.6 and 0.5 of learned rows, 0.6 and 0.2 of others.

    Of six pairs the learned row is nearer in 2 + 1 + 1, and one is a tie: 4.5 of 6.
    """
    learned, unseen = binary([0.9, 0.4, 0.5], [1, 0, 1]), binary([0.6, 0.8], [1, 0])
    np.testing.assert_allclose(nearness(learned), [0.9, 0.6, 0.5])
    np.testing.assert_allclose(nearness(unseen), [0.6, 0.2])
    assert told_apart(learned, unseen) == pytest.approx(4.5 / 6)
    assert told_apart(unseen, learned) == pytest.approx(1.5 / 6)


def test_classes_and_values_by_hand() -> None:
    scores = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
    classes = replace(brands(2, 3), scores=scores, truth=np.array([1, 2]))
    np.testing.assert_allclose(nearness(classes), [0.2, 0.4])
    values = replace(spend(2), scores=np.array([3.0, 8.0]), truth=np.array([5.0, 7.0]))
    np.testing.assert_allclose(nearness(values), [-2, -1])


def test_rows_whose_truth_nobody_knows_do_not_count() -> None:
    learned = binary([0.9, 0.1], [1, -1])
    assert told_apart(learned, binary([0.3], [1])) == 1


def test_the_same_rows_on_both_sides_are_not_told_apart() -> None:
    for task in (brands(300), spend(300)):
        assert told_apart(task, task) == pytest.approx(0.5)


def noise(rows: int) -> pd.DataFrame:
    """Columns that say nothing of y."""
    chance = np.random.default_rng(0)
    table = pd.DataFrame(chance.normal(size=(rows, 8))).add_prefix("x")
    return table.assign(y=chance.choice(["no", "yes"], rows))


def asked(family: str, table: pd.DataFrame, **params: float) -> ModelSpec:
    features = tuple(Column(name, Kind.NUMBER) for name in table if name != "y")
    target = Column("y", Kind.CATEGORY, Role.TARGET, levels=("no", "yes"))
    return ModelSpec(
        dataset="d", task=Task.BINARY, target=target, outcome="yes", features=features,
        family=family, params=params, split=Split(SplitKind.SHARE, 0.3),
    )  # fmt: skip


# attack K08
@pytest.mark.parametrize(
    ("family", "params", "told"),
    [
        ("tree", {"max_depth": 30, "min_samples_leaf": 1, "pruning": 1e-9}, True),
        ("linear", {}, False),
    ],
)
def test_k08_a_model_that_knows_rows_by_heart_is_told_of(
    family: str, params: dict[str, float], told: bool
) -> None:
    table = noise(800)
    model = train(table, asked(family, table, **params), silent)
    auc = remembered(model, table.loc[model.background.index])
    assert (auc > TOLD_FROM) is told


def test_predictions_are_left_as_they_are() -> None:
    given: Predictions = binary([0.5], [1])
    told_apart(given, given)
    assert given.scores.tolist() == [0.5]
