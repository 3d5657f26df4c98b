"""What is learned again is learned as the model itself was."""

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from core.models.family import Task
from core.progress import silent
from core.robust.ground import said, score
from core.train.training import train
from tests.core.robust.made import ROWS, rows, wish
from tests.core.train.shop import shop


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
@pytest.mark.parametrize("family", ["forest", "linear"])
def test_all_its_rows_give_the_model_itself(family: str, task: Task) -> None:
    params = {"trees": 10} if family == "forest" else {}
    spec = wish(family, task, params=params)
    of, model = rows(spec), train(shop(ROWS), spec, silent)
    again = said(of, of.learn, of.judge, silent)
    np.testing.assert_array_equal(again, model.held_out_scores)
    np.testing.assert_array_equal(of.y[of.judge], model.held_out_truth)
    way = roc_auc_score if task is Task.BINARY else r2_score
    assert score(of, again, of.judge) == pytest.approx(way(model.held_out_truth, again))


def test_nothing_is_learned_from_other_rows() -> None:
    of = rows(wish("tree"))
    half = of.learn[::2]
    before = said(of, half, of.judge, silent)
    of.table.iloc[of.learn[1::2], of.table.columns.get_loc("visits")] = 1e6
    np.testing.assert_array_equal(said(of, half, of.judge, silent), before)
