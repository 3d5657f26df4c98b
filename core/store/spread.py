"""A saved model scores a table on Spark: every machine has the model, and takes rows as they come.

What travels is the content of the model's folder, in its own formats, and by pickle nothing but
our functions' names and that content; Spark's machines must have this product installed, and see
the folder of the table.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.behaviour import spark
from core.data.dataset import SOURCE, Dataset
from core.data.engine import engine, literal
from core.data.table import frame
from core.predict import as_columns, predict
from core.progress import Report, part
from core.store import models, rest

STAGE = "behaviour.stage.features"
ROW = "row"
Files = tuple[tuple[str, bytes], ...]


def scores(place: Path, dataset: Dataset, url: str, beside: Path, report: Report) -> pd.DataFrame:
    """The predictions of the table's rows, in their order, by the columns of ``as_columns``.

    ``dataset`` has the columns of the model as the model knows them. Raises what ``models.load``
    and ``spark.session`` raise.
    """
    saved = models.load(place)
    with rest.opened_folder(place) as folder:
        files = tuple(
            (str(file.relative_to(folder)), file.read_bytes())
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        )
    names = [column.name for column in saved.model.spec.features]
    nobody = frame(dataset, names, [0])
    columns = tuple(as_columns(predict(saved.model, nobody)))
    kinds = [pa.string() if c.startswith("predicted") and len(columns) > 1 else pa.float64()
             for c in columns]  # fmt: skip
    light = replace(dataset, opened=None, twins=None)
    with spark.quiet(), spark.session(url, beside) as session:
        rows = session.read.parquet(str(dataset.source)).selectExpr(
            *(f"`{name.replace('`', '``')}` AS c{n}" for n, name in enumerate(names)),
            f"_metadata.row_index AS {ROW}",
        )
        shape = ", ".join([f"{ROW} bigint", *(f"s{n} {'string' if k == pa.string() else 'double'}"
                           for n, k in enumerate(kinds))])  # fmt: skip
        told = rows.mapInArrow(partial(_scored, files, light, names), shape)
        with tempfile.TemporaryDirectory(dir=beside, prefix=".parts") as aside:
            parts = str(Path(aside) / "parts")
            work = partial(told.write.parquet, parts)
            spark.watched(session, work, part(report, 0.0, 0.9), STAGE)
            found = _in_order(parts, beside)
    return found.set_axis(columns, axis=1)


def _in_order(parts: str, beside: Path) -> pd.DataFrame:
    with engine(beside) as connection:
        return connection.execute(
            f"SELECT * EXCLUDE ({ROW}) FROM read_parquet({literal(parts + '/*.parquet')})"  # noqa: S608
            f" ORDER BY {ROW}"
        ).df()


def _scored(
    files: Files, dataset: Dataset, names: list[str], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """On one of Spark's machines: rows as text become rows with scores."""
    model = _model(files)
    for batch in batches:
        if not batch.num_rows:
            continue
        with tempfile.TemporaryDirectory(prefix="whybuy-") as folder:
            cells = pa.table([pa.array(batch.column(n)) for n in range(len(names))], names)
            pq.write_table(cells, Path(folder) / SOURCE)
            typed = frame(replace(dataset, folder=Path(folder)), names)
        found: dict[str, Any] = as_columns(predict(model, typed))
        values = [pa.array(each) for each in found.values()]
        titles = [ROW, *(f"s{n}" for n in range(len(values)))]
        yield pa.RecordBatch.from_arrays([batch.column(len(names)), *values], titles)


@lru_cache(maxsize=1)
def _model(files: Files) -> Any:
    """The model of these files, which is tried on its own rows, once a process."""
    with tempfile.TemporaryDirectory(prefix="whybuy-") as folder:
        for name, content in files:
            file = Path(folder) / "model" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return models.tried(Path(folder) / "model").model
