"""A trial's figures are scikit-learn's of models that never saw the rows they are judged on."""

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics as theirs
from sklearn.metrics import r2_score, roc_auc_score

from core.errors import BadSetting
from core.evaluate.metric import metrics
from core.models.family import Task, family
from core.progress import silent
from core.search import trying
from core.search.searching import rows_of
from core.search.space import defaults
from core.search.trial import Ahead, Ended, Trial, ahead, standing
from core.search.trying import Ask, is_behind, tried
from core.train.preparation import encode, learned
from core.train.spec import Split, SplitKind
from core.train.training import problem_of
from tests.core.search.made import asked, rows, trial
from tests.core.train.shop import shop

NEVER = time.time() + 1e6
AUC = metrics()["roc_auc"]


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


BY = {
    "average_precision": (Task.BINARY, theirs.average_precision_score),
    "brier": (Task.BINARY, theirs.brier_score_loss),
    "log_loss": (Task.BINARY, theirs.log_loss),
    "accuracy": (Task.MULTICLASS, lambda y, p: theirs.accuracy_score(y, p.argmax(axis=1))),
    "macro_recall": (
        Task.MULTICLASS,
        lambda y, p: theirs.balanced_accuracy_score(y, p.argmax(axis=1)),
    ),
    "mae": (Task.REGRESSION, theirs.mean_absolute_error),
    "rmse": (Task.REGRESSION, theirs.root_mean_squared_error),
}


@pytest.mark.parametrize("by", BY)
def test_folds_are_judged_by_what_was_asked_for(by: str) -> None:
    task, theirs = BY[by]
    ground = rows(replace(asked(task, ("tree",)), by=by))
    found = tried(ground, ask("tree"))
    assert found.said is not None
    said = found.said if task is Task.MULTICLASS else found.said[:, 0]
    for fold, score in zip(ground.folds, found.trial.scores, strict=True):
        expected = theirs(ground.y[fold.judge], said[fold.judge].astype("float64"))
        assert score == pytest.approx(expected, rel=1e-5)
    assert min(found.trial.errors) > 0


def test_rows_that_stand_together_make_wide_intervals() -> None:
    """Each customer is there five times: as sure as with each once, not as with five times more."""
    table = pd.concat([shop(150)] * 5, ignore_index=True)
    table["home"] = np.tile(np.arange(150), 5)
    wish = asked(families=("tree",))
    split = Split(kind=SplitKind.GROUP, column="home")
    ground = rows_of(table, replace(wish, spec=replace(wish.spec, split=split)))
    assert ground.groups is not None
    found = tried(ground, ask("tree")).trial
    blind = tried(replace(ground, groups=None), ask("tree")).trial
    assert found.scores == blind.scores
    np.testing.assert_allclose(np.divide(found.errors, blind.errors), np.sqrt(5), rtol=0.25)


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
    best = Ahead((0.999,) * 5, 8, 0.01)
    assert tried(ground, ask("tree", ahead=best)).trial.ended is Ended.BEHIND
    assert tried(ground, ask("tree", ahead=best)).said is None
    assert tried(ground, ask("tree", ahead=best, finish=True)).trial.ended is Ended.WHOLE


@pytest.mark.parametrize(
    ("scores", "best", "metric", "behind"),
    [
        ([0.8], (0.9, 0.9, 0.9), "roc_auc", False),  # one fold says nothing
        ([0.8, 0.8], (0.9, 0.9, 0.9), "roc_auc", True),
        ([0.8, 0.8], (0.9, 0.9, 0.9), "log_loss", False),  # less is better
        ([1.0, 1.0], (0.9, 0.9, 0.9), "log_loss", True),
        ([0.899, 0.899], (0.9, 0.9, 0.9), "roc_auc", False),  # nobody would mind
        ([901.0, 901.0], (900.0,) * 3, "mae", False),  # nor one of nine hundred
        ([0.000902, 0.000902], (0.0009,) * 3, "mae", True),  # but two of nine hundred, in millions
        (
            [0.8, 0.85],
            (0.9, 0.9, 0.9),
            "roc_auc",
            False,
        ),  # it may be chance: the spread is hardly known
        ([0.8, 0.8, 0.8], (0.9, 0.9, 0.9), "roc_auc", False),  # there is nothing left to save
        ([0.8, 0.8], (), "roc_auc", False),
    ],
)
def test_behind(scores: list[float], best: tuple[float, ...], metric: str, behind: bool) -> None:
    assert is_behind(scores, Ahead(best, 1), metrics()[metric]) is behind


def test_how_far_behind_is_students_t_with_what_trials_before_have_shown() -> None:
    """Three folds of five, four rivals that differed by 0.02: 2 + 4 * 3 degrees of freedom."""
    reach = float(stats.t.ppf(1 - 0.05 / (3 * 4), 14)) * 0.02 * np.sqrt(1 / 3 + 1 / 4)
    best = Ahead((0.9,) * 5, 4, 0.02)
    for far, behind in ((0.999, False), (1.001, True)):
        assert is_behind([0.9 - 0.002 - far * reach] * 3, best, AUC) is behind


def test_what_trials_before_have_shown() -> None:
    """The variances of the differences, pooled; what is not whole does not count."""
    trials = (trial(0, "tree", 0.8), trial(1, "linear", 0.9), trial(2, "bayes", 0.7))
    trials = (replace(trials[0], scores=(0.9, 0.8, 0.8, 0.9, 0.7)), *trials[1:])
    late = replace(trial(3, "tree", 0.99), ended=Ended.LATE)
    found = ahead((*trials, late), AUC)
    assert (found.scores, found.rivals) == (trials[1].scores, 3)
    gaps = [np.subtract(trials[1].scores, each.scores) for each in (trials[0], trials[2])]
    assert found.spread == pytest.approx(np.sqrt(np.mean([gap.var(ddof=1) for gap in gaps])))
    assert ahead(trials[1:2], AUC) == Ahead(trials[1].scores, 1, 0.0)
    assert ahead((late,), AUC) == Ahead()


SHARED = 0.2  # of the variance of a fold's score: rows that folds have in common


def drawn(chance: np.random.Generator, score: float, noise: float, number: int) -> Trial:
    """Five folds of a trial that is truly that good."""
    common = chance.normal(score, noise * np.sqrt(SHARED))
    folds = chance.normal(common, noise * np.sqrt(1 - SHARED), 5)
    return replace(trial(number, "tree", 0.0), scores=tuple(folds.tolist()))


def given_up(scores: tuple[float, ...], best: Ahead) -> int | None:
    """After how many folds, if at all."""
    return next((n for n in range(1, 6) if is_behind(list(scores[:n]), best, AUC)), None)


@pytest.mark.parametrize("rivals", [1, 8, 30])
@pytest.mark.parametrize("noise", [0.004, 0.02])
def test_the_truly_best_is_hardly_ever_given_up(rivals: int, noise: float) -> None:
    """Better by a hair than all others, whose best has been lucky: the worst case."""
    chance, lost, many = np.random.default_rng(rivals), 0, 600
    for _ in range(many):
        others = tuple(drawn(chance, 0.8, noise, n) for n in range(rivals))
        scores = drawn(chance, 0.8001, noise, rivals).scores
        lost += given_up(scores, ahead(others, AUC)) is not None
    assert lost / many < 0.05


def test_what_is_hopeless_is_given_up_after_two_folds() -> None:
    chance, after, noise = np.random.default_rng(0), [], 0.01
    for _ in range(300):
        others = tuple(drawn(chance, 0.8, noise, n) for n in range(8))
        scores = drawn(chance, 0.7, noise, 8).scores
        after.append(given_up(scores, ahead(others, AUC)))
    assert after.count(2) > 0.9 * len(after)


def test_a_trial_whose_time_is_over_says_so() -> None:
    ended = tried(rows(asked()), Ask(3, "linear", {"penalty": 1.0}, time.time() - 1)).trial
    assert (ended.number, ended.ended, ended.scores) == (3, Ended.LATE, ())


def test_one_that_fails_says_why_and_does_not_end_the_search() -> None:
    ended = tried(rows(asked()), Ask(0, "linear", {"penalty": "much"}, NEVER)).trial
    assert ended.ended is Ended.FAILED
    assert ended.error == BadSetting("", "", "").code
    assert ended.facts["value"] == "much"


def test_one_that_there_is_no_memory_for_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*given: object) -> None:
        raise MemoryError

    kind = replace(family("linear"), fit=greedy)  # type: ignore[arg-type]
    monkeypatch.setattr(trying, "family", lambda key: kind)
    ended = tried(rows(asked()), ask("linear")).trial
    assert (ended.ended, ended.error) == (Ended.FAILED, "memory_ran_out")
