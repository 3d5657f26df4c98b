"""Cells of a table that cannot be what a schema says of their column."""

from __future__ import annotations

from core.data.dataset import Dataset
from core.data.engine import engine, literal
from core.data.table import trimmed_sql, typed_sql
from core.schema import Column


def unread(dataset: Dataset, columns: tuple[Column, ...]) -> dict[str, int]:
    """How many filled cells of each column turn out missing when read as that column; only where
    there are any. ``columns`` may know the table's columns as something else than it does.
    """
    if not columns:
        return {}
    counts = ", ".join(
        f"count_if(({trimmed_sql(c.name)}) IS NOT NULL AND ({typed_sql(c)}) IS NULL)"
        for c in columns
    )
    with engine() as connection:
        row = connection.execute(
            f"SELECT {counts} FROM read_parquet({literal(str(dataset.source))})"  # noqa: S608
        ).fetchone()
    found = zip((c.name for c in columns), row or (), strict=True)
    return {name: int(count) for name, count in found if count}
