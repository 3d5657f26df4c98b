"""A small table on disk in every kind of column, for what is counted in SQL."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.data.table import frame
from core.progress import silent

ROWS = 3_000
WHEN = "2026-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Shop:
    """The same rows on disk and in memory."""

    dataset: Dataset
    table: pd.DataFrame


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Customers whose buying goes with what they spent and where they came from; gaps together."""
    chance = np.random.default_rng(5)
    spend = np.exp(chance.normal(3, 1, ROWS)).round(2)
    city = chance.choice(["Wien", "Zürich", "서울", "Graz"], ROWS, p=[0.5, 0.3, 0.15, 0.05])
    days = pd.Timestamp("2024-02-01") + pd.to_timedelta(chance.integers(0, 500, ROWS), unit="D")
    signal = np.log(spend) + (city == "Wien") + chance.normal(size=ROWS)
    raw = pd.DataFrame(
        {
            "key": [f"k{i:05d}" for i in range(ROWS)],
            "spend": spend.astype(object),
            "visits": chance.poisson(3, ROWS),
            'it\'s "odd"': chance.normal(size=ROWS).round(3),
            "city": city.astype(object),
            "joined": days.strftime("%Y-%m-%d").to_numpy(object),
            "plan": np.where(chance.random(ROWS) < 0.3, "yes", "no"),
            "buys": np.where(signal > 4, "yes", "no"),
        }
    )
    raw.loc[signal > 5.5, "spend"] = ""
    raw.loc[signal > 5.2, "city"] = ""
    raw.loc[:40, "joined"] = ""
    folder = tmp_path_factory.mktemp("shop")
    raw.to_csv(folder / "shop.csv", index=False)
    dataset = load(folder / "shop.csv", "shop.csv", folder / "into", WHEN, silent)
    return Shop(dataset, frame(dataset))
