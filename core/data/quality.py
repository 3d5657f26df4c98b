"""How good a table is in four scores, each a share whose two numbers are shown."""

from __future__ import annotations

from dataclasses import dataclass

from core.data.cells import counted_cells
from core.data.dataset import Dataset
from core.data.engine import engine
from core.data.finding import Finding
from core.schema import Role


@dataclass(frozen=True)
class Score:
    """``right`` of ``all``, in cells or rows; ``share`` is their ratio, 1 where there are none."""

    key: str
    right: int
    all: int

    @property
    def share(self) -> float:
        return self.right / self.all if self.all else 1.0


def quality(dataset: Dataset, found: tuple[Finding, ...]) -> tuple[Score, ...]:
    """Completeness, uniqueness, consistency and validity of a table whose findings are known.

    Columns that are ignored do not count. Completeness is cells that hold something and are no
    word for "not known", of all cells. Uniqueness is rows that do not repeat an earlier row (ids
    aside) of all rows. Consistency is filled cells spelled as their level is spelled most often
    and of the kind that most cells of their column are. Validity is filled cells that can be read
    as what their column is and are possible. After the dimensions of ISO/IEC 25012.
    """
    schema = dataset.schema
    used = [c for c in schema.columns if c.role is not Role.IGNORED]
    with engine(dataset.folder) as connection:
        cells = dict(zip(schema.names, counted_cells(dataset, schema, connection), strict=True))
    names = {column.name for column in used}
    every = dataset.rows * len(used)
    gaps = sum(cells[n].empty + cells[n].blank + cells[n].disguised for n in names)
    gaps += sum(cells[n].bad for n in names if cells[n].bad_example == "")
    filled = every - gaps
    repeated = max(_of(found, "duplicate_rows"), _of(found, "duplicates_but_id"))
    torn = _of(found, "inconsistent", names) + _of(found, "mixed_types", names)
    unread = sum(cells[n].bad for n in names if cells[n].bad_example)
    wrong = unread + _of(found, "impossible", names) + _of(found, "future", names)
    return (
        Score("completeness", filled, every),
        Score("uniqueness", dataset.rows - repeated, dataset.rows),
        Score("consistency", filled - torn, filled),
        Score("validity", filled - wrong, filled),
    )


def _of(found: tuple[Finding, ...], code: str, columns: set[str] | None = None) -> int:
    """What the findings of a code count together, in some columns."""
    among = [f for f in found if f.code == code]
    return sum(f.count for f in among if columns is None or f.column in columns)
