"""A small table with gaps, words and groups, and a question put to it as the benches put it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.accuracy.sets import Asked, Real, asked
from core.data.load import load
from core.progress import silent

ROWS = 120
TABLE = pd.DataFrame(
    {
        "household": np.repeat([f"h{number}" for number in range(ROWS // 3)], 3),
        "amount": np.random.default_rng(0).normal(50.0, 10.0, ROWS).round(2),
        "city": np.random.default_rng(1).choice(["Malmö", "Łódź", "Paris, 7e"], ROWS),
    }
)
TABLE["bought"] = np.where(TABLE["amount"] + 8 * (TABLE["city"] == "Malmö") > 52, "yes", "no")
TABLE.loc[::7, "amount"] = np.nan
TABLE.loc[::11, "city"] = None


def question(place: Path, real: Real) -> Asked:
    """The question put to the table above."""
    TABLE.to_csv(place / "table.csv", index=False)
    return asked(real, load(place / "table.csv", "table.csv", place / "into", "2026-01-01", silent))


@pytest.fixture(scope="session")
def grouped(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Who buys, by household."""
    real = Real("grouped", "", "bought", "yes", group="household")
    return question(tmp_path_factory.mktemp("grouped"), real)


@pytest.fixture(scope="session")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Who buys, each row by itself."""
    real = Real("apart", "", "bought", "yes", ("household",))
    return question(tmp_path_factory.mktemp("apart"), real)
