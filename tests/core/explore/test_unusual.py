from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from core.errors import TooFewToGroup
from core.explore.unusual import (
    Ground,
    Unusual,
    Why,
    column_errors,
    depth_scores,
    isolation,
    unusual,
)
from core.explore.unusual_words import agreement, is_rare, place_words, why_words
from core.progress import Cancelled, silent
from core.schema import Column, Kind
from core.text.phrases import phrases
from core.train.scaled import scaled

SAY = phrases()
COLUMNS = (
    Column("visits", Kind.NUMBER),
    Column("spend", Kind.NUMBER),
    Column("city", Kind.CATEGORY),
)
ODD = 7


def customers() -> pd.DataFrame:
    """200 alike; the row of place 7 has a spend far out and a city of its own."""
    chance = np.random.default_rng(5)
    visits = chance.normal(10, 2, 200)
    found = pd.DataFrame(
        {
            "visits": visits,
            "spend": 3 * visits + chance.normal(0, 1, 200),
            "city": chance.choice(["Oslo", "Wien"], 200).astype(object),
        },
        index=pd.Index(np.arange(200) + 1000),
    )
    found.iloc[ODD, 1] = 400.0
    return found


@pytest.fixture(scope="module")
def ground() -> Ground:
    """What a network gives back that knows the means alone."""
    table = customers()
    alike = scaled(table, COLUMNS)
    again = np.tile(alike.x.mean(axis=0), (len(table), 1)).astype("float64")
    return Ground(table, COLUMNS, alike.x, alike.blocks, again)


@pytest.fixture(scope="module")
def forest(ground: Ground) -> Any:
    return isolation(ground.x, 0)


@pytest.fixture(scope="module")
def found(ground: Ground, forest: Any) -> Unusual:
    return unusual(ground, forest, 0, 0.4, silent)


def test_who_was_planted_comes_first_with_the_column_that_makes_it_so(found: Unusual) -> None:
    first = found.odd[0]
    assert first.row == 1000 + ODD
    assert first.places[0] == 1
    why = first.why[0]
    assert why.column == "spend"
    assert why.forest > 0.5
    assert (why.same, why.below) == (1 / 200, 199 / 200)


def test_errors_are_summed_over_a_columns_block() -> None:
    x = np.array([[1, 0, 2], [0, 0, 0]], "float32")
    again = np.array([[0, 0, 0], [1, 2, 3.0]])
    assert column_errors(x, again, ((0, 2), (2, 3))).tolist() == [[1, 4], [5, 9]]


def test_agreement_is_counted(ground: Ground, found: Unusual) -> None:
    depth = depth_scores(isolation(ground.x, 0), ground.x)
    error = ((ground.x.astype("float64") - ground.again) ** 2).sum(axis=1)
    most = [set(np.argsort(-score, kind="stable")[:10]) for score in (depth, error)]
    assert (found.top, found.both) == (10, len(most[0] & most[1]))
    assert found.by_chance == pytest.approx(0.5)
    assert found.correlation == pytest.approx(spearmanr(depth, error).statistic)
    assert sum(map(sum, found.grid)) == found.rows == 200
    for odd in found.odd:
        place = odd.row - 1000
        assert odd.scores == pytest.approx((depth[place], error[place]))
        assert odd.places[0] == 1 + (depth > depth[place]).sum()


def test_the_forest_is_that_of_scikit_learn(ground: Ground, forest: Any) -> None:
    from sklearn.ensemble import IsolationForest

    theirs = IsolationForest(n_estimators=200, random_state=3).fit(ground.x)
    assert len(forest.estimators_) == 200
    scores = [each.score_samples(ground.x) for each in (forest, theirs)]
    assert spearmanr(*scores).statistic > 0.9


def test_it_stops_when_asked(ground: Ground) -> None:
    def report(share: float, stage: str) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        isolation(ground.x, 0, report)


def test_too_few_are_said(ground: Ground) -> None:
    with pytest.raises(TooFewToGroup):
        isolation(ground.x[:49], 0)


@pytest.mark.parametrize(
    ("why", "rare"),
    [
        (Why("c", 1, 1, same=0.01), True),
        (Why("c", 1, 1, same=0.03), False),
        (Why("n", 1, 1, same=0.001, below=0.995), True),
        (Why("n", 1, 1, same=0.001, below=0.5), False),
        (Why("n", 1, 1, same=0.01, below=0.0), True),
        (Why("n", 1, 1, same=0.4, below=0.0), False),
    ],
)
def test_what_is_rare_by_itself(why: Why, rare: bool) -> None:
    assert is_rare(why) is rare


def test_why_is_said_in_words(found: Unusual) -> None:
    table = customers()
    sentences = why_words(found.odd[0], table.loc[found.odd[0].row], SAY)
    assert sentences[0] == "spend is 400, higher than for 99.5% of the customers"
    place = place_words(found.odd[0], found.rows, SAY)
    assert place.startswith("Of 200 customers, place 1 by the forest")
    agree, back = agreement(found, SAY)
    assert agree.startswith("Of the 10 most unusual of each way,")
    assert back.startswith("The network gives back only 40.0%")


def test_a_gap_and_a_combination_are_said() -> None:
    from core.explore.unusual import Odd

    gap = Odd(
        0, (0.5, 1.0), (1, 2), (Why("city", 1, 1, same=0.3, gap=True), Why("n", 0, 0, 0.1, 0.2))
    )
    row = pd.Series({"city": None, "n": 4.0})
    assert why_words(gap, row, SAY) == (
        "city is missing, as for 30.0% of the customers",
        "n is 4, lower than for 70.0% of the customers",
        "Each of these values is common by itself; it is the combination that is rare.",
    )
