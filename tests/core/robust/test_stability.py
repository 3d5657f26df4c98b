"""What seeds change, by hand."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.models.family import Task
from core.progress import silent
from core.robust.ground import said
from core.robust.stability import apart, shared, stability
from tests.core.robust.made import rows, wish


def test_the_first_is_the_model_itself_and_others_have_other_seeds() -> None:
    of = rows(wish("forest", params={"trees": 10}))
    found = stability(of, silent, 3)
    by_hand = [
        roc_auc_score(of.y[of.judge], said(of, of.learn, of.judge, silent, seed))
        for seed in range(3)
    ]
    assert found.scores == pytest.approx(by_hand)
    assert len(set(found.scores)) > 1
    on_learned = said(of, of.learn, of.learn, silent)
    assert found.learned == pytest.approx(roc_auc_score(of.y[of.learn], on_learned))
    assert found.gap == pytest.approx(found.learned - found.scores[0])
    assert found.gap > 0


def test_a_model_without_chance_is_steady() -> None:
    found = stability(rows(wish("linear")), silent, 3)
    assert len(set(found.scores)) == 1
    assert (found.apart, found.shared) == (0.0, 1.0)


def test_how_far_apart_and_how_much_in_common() -> None:
    one = np.linspace(0, 1, 20)
    other = one.copy()
    other[-1] = 0.0  # of the two ranked first, one is no longer
    assert apart([one, other]) == pytest.approx(1.0 / 20)
    assert shared([one, other], Task.BINARY) == 0.5
    assert shared([one, one, other], Task.REGRESSION) == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert shared([one, other], Task.MULTICLASS) is None
    assert apart([one]) == 0.0
