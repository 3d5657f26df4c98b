"""Tables on disk for the tests of histories, and what is recorded of them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from core.behaviour.cleaning import Choices
from core.behaviour.meaning import Meaning, Part, Use
from core.behaviour.propose import propose
from core.behaviour.recorded import Dealt, Recorded
from core.behaviour.recording import record
from core.data.dataset import Dataset
from core.data.load import load
from core.progress import silent

READ_AT = "2026-11-01T00:00:00+00:00"
SAMPLES = Path(__file__).resolve().parents[3] / "data" / "samples"
CLICKS = 30_000  # of the sample shop that are read
Brought = Callable[..., Dataset]
Told = Callable[..., "History"]


@dataclass(frozen=True)
class History:
    """A recorded history with its files read."""

    recorded: Recorded

    @property
    def events(self) -> pd.DataFrame:
        return read(self.recorded.events)

    @property
    def moments(self) -> pd.DataFrame:
        return read(self.recorded.moments)

    @property
    def customers(self) -> pd.DataFrame:
        return read(self.recorded.customers)

    @property
    def dealt(self) -> dict[str, Dealt]:
        return {each.code: each for each in self.recorded.story.dealt}


def read(file: Path) -> pd.DataFrame:
    with duckdb.connect() as connection:
        return connection.execute("SELECT * FROM read_parquet(?)", [str(file)]).df()


def use(dataset: Dataset, part: Part, **columns: str) -> Use:
    """What a table is, its columns by their meanings."""
    return Use(
        dataset.id, dataset.name, part, {Meaning(key): column for key, column in columns.items()}
    )


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new folder each time."""
    root, numbers = tmp_path_factory.mktemp("histories"), count()
    return (root / str(number) for number in numbers)


@pytest.fixture(scope="session")
def brought(folders: Iterator[Path]) -> Brought:
    """A table from its text, or from a file, which is read once."""
    known: dict[Path, Dataset] = {}

    def bring(content: str | Path, name: str = "table.csv") -> Dataset:
        if isinstance(content, Path):
            if content not in known:
                known[content] = load(content, content.name, next(folders), READ_AT, silent)
            return known[content]
        folder = next(folders)
        folder.mkdir()
        (folder / "given").write_text(content, "utf-8")
        return load(folder / "given", name, folder / "into", READ_AT, silent)

    return bring


@pytest.fixture(scope="session")
def shop(brought: Brought) -> list[Dataset]:
    """The tables of the sample shop by their names; of its clicks the first."""
    files = sorted(SAMPLES.glob("*.csv"))
    with gzip.open(SAMPLES / "clicks.csv.gz", "rt", encoding="utf-8") as stream:
        clicks = "".join(islice(stream, CLICKS + 1))
    return [brought(clicks, "clicks.csv"), *map(brought, files)]


@pytest.fixture(scope="session")
def told(folders: Iterator[Path]) -> Told:
    """The history of tables; their uses are proposed unless they are given."""

    def tell(*datasets: Dataset, uses: tuple[Use, ...] = (), **choices: object) -> History:
        found = uses or propose(datasets)
        by_id = {dataset.id: dataset for dataset in datasets}
        return History(record(by_id, found, Choices(**choices), next(folders), silent))  # type: ignore[arg-type]

    return tell
