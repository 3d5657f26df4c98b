"""Chances that are too sure of themselves are put right, by a curve of scikit-learn's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from core.errors import CannotCalibrate
from core.models.family import Task
from core.models.member import of_text
from core.progress import silent
from core.search.calibrating import calibrated, can_be
from core.search.searching import rows_of
from core.search.trying import Ask, tried
from core.search.wish import Search
from core.train.training import train
from tests.core.train.shop import asked, shop

SURE = {"max_depth": 12, "min_samples_leaf": 1, "pruning": 1e-9}


def test_a_tree_that_knows_its_rows_by_heart_is_put_right() -> None:
    spec, table = asked(Task.BINARY, "tree", params=SURE), shop(1500)
    rows = rows_of(table, Search(spec, ("tree",)))
    right = calibrated(rows, spec)
    before, after = train(table, spec, silent), train(table, right, silent)
    y = before.held_out_truth
    assert log_loss(y, after.held_out_scores) < 0.8 * log_loss(y, before.held_out_scores)
    assert roc_auc_score(y, after.held_out_scores) == pytest.approx(
        roc_auc_score(y, before.held_out_scores), abs=1e-9
    )
    (member,) = of_text(str(right.params["members"]))
    assert member.family == "tree"
    assert member.weight < 0.6


def test_the_curve_is_logistic_regression_on_rows_set_aside() -> None:
    spec, table = asked(Task.BINARY, "tree", params=SURE), shop(1500)
    rows = rows_of(table, Search(spec, ("tree",)))
    right = calibrated(rows, spec)
    said = tried(rows, Ask(0, "tree", dict(SURE), 1e12, finish=True)).said
    assert said is not None
    chances = np.clip(said[:, 0].astype("f8"), 1e-6, 1 - 1e-6)
    theirs = LogisticRegression(C=1e9, tol=1e-10, max_iter=9999)
    theirs.fit(np.log(chances / (1 - chances))[:, None], rows.y)
    (member,) = of_text(str(right.params["members"]))
    assert member.weight == pytest.approx(theirs.coef_[0, 0], abs=2e-3)
    assert float(str(right.params["shifts"])) == pytest.approx(theirs.intercept_[0], abs=2e-3)


@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])
def test_several_answers_and_values_too(task: Task) -> None:
    spec, table = asked(task, "tree", params=SURE), shop(900)
    right = calibrated(rows_of(table, Search(spec, ("tree",))), spec)
    before, after = train(table, spec, silent), train(table, right, silent)
    y = before.held_out_truth
    if task is Task.MULTICLASS:
        assert log_loss(y, after.held_out_scores) < log_loss(y, before.held_out_scores)
    else:
        gone = ((before.held_out_scores - y) ** 2).mean()
        assert ((after.held_out_scores - y) ** 2).mean() < gone


def test_a_model_that_tells_nothing_is_named() -> None:
    """Learned from chance: of rows set aside it is more often wrong than right."""
    spec = asked(Task.BINARY, "tree", params=SURE)
    answers = np.random.default_rng(1).permutation(shop(400)["buys"])
    rows = rows_of(shop(400).assign(buys=answers), Search(spec, ("tree",)))
    said = tried(rows, Ask(0, "tree", dict(SURE), 1e12, finish=True)).trial
    assert said.score < 0.5
    with pytest.raises(CannotCalibrate):
        calibrated(rows, spec)


def test_what_is_made_of_others_is_left_as_it_is() -> None:
    spec = asked(Task.BINARY, "tree")
    assert can_be(spec)
    for key in ("ensemble", "baseline", "reference"):
        other = replace(spec, family=key, params={})
        assert not can_be(other)
        with pytest.raises(CannotCalibrate):
            calibrated(rows_of(shop(300), Search(spec, ("tree",))), other)
