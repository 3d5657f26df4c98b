"""Shuffled answers: a model of something beats all of them, a model of nothing does not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evaluate.metric import Better
from core.models.family import Task
from core.progress import silent
from core.robust import permutation as room
from core.robust.permutation import p_value, permutation
from core.train.spec import Split, SplitKind
from tests.core.robust.made import rows, wish


@pytest.mark.parametrize("task", list(Task))
def test_what_can_be_learned_beats_chance(task: Task) -> None:
    found = permutation(rows(wish("linear", task)), silent)
    assert found.p == pytest.approx(1 / 20)
    assert found.score > max(found.shuffled)
    assert len(found.shuffled) == 19


def test_where_there_is_nothing_it_says_so() -> None:
    of = rows(wish("linear"))
    ps = []
    for seed in range(5):
        y = np.random.default_rng(seed).permutation(of.y)
        ps.append(permutation(replace(of, y=y), silent, 9).p)
    assert np.mean(ps) > 0.2


def test_what_it_is_judged_by_is_not_shuffled() -> None:
    of = rows(wish("linear"))
    mixed = room._shuffled(of, 0)
    np.testing.assert_array_equal(mixed.y[of.judge], of.y[of.judge])
    assert sorted(mixed.y[of.learn]) == sorted(of.y[of.learn])
    assert (mixed.y[of.learn] != of.y[of.learn]).any()


def test_answers_of_those_that_stand_together_stay_together() -> None:
    """Where a household's rows all answer alike, they do so with another household's answers."""
    split = Split(kind=SplitKind.GROUP, column="household")
    of = rows(wish("linear", split=split), 399)  # three to each
    homes = of.table["household"].to_numpy().astype(int)
    alike = replace(of, y=(homes % 3 == 0).astype(np.int64))
    mixed = room._shuffled(alike, 0)
    learn = pd.DataFrame({"home": homes[of.learn], "y": mixed.y[of.learn]})
    assert (learn.groupby("home")["y"].nunique() == 1).all()
    assert learn["y"].sum() == alike.y[of.learn].sum()
    assert (mixed.y[of.learn] != alike.y[of.learn]).any()
    np.testing.assert_array_equal(mixed.y[of.judge], alike.y[of.judge])


def test_the_chance_of_luck_counts_the_model_itself() -> None:
    assert p_value(0.8, [0.5, 0.9, 0.8, float("nan")], Better.HIGHER) == (1 + 3) / 5
    assert p_value(0.8, [0.5, 0.9, 0.8], Better.LOWER) == (1 + 2) / 4


def test_large_tables_are_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ROWS_AT_MOST", 100)
    found = permutation(rows(wish("linear")), silent, 3)
    assert 100 <= found.rows <= 102
