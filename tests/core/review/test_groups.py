"""Figures by group, against scikit-learn, published intervals and counts by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import precision_score, recall_score

from core.intervals import Z, quantile
from core.models.family import Task
from core.predict import Predictions
from core.review.bands import OTHERS, groups_of
from core.review.groups import SMALL, Groups, by_groups, newcombe, rate
from core.schema import Column, Kind

ROWS = 600


def predictions(task: Task = Task.BINARY) -> Predictions:
    chance = np.random.default_rng(3)
    truth = chance.integers(0, 2, ROWS)
    scores = np.clip(0.3 * truth + chance.uniform(0, 0.7, ROWS), 0, 1)
    rows = np.sort(chance.choice(5000, ROWS, replace=False))
    return Predictions(task, "bought", ("no", "yes"), rows, scores, truth)


def names(found: Predictions, seed: int = 0) -> pd.Series:
    drawn = np.random.default_rng(seed).choice(["a", "b", "c"], ROWS, p=[0.6, 0.3, 0.1])
    return pd.Series(drawn, index=found.rows, dtype=object)


def known(found: Groups | None) -> Groups:
    assert found is not None
    return found


def test_rates_are_scikit_learns() -> None:
    found, named = predictions(), names(predictions())
    told = known(by_groups(found, named, 0.5, "region"))
    said = (found.scores >= 0.5).astype(int)
    assert [group.name for group in told.groups] == list(named.value_counts().index)
    for group in told.groups:
        inside = (named == group.name).to_numpy()
        y, p = np.asarray(found.truth)[inside], said[inside]
        assert group.rows == inside.sum()
        assert group.selected.value == pytest.approx(p.mean())
        assert group.recall.value == pytest.approx(recall_score(y, p))
        assert group.precision.value == pytest.approx(precision_score(y, p))
        assert group.predicted == pytest.approx(found.scores[inside].mean())
        assert group.happened == pytest.approx(y.mean())
        gaps = found.scores[inside] - y
        low, high = stats.norm.interval(0.95, gaps.mean(), stats.sem(gaps))
        assert (group.off_low, group.off_high) == pytest.approx((low, high))
        wilson = stats.binomtest(int(p.sum()), len(p)).proportion_ci(method="wilson")
        assert (group.selected.low, group.selected.high) == pytest.approx(tuple(wilson))
    rates = [group.selected.value for group in told.groups]
    assert told.ratio == pytest.approx(min(rates) / max(rates))  # type: ignore[type-var, operator]


def test_the_difference_is_newcombes_published_one() -> None:
    """56/70 less 48/80 (Newcombe 1998, table II, example a, method 10): .0524 to .3339."""
    found = newcombe((56, 70), (48, 80), Z)
    assert found is not None
    assert found.difference == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    assert newcombe((0, 0), (1, 2), Z) is None
    wide = newcombe((56, 70), (48, 80), quantile(10))
    assert wide is not None
    assert wide.low < found.low
    assert quantile(10) == pytest.approx(stats.norm.isf(0.05 / 20))


def test_a_group_is_held_against_all_others() -> None:
    found, named = predictions(), names(predictions())
    told = known(by_groups(found, named, 0.5))
    said = found.scores >= 0.5
    for group in told.groups:
        inside = (named == group.name).to_numpy()
        by_hand = newcombe(
            (int(said[inside].sum()), int(inside.sum())),
            (int(said[~inside].sum()), int((~inside).sum())),
            quantile(len(told.groups)),
        )
        assert group.selected_apart == by_hand


def test_groups_alike_are_seldom_told_apart() -> None:
    """Of 200 draws in which groups mean nothing, some 5 % may have one that differs."""
    found = predictions()
    alarms = 0
    for seed in range(200):
        told = known(by_groups(found, names(found, seed), 0.5))
        alarms += any(
            g.selected_apart is not None and g.selected_apart.differs for g in told.groups
        )
    assert alarms <= stats.binom.ppf(0.999, 200, 0.05)


def test_a_group_that_is_chosen_more_often_is_told() -> None:
    found = predictions()
    named = names(found)
    better = replace(
        found, scores=np.where(named == "b", np.clip(found.scores + 0.3, 0, 1), found.scores)
    )
    told = {group.name: group for group in known(by_groups(better, named, 0.5)).groups}
    apart = told["b"].selected_apart
    assert apart is not None
    assert apart.differs
    assert apart.difference > 0.2
    assert told["b"].off_low > 0
    assert told["b"].is_off


def test_a_mean_that_is_off_is_told_however_many_groups_there_are() -> None:
    """Just outside of its own interval is not yet beyond what the worst of three may be by luck."""
    found = predictions()
    named = names(found)
    inside = (named == "b").to_numpy()
    gaps = found.scores[inside] - np.asarray(found.truth)[inside]
    error = stats.sem(gaps)
    for times, is_off in ((2.2, False), (2.6, True)):  # 1.96 alone, 2.39 of three
        scores = found.scores + np.where(inside, times * error - gaps.mean(), 0)
        told = known(by_groups(replace(found, scores=scores), named, 0.5))
        group = next(group for group in told.groups if group.name == "b")
        assert group.off == pytest.approx(times * error)
        assert group.off_low > 0
        assert group.is_off is is_off


def test_groups_of_a_few_are_not_shown_by_themselves() -> None:
    found = predictions()
    named = names(found)
    named.iloc[:3] = "Zoë"
    named.iloc[3:11] = "Ünal"
    named.iloc[11:20] = None
    told = known(by_groups(found, named, 0.5))
    assert {"Zoë", "Ünal"}.isdisjoint(group.name for group in told.groups)
    assert SMALL in {group.name for group in told.groups}
    assert (told.small, told.small_rows, told.unknown) == (2, 11, 9)
    fewer = named.where(named != "Ünal")
    told = known(by_groups(found, fewer, 0.5))
    assert SMALL not in {group.name for group in told.groups}  # three together are too few as well
    assert sum(group.rows for group in told.groups) == ROWS - 3 - told.unknown


def test_one_group_says_nothing() -> None:
    found = predictions()
    assert by_groups(found, pd.Series("a", index=found.rows), 0.5) is None
    assert by_groups(found, pd.Series(None, index=found.rows, dtype=object), 0.5) is None
    three = pd.Series(["x"] * 3 + ["a"] * (ROWS - 3), index=found.rows)
    assert by_groups(found, three, 0.5) is None


def test_several_classes_and_values() -> None:
    chance = np.random.default_rng(1)
    scores = chance.dirichlet([1, 1, 1], ROWS)
    truth = chance.integers(0, 3, ROWS)
    rows = np.arange(ROWS)
    many = Predictions(Task.MULTICLASS, "next", ("x", "y", "z"), rows, scores, truth)
    named = names(many)
    told = known(by_groups(many, named, 0.5))
    for group in told.groups:
        inside = (named == group.name).to_numpy()
        right = scores[inside].argmax(axis=1) == truth[inside]
        assert group.selected.value == pytest.approx(right.mean())
        assert group.recall.rows == 0
    assert told.ratio is None
    amounts = Predictions(Task.REGRESSION, "spend", (), rows, scores[:, 0], scores[:, 1])
    told = known(by_groups(amounts, named, 0.5))
    for group in told.groups:
        inside = (named == group.name).to_numpy()
        assert group.off == pytest.approx((scores[inside, 0] - scores[inside, 1]).mean())
        assert group.selected.value is None
    assert told.ratio is None


def test_nobody_chosen_has_no_ratio() -> None:
    found = predictions()
    told = known(by_groups(found, names(found), 2.0))
    assert told.ratio is None
    assert rate(0, 0, (0.0, 0.0), Z).value is None


def test_bands_and_levels() -> None:
    ages = pd.Series([*range(20, 60), np.nan])
    bands = groups_of(ages, Column("age", Kind.NUMBER))
    assert bands.iloc[:40].value_counts().to_list() == [10, 10, 10, 10]
    assert bands.iloc[0] == "20 – <29.75"
    assert bands.iloc[39].endswith("– 59")
    assert bands.isna().to_list() == [False] * 40 + [True]
    few = groups_of(pd.Series([1.0, 2.0, 2.0, np.nan]), Column("kids", Kind.NUMBER))
    assert few.iloc[:3].to_list() == ["1", "2", "2"]
    cities = pd.Series([f"city {i % 200}" for i in range(2000)] + ["Rome"] * 100)
    told = groups_of(cities, Column("city", Kind.CATEGORY))
    assert told.nunique() == 13
    assert {"Rome", OTHERS} <= set(told)
    days = pd.Series(pd.to_datetime(["2024-05-01", "2025-01-01", None]))
    assert groups_of(days, Column("since", Kind.DATE)).iloc[:2].to_list() == ["2024", "2025"]


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_rows_that_stand_together_count_once(task: Task) -> None:
    """Each customer five times is as sure as each once."""
    once = predictions(task)
    places = np.repeat(np.arange(ROWS), 5)
    again = replace(once.only(places), rows=np.arange(len(places)), groups=places)
    named = names(once)
    many = pd.Series(named.to_numpy()[places])
    first, second = known(by_groups(once, named, 0.5)), known(by_groups(again, many, 0.5))
    for one, other in zip(first.groups, second.groups, strict=True):
        assert (other.name, other.rows) == (one.name, 5 * one.rows)
        ends = (other.off_low, other.off_high), (one.off_low, one.off_high)
        assert ends[0] == pytest.approx(ends[1], abs=0.003)
        if task is Task.BINARY:
            for rate in ("selected", "recall", "precision"):
                this, that = getattr(other, rate), getattr(one, rate)
                assert (this.value, this.hits) == (pytest.approx(that.value), 5 * that.hits)
                assert (this.low, this.high) == pytest.approx((that.low, that.high), abs=0.005)
            assert other.selected_apart is not None
            assert one.selected_apart is not None
            assert other.selected_apart.low == pytest.approx(one.selected_apart.low, abs=0.005)


def test_rows_of_few_customers_are_no_group() -> None:
    """A hundred rows of nine customers are nine customers."""
    found = predictions()
    named = pd.Series(np.repeat(["a", "b", "c"], 200), index=found.rows, dtype=object)
    customers = np.concatenate([np.arange(200) % 9, 9 + np.arange(400) % 90])
    told = known(by_groups(replace(found, groups=customers), named, 0.5))
    assert {group.name for group in told.groups} == {"b", "c"}
    assert (told.small, told.small_rows) == (1, 200)
