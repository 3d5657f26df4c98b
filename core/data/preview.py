"""The first rows of a table and examples of each column, as the text they are."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq

from core.data.dataset import SOURCE, Dataset
from core.data.engine import engine, identifier, literal
from core.data.privacy.sight import covered
from core.data.source import Options, sources
from core.progress import silent

ROWS = 200
COLUMNS = 100
ROWS_AT_FIRST = 8
DELIMITED = "delimited"


def preview(dataset: Dataset, rows: int = ROWS, columns: int = COLUMNS) -> pd.DataFrame:
    """The first rows and columns, every cell as it stood in the file."""
    names = ", ".join(identifier(name) for name in dataset.schema.names[:columns])
    file = literal(str(dataset.source))
    with engine() as connection:
        return connection.execute(f"SELECT {names} FROM read_parquet({file}) LIMIT {rows}").df()  # noqa: S608


def beginning(start: Path, name: str, options: Options) -> pd.DataFrame:
    """The first rows of a text file, of which ``start`` is the beginning, read as options say.

    What tells who somebody is is covered: nothing of it was masked yet. Raises what reading the
    whole may raise.
    """
    with TemporaryDirectory() as folder:
        into = Path(folder) / SOURCE
        sources()[DELIMITED].read(start, name, into, options, silent)
        first: pd.DataFrame = next(pq.ParquetFile(into).iter_batches(ROWS)).to_pandas()
        return covered(first).head(ROWS_AT_FIRST)  # cells of more rows tell what they are


def examples(dataset: Dataset, each: int = 3) -> dict[str, tuple[str, ...]]:
    """A few different values of each column, out of the first rows."""
    head = preview(dataset, ROWS, len(dataset.schema.columns))
    return {
        name: tuple(map(str, head[name].dropna().unique()[:each])) for name in dataset.schema.names
    }
