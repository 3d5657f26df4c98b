"""Where a model fails: found on one half, measured on the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn.metrics import log_loss

from core.explore.filters import Filter, kept
from core.models.family import Task
from core.predict import Predictions
from core.review.errors import errors, losses
from core.schema import Column, Kind

ROWS = 2000
COLUMNS = (Column("age", Kind.NUMBER), Column("city", Kind.CATEGORY, levels=("Oslo", "Rome")))


def table(seed: int = 0) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    cities = pd.Series(chance.choice(["Oslo", "Rome"], ROWS), dtype=object)
    return pd.DataFrame({"age": chance.uniform(18, 80, ROWS), "city": cities})


def predictions(rows: pd.DataFrame, wrong: bool, seed: int = 0) -> Predictions:
    """Chances that are right but, where ``wrong``, for people in Rome above 60."""
    chance = np.random.default_rng(seed + 1)
    scores = chance.uniform(0.05, 0.95, ROWS)
    truth = (chance.uniform(size=ROWS) < scores).astype(int)
    if wrong:
        inside = ((rows["city"] == "Rome") & (rows["age"] > 60)).to_numpy()
        truth = np.where(inside, (scores < 0.5).astype(int), truth)
    return Predictions(Task.BINARY, "bought", ("no", "yes"), rows.index.to_numpy(), scores, truth)


def test_losses_are_scikit_learns() -> None:
    found = predictions(table(), wrong=False)
    assert losses(found).mean() == pytest.approx(log_loss(np.asarray(found.truth), found.scores))
    value = Predictions(Task.REGRESSION, "spend", (), found.rows, found.scores, found.scores + 2.0)
    assert losses(value) == pytest.approx(np.full(ROWS, 2.0))


def test_the_group_that_is_told_wrongly_is_found() -> None:
    rows = table()
    told = errors(predictions(rows, wrong=True), rows, COLUMNS)
    assert told is not None
    worst = told.segments[0]
    assert worst.is_worse
    named = {wanted.column: wanted for wanted in worst.filters}
    assert named["city"].levels == ("Rome",)
    assert named["age"].low == pytest.approx(60, abs=2)
    assert worst.error > 2 * worst.rest


def test_figures_are_those_of_the_half_that_nobody_looked_at() -> None:
    rows = table()
    found = predictions(rows, wrong=True)
    told = errors(found, rows, COLUMNS, seed=4)
    assert told is not None
    order = np.random.default_rng([4, 5]).permutation(ROWS)
    judge = np.sort(np.array_split(order, 2)[1])
    amounts = losses(found)
    assert told.overall == pytest.approx(amounts[judge].mean())
    for segment in told.segments:
        inside = np.intersect1d(judge, kept(rows.iloc[judge], segment.filters).index)
        assert segment.rows == len(inside)
        assert segment.error == pytest.approx(amounts[inside].mean())
        others = np.setdiff1d(judge, inside)
        assert segment.gap == pytest.approx(amounts[inside].mean() - amounts[others].mean())
        assert segment.predicted == pytest.approx(found.scores[inside].mean())
        hits = np.asarray(found.truth)[inside]
        assert segment.happened == pytest.approx(hits.mean())
        between = binomtest(int(hits.sum()), len(hits)).proportion_ci(method="wilson")
        assert (segment.happened_low, segment.happened_high) == pytest.approx(tuple(between))


def test_right_chances_are_seldom_said_to_fail() -> None:
    """Errors that follow the chance alone: no column tells where they are."""
    alarms = 0
    for seed in range(30):
        rows = table(seed)
        told = errors(predictions(rows, wrong=False, seed=seed), rows, COLUMNS, seed=seed)
        assert told is not None
        alarms += any(segment.is_worse for segment in told.segments)
    assert alarms <= 5  # 5 % of 30 is 1.5; more than 5 happens once in 500 times


def test_saved_cohorts_are_judged_on_all_rows() -> None:
    rows = table()
    found = predictions(rows, wrong=True)
    old = (Filter("city", levels=("Rome",)), Filter("age", low=60.0))
    few = (Filter("age", low=79.95),)
    told = errors(found, rows, COLUMNS, (("old Romans", old), ("hardly anybody", few)))
    assert told is not None
    (cohort,) = told.cohorts
    inside = kept(rows, old).index
    assert (cohort.name, cohort.rows) == ("old Romans", len(inside))
    assert cohort.error == pytest.approx(losses(found)[inside].mean())
    assert cohort.is_worse


def test_too_few_customers_say_nothing() -> None:
    rows = table()
    found = predictions(rows, wrong=True)
    few = Predictions(
        found.task, found.target, found.classes, found.rows[:150], found.scores[:150],
        np.asarray(found.truth)[:150],
    )  # fmt: skip
    assert errors(few, rows.iloc[:150], COLUMNS) is None


def test_rows_that_stand_together_are_in_one_half_and_count_once() -> None:
    """Each customer four times: found and judged as if each were there once."""
    rows = table()
    once = predictions(rows, wrong=True)
    places = np.repeat(np.arange(ROWS), 4)
    many = rows.iloc[places].reset_index(drop=True)
    again = replace(once.only(places), rows=np.arange(len(places)), groups=places)
    first, second = errors(once, rows, COLUMNS), errors(again, many, COLUMNS)
    assert first is not None
    assert second is not None
    assert second.rows == 4 * first.rows
    worst, same = first.segments[0], second.segments[0]
    assert worst.error - worst.low == pytest.approx(same.error - same.low, rel=0.1)
    assert worst.gap_high - worst.gap_low == pytest.approx(same.gap_high - same.gap_low, rel=0.1)
    assert worst.happened_high - worst.happened_low == pytest.approx(
        same.happened_high - same.happened_low, rel=0.1
    )
    for part in (first, second):
        assert part.overall == pytest.approx(first.overall)


def test_what_happened_on_average_has_the_interval_of_its_mean() -> None:
    rows = table()
    spent = np.random.default_rng(3).gamma(2.0, 50.0, ROWS)
    found = Predictions(Task.REGRESSION, "spend", (), rows.index.to_numpy(), spent + 5, spent)
    told = errors(found, rows, COLUMNS, (("Romans", (Filter("city", levels=("Rome",)),)),))
    assert told is not None
    (romans,) = told.cohorts
    values = spent[(rows["city"] == "Rome").to_numpy()]
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    assert romans.happened == pytest.approx(values.mean())
    between = (values.mean() - half, values.mean() + half)
    assert (romans.happened_low, romans.happened_high) == pytest.approx(between, rel=1e-3)


@pytest.mark.parametrize("customers", [1, 2, 19])
def test_rows_of_few_customers_say_nothing_of_groups(customers: int) -> None:
    rows = table()
    found = replace(predictions(rows, wrong=True), groups=np.arange(ROWS) % customers)
    assert errors(found, rows, COLUMNS) is None
