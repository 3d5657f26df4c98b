"""A search ends in time, gives its trials one by one, and heeds a stop."""

import os
import signal
import sys
import time
from dataclasses import replace
from itertools import count, islice, pairwise
from types import SimpleNamespace

import joblib
import numpy as np
import pandas as pd
import pytest
from joblib._parallel_backends import SequentialBackend

from core.errors import (
    BackendMissing,
    ClassTooSmall,
    NoFeatures,
    TargetTooLarge,
    TooManyClasses,
    UnknownColumn,
    WorkKilled,
)
from core.evaluate.metric import metrics
from core.models.family import Task, families
from core.progress import Cancelled, silent
from core.search.pool import Pool, pool, spread
from core.search.searching import Time, rows_of, search, to_finish
from core.search.trial import Ended, Trial, leaders, ranked
from core.search.trying import Ask, tried
from core.search.wish import Search
from core.train.spec import Split, SplitKind
from tests.core.search.made import QUICK, asked, rows, trial
from tests.core.train.shop import shop

ALONE = Pool(1, "sequential")


def test_it_is_over_in_time_and_every_family_was_tried() -> None:
    wish = asked()
    ground = rows(wish)
    next(iter(search(ground, wish, (), Time(60.0), ALONE, silent)))  # what is imported is here
    begun = time.monotonic()
    found = list(search(ground, wish, (), Time(8.0), ALONE, silent))
    assert time.monotonic() - begun < 16.0
    trials = tuple(each.trial for each in found)
    assert {t.family for t in trials} == set(QUICK)
    assert [t.number for t in trials] == list(range(len(trials)))
    assert all(a.at <= b.at for a, b in pairwise(trials))
    assert all((each.said is None) != (each.trial.ended is Ended.WHOLE) for each in found)


def test_once_every_family_was_tried_as_it_comes_settings_are_searched() -> None:
    wish = asked()
    found = list(islice(search(rows(wish), wish, (), Time(600.0), ALONE, silent), len(QUICK) + 1))
    *first, further = (each.trial for each in found)
    assert {t.family for t in first} == set(QUICK)
    usual = next(t.params for t in first if t.family == further.family)
    assert further.params != usual


def test_every_family_is_tried_where_groups_stay_together() -> None:
    table = shop(200).assign(home=[f"h{row % 40}" for row in range(200)])
    wish = asked(families=tuple(key for key, kind in families().items() if kind.on_menu))
    split = Split(kind=SplitKind.GROUP, column="home")
    wish = replace(wish, spec=replace(wish.spec, split=split), parts=2)
    ground = rows_of(table, wish)
    for fold in ground.folds:
        homes = ground.table["home"].to_numpy()
        assert not set(homes[fold.learn]) & set(homes[fold.judge])
    for key in wish.families:
        found = tried(ground, Ask(0, key, {}, time.time() + 600, finish=True)).trial
        assert (found.ended, found.error) in ((Ended.WHOLE, ""), (Ended.FAILED, "family_cannot"))


def test_the_same_trial_gives_the_same_figures_whenever_it_is_tried() -> None:
    wish = asked(families=("tree",))
    one, other = (
        next(iter(search(rows(wish), wish, (), Time(60.0), ALONE, silent))).trial for _ in range(2)
    )
    assert one.scores == other.scores


def test_a_stop_is_heeded_between_trials() -> None:
    wish, told = asked(), count()

    def report(share: float, stage: str) -> None:
        if next(told) == 1:
            raise Cancelled

    trials = search(rows(wish), wish, (), Time(60.0), ALONE, report)
    assert next(trials).trial.number == 0
    assert next(trials).trial.number == 1
    with pytest.raises(Cancelled):
        next(trials)


def test_time_that_was_had_before_counts() -> None:
    wish = asked()
    known = tuple(trial(i, key, 0.8) for i, key in enumerate(QUICK))
    assert not list(search(rows(wish), wish, known, Time(60.0, 60.0), ALONE, silent))


def test_time_to_train_the_best_is_kept_free() -> None:
    ground = rows(asked())
    assert to_finish((), ground) == 3.0
    one = trial(0, "tree", 0.9, 10.0)
    assert to_finish((one,), ground) == pytest.approx(3 + 1.5 * 2 * 10 / 5)
    slower = trial(1, "bayes", 0.8, 20.0)
    assert to_finish((one, slower), ground) == pytest.approx(3 + 1.5 * (2 * 10 + 20) / 5)


def test_the_best_is_first_and_the_lowest_where_less_is_better() -> None:
    known = (trial(0, "tree", 0.9), trial(1, "tree", 0.95), trial(2, "linear", 0.92))
    late = Trial(3, "bayes", {}, Ended.LATE, (0.99,))
    assert [t.number for t in ranked((*known, late), metrics()["roc_auc"])] == [1, 2, 0]
    assert [t.number for t in leaders(known, metrics()["roc_auc"])] == [1, 2]
    assert [t.number for t in ranked((*known, late), metrics()["brier"])] == [0, 2, 1]
    assert [t.number for t in leaders(known, metrics()["brier"])] == [0, 2]


def test_a_table_without_what_is_asked_is_named() -> None:
    with pytest.raises(UnknownColumn):
        rows_of(shop(100).drop(columns="visits"), asked())
    bare = asked()
    object.__setattr__(bare.spec, "features", ())
    with pytest.raises(NoFeatures):
        rows_of(shop(100), bare)


def firsts_of(table: pd.DataFrame, wish: Search) -> dict[str, Trial]:
    ground = rows_of(table, wish)
    found = search(ground, wish, (), Time(60.0), ALONE, silent)
    return {each.trial.family: each.trial for each in islice(found, len(wish.families))}


def test_columns_that_tell_nothing_are_no_fault() -> None:
    wish = asked()
    table = shop(200).assign(visits=1.0, income=2.0, city="Oslo", member="no")
    table["since"] = table["since"].iloc[0]
    found = firsts_of(table, wish)
    assert {trial.ended for trial in found.values()} == {Ended.WHOLE}
    assert all(trial.score == pytest.approx(0.5) for trial in found.values())


def test_one_column_is_enough() -> None:
    wish = asked()
    one = replace(wish, spec=replace(wish.spec, features=wish.spec.features[:1]))
    found = firsts_of(shop(300), one)
    assert all(trial.score > 0.6 for trial in found.values())


def test_a_class_with_two_members_is_named() -> None:
    table = shop(200)
    table["buys"] = "no"
    table.loc[:1, "buys"] = "yes"
    with pytest.raises(ClassTooSmall):
        rows_of(table, asked())


def test_more_answers_than_can_be_told_apart_are_named() -> None:
    wish = asked(Task.MULTICLASS)
    table = shop(620)
    table["brand"] = [f"b{number % 31}" for number in range(len(table))]
    with pytest.raises(TooManyClasses) as told:
        rows_of(table, wish)
    assert told.value.facts == {"column": "brand", "classes": 31, "limit": 30}


def test_values_without_end_are_named() -> None:
    table = shop(200)
    table.loc[[3, 5], "spend"] = [np.inf, -np.inf]
    with pytest.raises(TargetTooLarge) as told:
        rows_of(table, asked(Task.REGRESSION, ("linear", "tree")))
    assert told.value.facts == {"column": "spend", "value": "inf", "rows": 2, "limit": 1e15}


def test_a_worker_that_is_ended_from_outside_is_told_of_and_what_was_done_is_there() -> None:
    done = list[int]()
    work = spread(Pool(2), _works_or_is_killed, [(0,), (1,), (2,)])
    with pytest.raises(WorkKilled):
        done.extend(work)
    assert done == [0]
    assert list(spread(Pool(2), abs, [(-3,)])) == [3]  # the next search has workers again


def test_a_back_end_that_gives_all_at_once_keeps_its_workers() -> None:
    """As Ray's does, joblib's own of multiprocessing answers a whole list of calls or none."""
    each = list(spread(Pool(2, "multiprocessing"), _by_whom, [(n,) for n in range(8)]))
    assert sorted(n for n, _ in each) == list(range(8))
    assert len({by for _, by in each} - {os.getpid()}) <= 2


def _by_whom(number: int) -> tuple[int, int]:
    time.sleep(0.05)
    return number, os.getpid()


def _works_or_is_killed(number: int) -> int:
    if number:
        time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_processes_beside_each_other_find_the_same() -> None:
    wish = asked(families=("tree", "bayes"))
    ground = rows(wish)
    alone = {t.family: t.scores for t in firsts(ground, wish, ALONE)}
    beside = {t.family: t.scores for t in firsts(ground, wish, Pool(2))}
    assert alone == beside


def firsts(ground, wish, workers: Pool) -> list[Trial]:  # type: ignore[no-untyped-def]
    found, known = [], search(ground, wish, (), Time(120.0), workers, silent)
    for each in known:
        if each.trial.number < 2:
            found.append(each.trial)
        if len(found) == 2:
            known.close()
            break
    return found


def test_another_back_end_is_named_in_the_environment() -> None:
    assert pool({}).backend == "loky"
    assert pool({"WHYBUY_SEARCH_BACKEND": "dask"}) == Pool(-1, "dask")
    wish = asked()
    for missing in ("dask", "nonsense"):
        with pytest.raises(BackendMissing) as told:
            list(search(rows(wish), wish, (), Time(9.0), Pool(-1, missing), silent))
        assert told.value.backend == missing


def test_dasks_client_is_there_while_trials_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask itself asks for one, and finds its scheduler by a variable of its own."""
    seen: list[str] = []

    class Client:
        def __enter__(self) -> None:
            seen.append("begun")

        def __exit__(self, *_: object) -> None:
            seen.append("ended")

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    joblib.register_parallel_backend("dask", lambda **_: SequentialBackend())
    for each in spread(Pool(1, "dask"), pow, [(2, 3)]):
        assert each == 8
        assert seen == ["begun"]
    assert seen == ["begun", "ended"]
