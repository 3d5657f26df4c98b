"""Every family first, then the time to those that do well."""

from collections import Counter
from dataclasses import replace

import pytest
from optuna.distributions import IntDistribution

from core.models.family import Task, family
from core.search import choosing
from core.search.choosing import Chooser
from core.search.space import defaults, space
from core.search.trial import Ended, Trial
from core.search.trying import Ask
from tests.core.search.made import asked, trial

SCORES = {"linear": 0.8, "tree": 0.9, "bayes": 0.7}


def chooser(known: tuple[Trial, ...] = (), left: float = 1e6) -> Chooser:
    return Chooser(asked(), known, lambda: 0.0, lambda trials: left)


def ended(ask: Ask, seconds: float = 1.0) -> Trial:
    made = trial(ask.number, ask.family, SCORES[ask.family], seconds)
    return replace(made, params=ask.params)


def test_each_family_is_tried_as_it_comes_first() -> None:
    found = chooser()
    asks = [found.next() for _ in range(3)]
    assert sorted(ask.family for ask in asks if ask) == ["bayes", "linear", "tree"]
    for ask in asks:
        assert ask is not None
        assert ask.finish
        assert ask.params == defaults(family(ask.family))


def test_then_each_gets_half_the_time_of_the_one_ahead_of_it() -> None:
    found, spent = chooser(), Counter[str]()
    for _ in range(150):
        ask = found.next()
        assert ask is not None
        seconds = {"linear": 3.0, "tree": 1.0, "bayes": 2.0}[ask.family]
        found.learn(ended(ask, seconds))
        spent[ask.family] += seconds
    assert spent["tree"] / spent["linear"] == pytest.approx(2.0, rel=0.15)
    assert spent["linear"] / spent["bayes"] == pytest.approx(2.0, rel=0.15)


def test_what_is_drawn_is_within_what_is_searched_and_moves_to_where_it_is_good() -> None:
    found, drawn = chooser(), []
    for _ in range(120):
        ask = found.next()
        assert ask is not None
        score = SCORES[ask.family]
        if ask.family == "tree" and not ask.finish:
            drawn.append(ask.params)
            score = 0.9 - abs(int(ask.params["max_depth"]) - 8) / 100
        found.learn(replace(trial(ask.number, ask.family, score), params=ask.params))
    depths = [int(params["max_depth"]) for params in drawn]
    known = space(family("tree"), Task.BINARY)["max_depth"]
    assert all(known.low <= depth <= known.high for depth in depths)  # type: ignore[attr-defined]
    late = depths[len(depths) // 2 :]
    assert sum(abs(depth - 8) <= 1 for depth in late) / len(late) > 0.4  # at random: 0.3


def test_nothing_is_tried_twice() -> None:
    found, tried = chooser(), []
    for _ in range(150):
        ask = found.next()
        assert ask is not None
        tried.append((ask.family, *sorted(ask.params.items())))
        found.learn(ended(ask))
    assert len(tried) == len(set(tried))


def test_a_search_ends_where_all_settings_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    few = {"max_depth": IntDistribution(3, 8)}
    monkeypatch.setattr(choosing, "space", lambda kind, task: few if kind.key == "tree" else {})
    found, depths = Chooser(asked(families=("tree",)), (), lambda: 0.0, lambda trials: 1e6), []
    while ask := found.next():
        depths.append(int(ask.params["max_depth"]))
        # what is best is wanted again and again
        found.learn(replace(ended(ask), params=ask.params, scores=(0.9 - depths[-1] / 100,) * 2))
    usual = int(defaults(family("tree"))["max_depth"])
    assert sorted(depths) == sorted({usual, *range(3, 9)})


def test_it_goes_on_where_it_was() -> None:
    before = chooser()
    known = []
    for _ in range(12):
        ask = before.next()
        assert ask is not None
        known.append(ended(ask))
        before.learn(known[-1])
    after = chooser(tuple(known))
    ask = after.next()
    assert ask is not None
    assert ask.number == 12
    assert not ask.finish  # all families have been tried
    assert ask.ahead.scores == known[[t.family for t in known].index("tree")].scores
    assert ask.ahead.rivals == 12


def test_a_family_that_was_late_is_tried_again_when_there_is_time() -> None:
    known = [trial(0, "linear", 0.8), trial(1, "bayes", 0.7)]
    known.append(Trial(2, "tree", defaults(family("tree")), Ended.LATE))
    ask = chooser(tuple(known)).next()
    assert ask is not None
    assert (ask.family, ask.finish) == ("tree", True)


def test_one_that_failed_is_not() -> None:
    known = [trial(0, "linear", 0.8), Trial(1, "tree", {}, Ended.FAILED, error="x")]
    found = chooser((*known, trial(2, "bayes", 0.7)))
    assert {ask.family for ask in (found.next() for _ in range(9)) if ask} == {"linear", "bayes"}


def test_nothing_begins_that_would_not_end_in_time() -> None:
    slow = [trial(i, key, SCORES[key], 100.0) for i, key in enumerate(SCORES)]
    assert chooser(tuple(slow), left=50.0).next() is None
    assert chooser(tuple(slow), left=150.0).next() is not None
    assert chooser(left=0.0).next() is None


def test_those_at_work_count_before_they_have_ended() -> None:
    found = Chooser(asked(families=("tree",)), (), lambda: 0.0, lambda trials: 1e6)
    first, second = found.next(), found.next()
    assert first is not None
    assert second is not None
    assert (first.finish, second.finish) == (True, False)


def test_a_second_of_a_kind_waits_for_what_the_first_takes() -> None:
    """On two cores the network is tried once while the others are, not on both."""
    now, found = [0.0], Chooser(asked(), (), lambda: now[0], lambda trials: 1e6)
    asks = {ask.family: ask for ask in (found.next() for _ in range(3)) if ask}
    for key in ("tree", "linear"):
        found.learn(ended(asks[key], 4.0))
    for _ in range(40):
        now[0] += 2.0
        ask = found.next()
        assert ask is not None
        assert ask.family != "bayes"
        found.learn(ended(ask, 2.0))
    slow = asks["bayes"]
    found.learn(ended(slow, 80.0))  # of some 250 s it has had more than its eighth
    following = [found.next() for _ in range(2)]
    assert "bayes" not in [ask.family for ask in following if ask]


def test_what_is_at_work_has_had_the_time_since_it_began() -> None:
    now, found = [0.0], Chooser(asked(), (), lambda: now[0], lambda trials: 1e6)
    for _ in range(3):
        ask = found.next()
        assert ask is not None
        found.learn(ended(ask, 1.0))
    ahead = found.next()
    assert ahead is not None
    assert ahead.family == "tree"
    now[0] += 60.0  # these settings take far longer than is usual
    assert [ask.family for ask in (found.next() for _ in range(3)) if ask].count("tree") == 0


@pytest.mark.parametrize("task", list(Task))
def test_every_family_takes_what_is_drawn_for_it(task: Task) -> None:
    for key in asked(task, ()).families:
        if not space(family(key), task):
            continue
        search = asked(task, (key,))
        found = Chooser(search, (), lambda: 0.0, lambda trials: 1e6)
        for _ in range(4):
            ask = found.next()
            assert ask is not None
            family(key).settings(ask.params)
            made = trial(ask.number, key, 0.5)
            found.learn(replace(made, params=ask.params))
