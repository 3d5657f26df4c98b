"""A tree in words against the training rows: every answer is a filter that can be counted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from core.errors import UnknownOutcome
from core.explain.explanation import Scale
from core.explain.questions import (
    Answer,
    Ask,
    Tree,
    can_be_drawn,
    ends,
    path,
    summary,
    tree,
    ways,
)
from core.models.family import Task
from core.predict import scored
from core.progress import silent
from core.train.training import TrainedModel, train
from tests.core.explain.models import table, trained
from tests.core.train.shop import asked, shop


def model(task: Task, balanced: bool = False) -> TrainedModel:
    params = {"min_samples_leaf": 5, "pruning": 1e-9, "max_depth": 8}
    return train(shop(900), asked(task, "tree", params=params, balanced=balanced), silent)


def learned_from(found: TrainedModel) -> pd.DataFrame:
    return shop(900).drop(index=found.held_out)


def holds(answer: Answer, rows: pd.DataFrame) -> pd.Series:
    """Which rows gave that answer, by the words alone."""
    cells = rows[answer.column]
    gone = cells.isna()
    if answer.ask is Ask.MISSING:
        return gone
    if answer.ask is Ask.KNOWN:
        return ~gone
    if answer.ask is Ask.ONE_OF:
        return cells.isin(answer.levels) | (gone & answer.gaps)
    known = cells <= answer.bound if answer.ask is Ask.AT_MOST else cells > answer.bound
    return known | (gone & answer.gaps)


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("task", list(Task))
def test_answers_are_filters_that_give_the_counts_and_the_rates(task: Task, balanced: bool) -> None:
    if balanced and task is Task.REGRESSION:
        pytest.skip("values have no classes to balance")
    found = model(task, balanced)
    rows, target = learned_from(found), found.spec.target.name
    drawn, asks = tree(found), set()
    for way in ways(drawn.top):
        kept = pd.Series(True, index=rows.index)
        for node in way[1:]:
            assert node.answer is not None
            asks.add((node.answer.ask, node.answer.column))
            kept &= holds(node.answer, rows)
        assert way[-1].rows == kept.sum()
        cells = rows[target][kept]
        share = cells.mean() if task is Task.REGRESSION else (cells == drawn.of).mean()
        assert way[-1].value == pytest.approx(share, rel=1e-9)
        short = pd.Series(True, index=rows.index)
        for answer in summary(way):
            short &= holds(answer, rows)
        assert short.equals(kept)
    assert len(asks) >= 5


def test_every_kind_of_answer_occurs() -> None:
    chance = np.random.default_rng(0)
    rows = shop(900)
    rows["buys"] = np.where(rows["income"].isna() | (rows["city"].isna()), "yes", "no")
    rows["buys"] = np.where(chance.random(900) < 0.02, "yes", rows["buys"])
    params = {"min_samples_leaf": 5, "pruning": 1e-9}
    found = train(rows, asked(Task.BINARY, "tree", params=params), silent)
    answers = [way[-1].answer for way in ways(tree(found).top) if way[-1].answer]
    missing = {answer.column for answer in answers if answer.ask is Ask.MISSING}
    assert missing == {"income", "city"}
    known = next(a for a in answers if a.ask is Ask.KNOWN and a.column == "city")
    assert not known.gaps


@pytest.mark.parametrize("task", list(Task))
def test_the_end_of_a_path_is_what_a_single_tree_says(task: Task) -> None:
    found = model(task)
    drawn = tree(found)
    assert (drawn.number, drawn.trees, drawn.apart) == (0, 1, 0.0)
    for place in range(0, 60, 3):
        row = shop(900).iloc[[place]]
        way = path(found, drawn, row)
        says = scored(found, row)[0]
        assert way[-1].value == pytest.approx(says if np.ndim(says) == 0 else says[0])
        assert way[0] is drawn.top
        for one, other in pairwise(way):
            assert other in one.below
            assert other.answer is not None
            assert holds(other.answer, row).iloc[0]


def test_the_ends_hold_everyone_once() -> None:
    drawn = tree(model(Task.BINARY))
    last = [way[-1] for way in ends(drawn.top)]
    assert sum(node.rows for node in last) == drawn.top.rows
    assert len(last) == sum(1 for way in ways(drawn.top) if not way[-1].below)
    assert [way[-1].depth for way in ends(drawn.top)] == [len(w) - 1 for w in ends(drawn.top)]


@pytest.mark.parametrize("task", list(Task))
def test_the_tree_that_stands_for_a_forest_is_closest_to_it(task: Task) -> None:
    forest = trained("forest", task)
    drawn = tree(forest)
    rows = forest.background
    says = scored(forest, rows)
    says = says[:, 0] if says.ndim == 2 else says

    def apart(number: int) -> float:
        one: Tree = tree(forest, number=number)
        own = [path(forest, one, rows.iloc[[i]])[-1].value for i in range(len(rows))]
        return float(np.abs(np.array(own) - says).mean())

    assert drawn.trees == 15
    assert drawn.apart == pytest.approx(apart(drawn.number))
    others = [tree(forest, number=number).apart for number in range(15)]
    assert drawn.apart == min(others)
    assert others[3] == pytest.approx(apart(3))


def test_whole_numbers_and_dates_are_written_as_the_user_would() -> None:
    answers = [way[-1].answer for way in ways(tree(model(Task.BINARY)).top) if way[-1].answer]
    visits = [a.bound for a in answers if a.column == "visits" and a.bound is not None]
    since = [a.bound for a in answers if a.column == "since" and a.bound is not None]
    assert visits
    assert all(isinstance(bound, float) and bound.is_integer() for bound in visits)
    assert since
    assert all(bound == pd.Timestamp(bound).normalize() for bound in since)


def test_a_class_is_chosen_by_name() -> None:
    found = model(Task.MULTICLASS)
    whole = [tree(found, of).top.value for of in ("A", "B", "C")]
    assert sum(whole) == pytest.approx(1)
    assert tree(found, "B").scale is Scale.CHANCE
    with pytest.raises(UnknownOutcome):
        tree(found, "D")


def test_only_trees_can_be_drawn() -> None:
    assert can_be_drawn(trained("forest", Task.BINARY))
    assert can_be_drawn(trained("tree", Task.BINARY))
    for kind in ("linear", "mlp", "svm", "baseline"):
        other = trained(kind, Task.BINARY)
        assert not can_be_drawn(other)
        with pytest.raises(ValueError, match="has no trees"):
            tree(other)
    with pytest.raises(ValueError, match="no tree 15"):
        tree(trained("forest", Task.BINARY), number=15)


def test_a_tree_without_questions_is_one_group() -> None:
    stump = train(table(), asked(Task.BINARY, "tree", params={"pruning": 0.2}), silent)
    drawn = tree(stump)
    way = path(stump, drawn, table().iloc[[0]])
    assert way[-1].below == ()
    assert drawn.top.rows == len(table()) - len(stump.held_out)
