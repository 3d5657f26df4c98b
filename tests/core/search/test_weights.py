"""Weights of models together: never worse than the best on the rows they were found on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from core.models.family import Task, family
from core.models.member import of_text
from core.progress import silent
from core.search import weights
from core.search.space import defaults
from core.search.trying import Ask, tried
from core.search.weights import Mix, Panel, answers, greedy, score, stack, wish
from core.train.training import train
from tests.core.search.made import asked, rows, trial
from tests.core.train.shop import shop

NEVER = 1e12


def panel(task: Task, keys: tuple[str, ...]) -> Panel:
    """What families of that shop said of rows set aside."""
    ground = rows(asked(task, keys), 400)
    found = [tried(ground, Ask(i, key, defaults(family(key)), NEVER)) for i, key in enumerate(keys)]
    said = tuple(each.said for each in found if each.said is not None)
    return Panel(tuple(each.trial for each in found), said, ground)


def noisy(count: int = 3) -> Panel:
    """Models whose errors have nothing to do with each other."""
    ground, draw = rows(asked(), 400), np.random.default_rng(0)
    said = []
    for _ in range(count):
        odds = 2.0 * (ground.y - 0.5) + draw.normal(0, 1.5, len(ground.y))
        said.append((1 / (1 + np.exp(-odds)))[:, None].astype("float32"))
    return Panel(tuple(trial(i, "tree", 0.8) for i in range(count)), tuple(said), ground)


def test_models_that_err_apart_do_better_together() -> None:
    given = noisy()
    mix = greedy(given)
    assert sum(mix.weights) == pytest.approx(1.0)
    alone = [score(given, Mix("mean", tuple(np.eye(3)[place]))) for place in range(3)]
    assert score(given, mix) > max(alone) + 0.02
    assert min(mix.weights) > 0.1


def test_the_score_is_the_mean_of_the_folds_own() -> None:
    given = noisy()
    mix = Mix("mean", (0.5, 0.3, 0.2))
    together = sum(w * each[:, 0] for w, each in zip(mix.weights, given.said, strict=True))
    y = given.rows.y
    by_hand = [roc_auc_score(y[f.judge], together[f.judge]) for f in given.rows.folds]
    assert score(given, mix) == pytest.approx(np.mean(by_hand), abs=1e-6)


def test_weights_are_found_by_what_was_asked_for() -> None:
    """Of two that rank alike, the one whose chances mean what they say has all the weight."""
    given = noisy(1)
    sure = given.said[0].astype("float64")
    meek = (0.5 + 0.01 * (sure - 0.5)).astype("float32")
    both = replace(given, said=(meek, given.said[0]), trials=(given.trials[0],) * 2)
    by_loss = replace(both, rows=replace(both.rows, by="log_loss"))
    assert greedy(by_loss).weights[1] > 0.9
    assert greedy(both).weights[1] <= 0.9  # AUC does not tell them apart
    folds, y = both.rows.folds, both.rows.y
    by_hand = np.mean([log_loss(y[f.judge], meek[f.judge, 0].astype("f8")) for f in folds])
    assert score(by_loss, Mix("mean", (1.0, 0.0))) == pytest.approx(by_hand)


def test_no_single_step_more_is_better_than_where_it_ends() -> None:
    given = noisy()
    best = greedy(given)
    for place in range(3):
        more = np.array(best.weights) * weights.ROUNDS + np.eye(3)[place]
        assert score(given, Mix("mean", tuple(more / more.sum()))) <= score(given, best) + 2e-3


def test_one_that_only_harms_is_left_out() -> None:
    given = noisy(2)
    wrong = (1 - given.said[0]).astype("float32")
    bad = replace(given, said=(*given.said, wrong), trials=(*given.trials, trial(2, "tree", 0.1)))
    assert greedy(bad).weights[2] == 0.0
    assert len(of_text(str(wish(bad, greedy(bad)).params["members"]))) == 2


def test_a_stack_is_logistic_regression_of_log_odds() -> None:
    given = noisy()
    mix = stack(given, pull=0.0)
    logs = np.stack([np.log(p / (1 - p)) for p in (s[:, 0].astype("f8") for s in given.said)], 1)
    theirs = LogisticRegression(C=1e9, tol=1e-10, max_iter=10_000).fit(logs, given.rows.y)
    assert np.allclose(mix.weights, theirs.coef_[0], atol=2e-3)
    assert mix.shifts[0] == pytest.approx(theirs.intercept_[0], abs=2e-3)
    assert np.allclose(answers(given, mix), theirs.predict_proba(logs)[:, 1], atol=1e-3)


def test_a_stack_of_values_is_a_regression_of_them() -> None:
    given = panel(Task.REGRESSION, ("linear", "tree"))
    mix = stack(given, pull=0.0)
    said = np.concatenate([each.astype("f8") for each in given.said], axis=1)
    theirs = LinearRegression().fit(said, given.rows.y)
    if theirs.coef_.min() > 0:
        assert np.allclose(mix.weights, theirs.coef_, atol=1e-2)
    ours = ((answers(given, mix) - given.rows.y) ** 2).mean()
    assert ours <= ((theirs.predict(said) - given.rows.y) ** 2).mean() * 1.001


@pytest.mark.parametrize("way", ["mean", "stack"])
@pytest.mark.parametrize("task", list(Task))
def test_the_wish_is_for_a_model_that_answers_so(task: Task, way: str) -> None:
    given = panel(task, ("linear", "tree"))
    mix = greedy(given) if way == "mean" else stack(given)
    asked_for = replace(wish(given, mix), split=given.rows.spec.split)
    model = train(shop(400), asked_for, silent)
    told = answers(given, mix)
    assert told.shape[0] == len(given.rows.y)
    new = model.held_out_scores
    assert new.shape[1:] == told.shape[1:]
    if task is Task.BINARY:
        assert roc_auc_score(model.held_out_truth, new) > 0.8


def test_large_tables_are_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    given = noisy()
    whole = greedy(given)
    monkeypatch.setattr(weights, "ROWS_AT_MOST", 100)
    few = greedy(given)
    assert sum(few.weights) == pytest.approx(1.0)
    assert few != whole
    assert abs(score(given, few) - score(given, whole)) < 0.05
