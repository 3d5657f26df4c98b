"""The 1/10 sample of CDNOW's customers: their first 39 weeks, as in the papers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.behaviour.lifetimes.bgnbd import Past

END = pd.Timestamp("1997-09-30")


def purchases(shared: Path) -> pd.DataFrame:
    """``id``, ``date`` and ``amount`` of every purchase, to June 1998."""
    file = shared / "cdnow" / "CDNOW_sample.txt"
    names = ["master", "id", "date", "pieces", "amount"]
    found = pd.read_csv(file, sep=r"\s+", header=None, names=names)
    found["date"] = pd.to_datetime(found["date"].astype(str), format="%Y%m%d")
    return found[["id", "date", "amount"]]


def past(shared: Path) -> tuple[Past, pd.Series]:
    """What is known of 2,357 customers in weeks, and the mean of their repeat days (NaN: none)."""
    found = purchases(shared)
    days = found[found["date"] <= END].groupby(["id", "date"])["amount"].sum().reset_index()
    dates = days.groupby("id")["date"].agg(["min", "max", "count"])
    repeats = days[days["date"] > days["id"].map(dates["min"])]
    means = repeats.groupby("id")["amount"].mean().reindex(dates.index)
    return Past(
        (dates["count"] - 1).to_numpy("float64"),
        (dates["max"] - dates["min"]).dt.days.to_numpy("float64") / 7,
        (END - dates["min"]).dt.days.to_numpy("float64") / 7,
    ), means
