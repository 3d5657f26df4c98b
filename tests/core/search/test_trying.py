"""A trial's figures are scikit-learn's of models that never saw the rows they are judged on."""

import time

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from core.errors import BadSetting
from core.models.family import Task, family
from core.progress import silent
from core.search.space import defaults
from core.search.trial import Ended, standing
from core.search.trying import Ask, is_behind, tried
from core.train.preparation import encode, learned
from core.train.training import problem_of
from tests.core.search.made import asked, rows

NEVER = time.time() + 1e6


def ask(key: str, **more: object) -> Ask:
    return Ask(0, key, defaults(family(key)), NEVER, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_each_fold_is_what_a_model_of_its_own_says_of_rows_it_never_saw(task: Task) -> None:
    wish = asked(task, ("linear",))
    ground = rows(wish)
    found = tried(ground, ask("linear"))
    assert found.said is not None
    for fold, score in zip(ground.folds, found.trial.scores, strict=True):
        kind, learn = family("linear"), ground.table.iloc[fold.learn]
        y = ground.y[fold.learn]
        ready = learned(learn, wish.spec.features, y, task, kind.encoding)
        problem = problem_of(encode(ready, learn), y, ready, wish.spec, len(ground.classes))
        made = kind.fit(kind.params(), problem, 0, silent).estimator
        said = kind.scores(made, encode(ready, ground.table.iloc[fold.judge]))
        truth = ground.y[fold.judge]
        expected = (roc_auc_score if task is Task.BINARY else r2_score)(truth, said)
        assert score == pytest.approx(expected, abs=1e-9)
        assert np.allclose(found.said[fold.judge, 0], said, atol=1e-6)
    assert found.trial.score == pytest.approx(np.mean(found.trial.scores))


def test_several_answers_have_a_chance_each() -> None:
    ground = rows(asked(Task.MULTICLASS))
    found = tried(ground, ask("tree"))
    assert found.said is not None
    assert found.said.shape == (len(ground.y), 3)
    assert np.allclose(found.said.sum(axis=1), 1, atol=1e-5)


def test_the_interval_covers_what_new_customers_bring() -> None:
    """Of a model with known true area, nine intervals in ten and more hold it."""
    found = tried(rows(asked()), ask("linear")).trial
    known = standing(found)
    assert known.low < found.score < known.high
    by_hand = 1.959964 * np.sqrt(np.sum(np.square(found.errors))) / 5
    assert known.high - known.value == pytest.approx(by_hand)


def test_the_held_out_rows_are_no_part_of_a_search() -> None:
    ground = rows(asked(), 400)
    assert len(ground.y) == 300  # a quarter is held out
    from core.train.training import train
    from tests.core.train.shop import shop

    spec = ground.spec
    model = train(shop(400), type(spec)(**{**vars(spec), "family": "tree"}), silent)
    assert not set(model.held_out) & set(ground.table.index)


def test_what_is_surely_behind_is_given_up_and_what_is_to_finish_is_not() -> None:
    ground = rows(asked())
    ahead = (0.999,) * 5
    assert tried(ground, ask("tree", best=ahead)).trial.ended is Ended.BEHIND
    assert tried(ground, ask("tree", best=ahead)).said is None
    assert tried(ground, ask("tree", best=ahead, finish=True)).trial.ended is Ended.WHOLE


@pytest.mark.parametrize(
    ("scores", "best", "sign", "behind"),
    [
        ([0.8], (0.9, 0.9, 0.9), 1, False),  # one fold says nothing
        ([0.8, 0.8], (0.9, 0.9, 0.9), 1, True),
        ([0.8, 0.8], (0.9, 0.9, 0.9), -1, False),  # less is better
        ([0.899, 0.899], (0.9, 0.9, 0.9), 1, False),  # nobody would mind
        ([0.8, 0.95], (0.9, 0.9, 0.9), 1, False),  # it may be chance
        ([0.8, 0.8, 0.8], (0.9, 0.9, 0.9), 1, False),  # there is nothing left to save
        ([0.8, 0.8], (), 1, False),
    ],
)
def test_behind(scores: list[float], best: tuple[float, ...], sign: int, behind: bool) -> None:
    assert is_behind(scores, best, sign) is behind


def test_a_trial_whose_time_is_over_says_so() -> None:
    ended = tried(rows(asked()), Ask(3, "linear", {"penalty": 1.0}, time.time() - 1)).trial
    assert (ended.number, ended.ended, ended.scores) == (3, Ended.LATE, ())


def test_one_that_fails_says_why_and_does_not_end_the_search() -> None:
    ended = tried(rows(asked()), Ask(0, "linear", {"penalty": "much"}, NEVER)).trial
    assert ended.ended is Ended.FAILED
    assert ended.error == BadSetting("", "", "").code
    assert ended.facts["value"] == "much"
