"""A peer for tests, run as one: what share of a city's known rows bought, and how far the amount is
from the median."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.accuracy.peers.exchange import given, say

if __name__ == "__main__":
    folder, told = Path(sys.argv[1]), given(Path(sys.argv[1]))
    if sys.argv[2] == "fails":
        raise ValueError(f"{len(told.learn)} rows are not for me")
    shares = told.learn.assign(y=told.y).groupby("city", observed=True)["y"].mean()
    city = told.judge["city"].map(shares).astype("float64").fillna(told.y.mean())
    middle = told.learn["amount"].median()
    say(folder, (city + (told.judge["amount"] - middle).fillna(0.0) / told.seconds).to_numpy())
