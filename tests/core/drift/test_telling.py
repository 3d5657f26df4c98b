"""A forest tells shifted customers from old ones, says by what, and does not see what is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.drift import telling as room
from core.drift.telling import among, telling
from core.progress import Cancelled, silent
from core.schema import Column, Kind, Role
from tests.core.drift.made import COLUMNS
from tests.core.train.shop import FEATURES, shop

SAID = tuple(column for column in FEATURES if column.kind is not Kind.DATE)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SETTINGS", {"trees": 10, "min_samples_leaf": 10})


@pytest.mark.usefixtures("small")
def test_of_two_samples_of_the_same_customers_it_says_that_it_cannot_tell() -> None:
    """The 95 % interval of the area holds 0.5 in about 95 of 100 pairs."""
    held = areas = 0.0
    for seed in range(60):
        both = shop(700, 100 + seed)
        found = telling(SAID, both.iloc[:400], both.iloc[400:], seed, silent)
        assert found is not None
        held += found.low <= 0.5 <= found.high
        areas += found.area / 60
    assert held >= stats.binom.ppf(0.01, 60, 0.95)
    assert areas == pytest.approx(0.5, abs=0.02)


def test_what_gives_new_rows_away_is_named_first() -> None:
    now = shop(800, 1)
    now["visits"] += 2
    found = telling(SAID, shop(900, 0), now, 0, silent)
    assert found is not None
    assert found.low > 0.7
    assert found.low < found.area < found.high
    assert found.gives[0].column == "visits"
    assert found.gives[0].low > 0.1
    assert all(abs(one.fall) < 0.05 for one in found.gives[1:])
    assert found.rows == (900, 800)


def test_two_columns_that_only_together_give_it_away() -> None:
    """Each by itself is as it was: what columns alone cannot show the whole does."""
    chance = np.random.default_rng(0)
    a, b = chance.normal(size=(2, 1000))
    then = pd.DataFrame({"a": a, "b": a + 0.3 * chance.normal(size=1000)})
    now = pd.DataFrame({"a": b, "b": -b + 0.3 * chance.normal(size=1000)})
    pair = Column("a", Kind.NUMBER), Column("b", Kind.NUMBER)
    found = telling(pair, then, now, 0, silent)
    assert found is not None
    assert found.low > 0.75
    assert {one.column for one in found.gives if one.low > 0.05} == {"a", "b"}


def test_copies_do_not_fool_it() -> None:
    """The same rows on both sides: a row in one part must not be learned from in another."""
    rows = shop(600, 3)
    found = telling(SAID, rows, rows, 0, silent)
    assert found is not None
    assert found.area == pytest.approx(0.5, abs=1e-12)
    assert found.low <= 0.5 <= found.high


def test_ids_dates_and_empty_columns_are_not_asked() -> None:
    rows = shop(50)[COLUMNS].assign(id=np.arange(50.0), nothing=np.nan)
    more = (Column("id", Kind.NUMBER, Role.ID), Column("nothing", Kind.NUMBER))
    assert [c.name for c in among((*FEATURES, *more), rows, rows)] == [c.name for c in SAID]
    assert [c.name for c in among(FEATURES, rows, rows[["city"]])] == ["city"]
    assert telling((), rows, rows, 0, silent) is None


def test_it_can_be_stopped_and_repeats() -> None:
    rows = shop(300, 0), shop(300, 1).assign(visits=9.0)
    assert telling(SAID, *rows, 0, silent) == telling(SAID, *rows, 0, silent)
    told = []

    def stops(share: float, stage: str) -> None:
        told.append(share)
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        telling(SAID, *rows, 0, stops)
    assert told == sorted(told)
