"""The reference's column: of the past alone, right on CDNOW, and none where there is no model."""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.behaviour import reference
from core.behaviour.lifetimes.bgnbd import BgNbd, Past, chance, expected
from core.behaviour.lifetimes.spend import expected_mean
from core.behaviour.question import Asks, Question, millis
from core.behaviour.recorded import DAY, Recorded
from core.behaviour.reference import CHANCE, COLUMN, PURCHASES, SPEND, Lack, references
from tests.core.behaviour.lifetimes.cdnow import purchases
from tests.core.behaviour.lifetimes.drawn import drawn
from tests.core.behaviour.logs import event, write

CUTOFFS = ("2024-05-01", "2024-07-01")
BUY = Question(Asks.BUY, CUTOFFS, outcome=30)


def shop(customers: int = 300, seed: int = 0) -> list[dict[str, object]]:
    """Purchases of half a year from the first of January on, drawn from the model."""
    found = drawn(BgNbd(0.8, 30.0, 0.6, 2.5), np.full(customers, 1.0), seed)
    chance_ = np.random.default_rng(seed)
    begin = millis("2024-01-01") + chance_.integers(0, 60, customers) * DAY
    rows = []
    for who, (first, times) in enumerate(zip(begin, found.times, strict=True)):
        level = chance_.gamma(4.0, 10.0)
        for at in (0.0, *times[times < 400]):
            when = int(first + at * DAY)
            bought = event(f"c{who:03}", "2024-01-01", amount=level * chance_.gamma(6.0, 1 / 6))
            rows.append(bought | {"at": when, "purchase": f"{who} {when}"})
    return rows


def keys_of(recorded: Recorded, cutoffs: tuple[str, ...] = CUTOFFS) -> pd.DataFrame:
    """Everybody at every cutoff, in no order."""
    everybody = pd.read_parquet(recorded.events)["customer"].unique()
    made = pd.DataFrame(
        [(who, millis(cutoff)) for who in everybody for cutoff in cutoffs],
        columns=["customer", "cutoff"],
    )
    return made.sample(frac=1.0, random_state=0)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return write(tmp_path_factory.mktemp("shop"), shop())


def cdnow(shared: Path, folder: Path) -> tuple[Recorded, pd.DataFrame]:
    """CDNOW as a history: every row an order of its own."""
    found = purchases(shared)
    at = (found["date"] - pd.Timestamp("1970-01-01")).dt.days * DAY
    log = pd.DataFrame(
        {
            "customer": found["id"].astype(str),
            "at": at,
            "kind": "order",
            "buys": True,
            "purchase": [str(row) for row in range(len(found))],
            "amount": found["amount"],
        }
    )
    return write(folder, log), log


def test_cdnow_is_predicted_as_in_the_papers(shared: Path, tmp_path: Path) -> None:
    recorded, log = cdnow(shared, tmp_path)
    asked = Question(Asks.BUY, ("1997-10-01",), lookback=273, outcome=273)
    keys = keys_of(recorded, asked.cutoffs)
    begin, end = asked.future(asked.moments[0])
    after = log[(log["at"] >= begin) & (log["at"] < end)].groupby("customer")
    came = keys["customer"].map(after["purchase"].nunique()).fillna(0).to_numpy()
    paid = keys["customer"].map(after["amount"].sum()).fillna(0).to_numpy()

    buying = references(recorded, asked, keys)
    (fits,) = buying.fits
    assert astuple(fits.buying.model) == pytest.approx((0.243, 4.414, 0.793, 2.426), rel=0.01)
    assert fits.buying.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert (fits.used, fits.customers) == (2357, 2357)
    auc = roc_auc_score(came > 0, buying.columns[CHANCE])
    assert auc == pytest.approx(0.757, abs=0.002)  # what a model with features must beat
    assert buying.columns[CHANCE].mean() == pytest.approx((came > 0).mean(), abs=0.03)

    counted = references(recorded, replace(asked, asks=Asks.COUNT), keys).columns[PURCHASES]
    assert counted.sum() == pytest.approx(came.sum(), rel=0.15)
    spent = references(recorded, replace(asked, asks=Asks.SPEND), keys)
    assert spent.fits[0].spending is not None
    assert astuple(spent.fits[0].spending.model) == pytest.approx((6.25, 3.74, 15.44), rel=0.01)
    assert spent.columns[SPEND].sum() == pytest.approx(paid.sum(), rel=0.2)
    for said, truth in ((counted, came), (spent.columns[SPEND], paid)):
        assert 1 - ((truth - said) ** 2).sum() / ((truth - truth.mean()) ** 2).sum() > 0.2


def test_one_customer_by_hand(recorded: Recorded) -> None:
    """Who bought on days 0, 3 (twice) and 10 of January, seen on the first of May."""
    extra = [
        event("me", "2024-01-05", amount=10.0),
        event("me", "2024-01-08T09:00", amount=20.0),
        event("me", "2024-01-08T23:59", amount=5.0),
        event("me", "2024-01-15", amount=35.0),
        event("me", "2024-01-20", "view"),
    ]
    found = write(recorded.folder / "by hand", [*shop(), *extra])
    keys = pd.DataFrame({"customer": ["me"], "cutoff": [millis("2024-05-01")]})
    past = Past(np.array([2.0]), np.array([10 / 7]), np.array([116 / 7]))
    gap = 14
    asked = Question(Asks.BUY, CUTOFFS[:1], gap=gap, outcome=30)
    buying = references(found, asked, keys)
    model = buying.fits[0].buying.model
    some = chance(model, past, 30 / 7, gap / 7)[0]
    assert buying.columns == {CHANCE: pytest.approx([some], rel=1e-12)}
    leaving = references(found, replace(asked, asks=Asks.LEAVE), keys)
    assert leaving.columns[CHANCE] == pytest.approx([1 - some], rel=1e-12)
    many = expected(model, past, 30 / 7, gap / 7)[0]
    log = pd.read_parquet(found.events).query("buys and at < @millis('2024-05-01')")
    days = log.assign(day=log["at"] // DAY)[["customer", "day"]].drop_duplicates()
    counted = references(found, replace(asked, asks=Asks.COUNT), keys).columns[PURCHASES]
    assert counted == pytest.approx([many * log["purchase"].nunique() / len(days)], rel=1e-9)
    spent = references(found, replace(asked, asks=Asks.SPEND), keys)
    spending = spent.fits[0].spending
    assert spending is not None
    each = expected_mean(spending.model, np.array([2.0]), np.array([30.0]))[0]
    assert spent.columns[SPEND] == pytest.approx([many * each], rel=1e-9)


def test_the_keys_order_is_kept_and_each_cutoff_has_its_fit(recorded: Recorded) -> None:
    keys = keys_of(recorded)
    both = references(recorded, BUY, keys)
    assert [fits.cutoff for fits in both.fits] == list(BUY.moments)
    for cutoff in BUY.moments:
        rows = (keys["cutoff"] == cutoff).to_numpy()
        alone = references(recorded, BUY, keys[rows].sort_values("customer"))
        order = np.argsort(keys.loc[rows, "customer"].to_numpy())
        np.testing.assert_array_equal(both.columns[CHANCE][rows][order], alone.columns[CHANCE])


@pytest.mark.parametrize("asks", list(COLUMN))
def test_nothing_after_the_cutoff_is_looked_at(recorded: Recorded, asks: Asks) -> None:
    question = replace(BUY, asks=asks, cutoffs=CUTOFFS[:1])
    keys = keys_of(recorded, CUTOFFS[:1])
    log = pd.read_parquet(recorded.events)
    cut = write(recorded.folder / f"cut {asks}", log[log["at"] < question.moments[0]])
    whole, past = (references(each, question, keys).columns for each in (recorded, cut))
    np.testing.assert_array_equal(whole[COLUMN[asks]], past[COLUMN[asks]])


def test_who_never_bought_gets_no_purchase(recorded: Recorded) -> None:
    keys = pd.DataFrame({"customer": ["nobody", "c000"], "cutoff": [BUY.moments[0]] * 2})
    said = {a: references(recorded, replace(BUY, asks=a), keys).columns[COLUMN[a]] for a in COLUMN}
    assert said[Asks.BUY][0] == said[Asks.COUNT][0] == said[Asks.SPEND][0] == 0.0
    assert said[Asks.LEAVE][0] == 1.0
    assert said[Asks.BUY][1] == pytest.approx(1 - said[Asks.LEAVE][1])
    assert said[Asks.BUY][1] > 0


def test_many_customers_are_drawn_by_a_seed(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "CUSTOMERS_AT_MOST", 120)
    keys = keys_of(recorded)
    one, same, other = (references(recorded, BUY, keys, seed) for seed in (0, 0, 1))
    assert [(fits.used, fits.customers) for fits in one.fits] == [(120, 300), (120, 300)]
    np.testing.assert_array_equal(one.columns[CHANCE], same.columns[CHANCE])
    assert not np.array_equal(one.columns[CHANCE], other.columns[CHANCE])


def lacking(folder: Path, asks: Asks, rows: list[dict[str, object]]) -> Lack | None:
    recorded = write(folder, rows)
    found = references(recorded, replace(BUY, asks=asks), keys_of(recorded))
    assert found.columns == {}
    return found.lack


def test_no_column_without_a_model(tmp_path: Path) -> None:
    once = [event(f"c{who}", f"2024-01-{1 + who % 28:02}", amount=1.0) for who in range(40)]
    again = [event(f"c{who}", f"2024-02-{1 + who:02}") for who in range(12)]
    late = [event(f"c{who}", "2024-12-24", amount=5.0) for who in range(40)]
    assert lacking(tmp_path / "a", Asks.NEXT, once) is Lack.NOT_ASKED
    assert lacking(tmp_path / "b", Asks.BUY, once[:9]) is Lack.FEW_BUYERS
    assert lacking(tmp_path / "c", Asks.BUY, once + late) is Lack.NOBODY_AGAIN
    assert lacking(tmp_path / "d", Asks.SPEND, once + again) is Lack.FEW_AMOUNTS
    assert lacking(tmp_path / "e", Asks.COUNT, late) is Lack.FEW_BUYERS


def test_a_day_without_an_amount_is_no_amount(tmp_path: Path) -> None:
    rows = shop(80)
    bare = [row | {"amount": None} if place % 3 == 0 else row for place, row in enumerate(rows)]
    recorded = write(tmp_path, bare)
    found = references(recorded, replace(BUY, asks=Asks.SPEND), keys_of(recorded))
    assert found.lack is None
    assert np.isfinite(found.columns[SPEND]).all()
    whole = references(
        write(tmp_path / "all", rows), replace(BUY, asks=Asks.SPEND), keys_of(recorded)
    )
    assert found.columns[SPEND].mean() == pytest.approx(whole.columns[SPEND].mean(), rel=0.2)
