"""A log becomes a question as in the literature, looked at with pandas alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.accuracy import sets
from bench.accuracy.sets import REAL, read

CUTOFF = pd.Timestamp("1997-10-01")
END = CUTOFF + pd.Timedelta(weeks=39)


def test_cdnow_is_whoever_buys_again_within_39_weeks(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "SHARED", shared)
    names = ["customer", "sample", "date", "pieces", "amount"]
    log = pd.read_csv(shared / "cdnow/CDNOW_sample.txt", sep=r"\s+", header=None, names=names)
    log["date"] = pd.to_datetime(log["date"].astype(str), format="%Y%m%d")
    before = log[log["date"] < CUTOFF].groupby("customer")
    again = set(log.loc[(log["date"] >= CUTOFF) & (log["date"] < END), "customer"])
    (real,) = (each for each in REAL if each.name == "cdnow")
    with read(real) as asked:
        customers = asked.table["column 1"].astype(int)
        assert sorted(customers) == sorted(before.groups)
        assert len(customers) == 2357
        assert asked.y.tolist() == customers.isin(again).tolist()

        features = {column.name for column in asked.spec.features}
        assert not features & {"column 1", "cutoff", asked.spec.target.name}
        assert not [name for name in features if name.startswith("bgnbd")]
        wanted = {
            "spend": before["amount"].sum(),
            "days_since_last_purchase": (CUTOFF - before["date"].max()).dt.days,
            "pieces_per_purchase": before["pieces"].sum() / before["date"].nunique(),
        }
        assert set(wanted) <= features
        for name, values in wanted.items():
            found = asked.table[name].astype("float64")
            np.testing.assert_allclose(found, values.reindex(customers), rtol=1e-9, err_msg=name)
