"""Real tables: early months against late ones, and two draws of the same months."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.load import load
from core.drift import telling
from core.drift.comparison import Comparison, Strength, Verdict
from core.progress import silent
from core.schema import Role
from core.store.clock import now
from core.store.drifting import compared, then_of
from core.store.fitting import fit
from core.train.wish import Choices, wish

EARLY = ("Feb", "Mar", "May", "June", "Jul", "Aug")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "SETTINGS", {"trees": 20, "min_samples_leaf": 10})


def told(parts: tuple[pd.DataFrame, pd.DataFrame], question: tuple[str, str], place: Path,
         without: tuple[str, ...] = ()) -> Comparison:  # fmt: skip
    """A model of the first part compared with the second."""
    sides = []
    for name, part in zip(("then", "now"), parts, strict=True):
        part.to_csv(place / f"{name}.csv", index=False)
        sides.append(load(place / f"{name}.csv", f"{name}.csv", place / name, now(), silent))
    target, outcome = question
    schema = sides[0].schema
    for name in without:
        schema = schema.changed(replace(schema[name], role=Role.IGNORED))
        sides[0] = replace(sides[0], schema=schema)
    saved = fit(sides[0], wish(sides[0], target, outcome, Choices("forest", {"trees": 30})))
    return compared(saved, then_of(saved, sides[0], {}), sides[1], silent)


def test_late_months_of_a_shop_are_not_like_the_early_ones(shared: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(shared / "online-shoppers" / "online_shoppers_intention.csv", dtype=str)
    early = rows["Month"].isin(EARLY)
    parts = rows[early], rows[~early]
    found = told(parts, ("Revenue", "TRUE"), tmp_path, without=("Month",))
    strong = {one.name for one in found.columns if one.strength is Strength.STRONG}
    assert {"SpecialDay", "TrafficType"} <= strong  # no special day falls into autumn
    assert found.telling is not None
    assert found.telling.low > 0.7
    assert found.telling.gives[0].column in strong
    assert found.performance is not None
    area = found.performance.changes[0]
    assert area.change[2] is not None
    assert area.change[2] < 0  # worse by more than chance
    assert found.advice.verdict in (Verdict.WATCH, Verdict.RETRAIN)
    assert {"worse", "too_low"} <= {each.key for each in found.advice.reasons}


def test_two_draws_of_the_early_months_are_alike(shared: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(shared / "online-shoppers" / "online_shoppers_intention.csv", dtype=str)
    rows = rows[rows["Month"].isin(EARLY)].reset_index(drop=True)
    first = np.random.default_rng(0).random(len(rows)) < 0.5
    found = told((rows[first], rows[~first]), ("Revenue", "TRUE"), tmp_path)
    assert not [one.name for one in found.columns if one.moved]
    assert found.telling is not None
    assert found.telling.low <= 0.5 <= found.telling.high
    assert found.advice.verdict is Verdict.KEEP


def test_a_banks_customers_change_with_the_rates(shared: Path, tmp_path: Path) -> None:
    """Rows are in the order of time: from May 2008 to November 2010, through the crisis."""
    file = shared / "bank-marketing" / "bank-additional.csv"
    rows = pd.read_csv(file, sep=";", dtype=str)
    by_rate = pd.to_numeric(rows["euribor3m"]) > 3  # of 2008; later ones were never as high
    found = told((rows[by_rate], rows[~by_rate]), ("y", "yes"), tmp_path, without=("duration",))
    moved = {one.name for one in found.columns if one.strength is Strength.STRONG}
    assert {"euribor3m", "emp.var.rate", "nr.employed"} <= moved
    assert found.telling is not None
    assert found.telling.low > 0.95
    assert found.answers is not None
    assert found.answers.moved  # three in a hundred said yes, then one in five
    assert found.advice.verdict is not Verdict.KEEP
