from __future__ import annotations

import pandas as pd
import pytest

from core.behaviour.recorded import DAY, Recorded
from tests.core.behaviour.logs import shop, write


@pytest.fixture(scope="session")
def log() -> pd.DataFrame:
    """A made-up shop as pandas sees it: with the day of each event."""
    table = shop()
    return table.assign(day=table["at"] // DAY)


@pytest.fixture(scope="session")
def recorded(log: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return write(tmp_path_factory.mktemp("shop"), log)
