"""What the target holds, counted over the whole table."""

from __future__ import annotations

from dataclasses import dataclass

from core.data.dataset import Dataset
from core.data.engine import engine, identifier
from core.data.table import view
from core.schema import Kind


@dataclass(frozen=True)
class Summary:
    """The target over all ``rows``: how many are ``known``, and what they are.

    ``hits`` counts the outcome of interest where there is one; ``mean`` is of numbers, ``classes``
    counts the different answers of anything else.
    """

    rows: int
    known: int
    hits: int
    mean: float | None
    classes: int

    @property
    def missing(self) -> int:
        return self.rows - self.known

    @property
    def share(self) -> float:
        """The outcome's share of the known rows; 0 without any."""
        return self.hits / self.known if self.known else 0.0


def summary(dataset: Dataset, target: str, outcome: str) -> Summary:
    """The target counted. Raises UnknownColumn."""
    column = dataset.schema[target]
    name = identifier(target)
    mean = f"avg({name})" if column.kind is Kind.NUMBER else "NULL"
    sql = (
        f"SELECT count(*), count({name}), count(*) FILTER (WHERE CAST({name} AS VARCHAR) = ?),"  # noqa: S608
        f" {mean}, count(DISTINCT {name}) FROM counted"
    )
    with engine() as connection:
        view(connection, dataset, "counted")
        row = connection.execute(sql, [outcome]).fetchone()
    rows, known, hits, average, classes = row or (0, 0, 0, None, 0)
    return Summary(rows, known, hits if outcome else 0, average, classes)
