from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.errors import TruthMissing
from core.evaluate.among import among, judged_among
from core.evaluate.evaluating import evaluate
from core.evaluate.headline import headline
from core.models.family import Task
from core.predict import Predictions

CHANCE = np.random.default_rng(4)
TRUTH = (CHANCE.random(200) < 0.4).astype(np.int64)
FOUND = Predictions(
    task=Task.BINARY,
    target="buys",
    classes=("no", "yes"),
    rows=CHANCE.permutation(1000)[:200].astype(np.int64),
    scores=np.clip(0.3 * TRUTH + CHANCE.random(200) * 0.7, 0, 1),
    truth=TRUTH,
)


def test_figures_are_those_of_the_rows_alone() -> None:
    wanted = np.array([*FOUND.rows[::3], 5000])
    narrowed = judged_among(evaluate(FOUND, threshold=0.6), wanted)
    assert narrowed.predictions.rows.tolist() == FOUND.rows[::3].tolist()
    assert narrowed["roc_auc"].value == pytest.approx(roc_auc_score(TRUTH[::3], FOUND.scores[::3]))
    said = FOUND.scores[::3] >= 0.6
    assert narrowed["precision"].value == pytest.approx(TRUTH[::3][said].mean())
    whole = evaluate(FOUND, threshold=0.6)
    wide = [e["roc_auc"].high - e["roc_auc"].low for e in (narrowed, whole)]
    assert wide[0] > wide[1]


def test_rows_of_one_answer_have_no_auc_and_say_so() -> None:
    rows = FOUND.rows[TRUTH == 0]
    narrowed = judged_among(evaluate(FOUND), rows)
    assert math.isnan(narrowed["roc_auc"].value)
    assert headline(narrowed).key == "one_class"


def test_nobody_cannot_be_judged() -> None:
    assert len(among(FOUND, np.array([5000])).rows) == 0
    with pytest.raises(TruthMissing):
        judged_among(evaluate(FOUND), np.array([5000]))
