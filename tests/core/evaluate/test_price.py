from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.finding import Act, Remedy
from core.data.load import load
from core.errors import NoFeatures
from core.evaluate import price as pricing
from core.evaluate.price import Price, gained, price
from core.evaluate.units import count_of
from core.predict import Predictions
from core.progress import Cancelled, silent
from core.schema import Role

AT = "2026-01-01T00:00:00+00:00"


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "TREES", 15)


def shop(tmp_path: Path) -> Dataset:
    """Sixty customers of ten rows each; what they buy depends on who they are and on ``known``;
    ``after`` is nearly the answer."""
    chance = np.random.default_rng(0)
    who = np.repeat(np.arange(60), 10)
    taste, known = chance.normal(size=60)[who], chance.normal(size=600)
    buys = taste + known + 0.5 * chance.normal(size=600) > 0
    table = pd.DataFrame(
        {
            "customer": [f"c{w:03d}" for w in who],
            "postcode": (10_000 + who * 37).astype(float) + 0.5,
            "known": known.round(4),
            "after": np.where(chance.random(600) < 0.97, buys, ~buys).astype(float)
            + chance.normal(0, 0.1, 600).round(4),
            "buys": np.where(buys, "yes", "no"),
        }
    )
    table.to_csv(tmp_path / "t.csv", index=False)
    dataset = load(tmp_path / "t.csv", "t.csv", tmp_path / "into", AT, silent)
    return replace(dataset, schema=dataset.schema.aimed_at("buys"))


def test_a_leak_is_worth_what_it_gave_away(tmp_path: Path) -> None:
    dataset = shop(tmp_path)
    told: list[float] = []
    out = Remedy(Act.ROLE, ("after",), "ignored")
    found = price(dataset, "yes", out, lambda share, stage: told.append(share))
    assert found.metric == "roc_auc"
    assert found.better == -1
    assert found.before > 0.98 and found.after < 0.97  # noqa: PT018
    assert found.low <= found.difference <= found.high < 0
    assert found.difference == pytest.approx(found.after - found.before)
    assert (found.rows, found.rows_of_table) == (600, 600)
    assert told == sorted(told)
    assert gained(found) == (-found.difference, -found.high, -found.low)
    assert price(dataset, "yes", out, silent) == found


def test_whole_customers_are_harder_than_rows_at_random(tmp_path: Path) -> None:
    dataset = shop(tmp_path)
    less = dataset.schema.changed(replace(dataset.schema["after"], role=Role.IGNORED))
    found = price(replace(dataset, schema=less), "yes", Remedy(Act.SPLIT, ("customer",)), silent)
    assert found.better == -1
    assert found.rows == 600


def test_the_interval_counts_customers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same remedy where a column says whose rows they are: rows of one are alike."""
    dataset = shop(tmp_path)
    seen: list[Predictions] = []
    real = pricing.compare

    def looked(one: Predictions, other: Predictions, **more: Any) -> Any:
        seen.extend((one, other))
        return real(one, other, **more)

    monkeypatch.setattr(pricing, "compare", looked)
    owner = dataset.schema["customer"]
    for role in (Role.GROUP, Role.IGNORED):
        known = replace(dataset, schema=dataset.schema.changed(replace(owner, role=role)))
        price(known, "yes", Remedy(Act.ROLE, ("after",), "ignored"), silent)
    price(known, "yes", Remedy(Act.SPLIT, ("customer",)), silent)
    customers = pd.read_csv(tmp_path / "t.csv")["customer"].nunique()
    rows = len(seen[0].rows)
    assert [count_of(each) for each in seen] == [customers] * 2 + [rows] * 2 + [customers] * 2


def test_rows_that_go_are_judged_on_neither_side(tmp_path: Path) -> None:
    dataset = shop(tmp_path)
    table = pd.read_csv(tmp_path / "t.csv")
    pd.concat([table, table.iloc[:90]]).to_csv(tmp_path / "t.csv", index=False)
    dataset = shop_again(tmp_path)
    found = price(dataset, "yes", Remedy(Act.REPEATS, dataset.schema.names), silent)
    assert (found.rows, found.rows_of_table) == (600, 690)


def shop_again(tmp_path: Path) -> Dataset:
    dataset = load(tmp_path / "t.csv", "t.csv", tmp_path / "again", AT, silent)
    return replace(dataset, schema=dataset.schema.aimed_at("buys"))


def test_stop_stops_and_the_target_is_not_priced(tmp_path: Path) -> None:
    dataset = shop(tmp_path)

    def stop(share: float, stage: str) -> None:
        if share > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        price(dataset, "yes", Remedy(Act.ROLE, ("after",), "ignored"), stop)
    with pytest.raises(NoFeatures):
        price(dataset, "yes", Remedy(Act.FILL, ("buys",), "no"), silent)


def test_gains_have_the_sign_of_what_is_better() -> None:
    worse = Price("mae", 1.0, 1.5, 0.5, 0.25, 0.75, -1, 10, 10)
    assert gained(worse) == (0.5, 0.25, 0.75)
    better = Price("roc_auc", 0.75, 0.8, 0.05, 0.01, 0.09, 1, 10, 10)
    assert gained(better) == (0.05, 0.01, 0.09)
    unsure = Price("mae", 1.0, 0.9, -0.1, -0.3, 0.1, 0, 10, 10)
    assert gained(unsure) == (0.1, -0.1, 0.3)
