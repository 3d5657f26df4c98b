"""How the tables of a shop hang together: which ids of one are found in which other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.behaviour.matched import Match, match
from core.behaviour.meaning import Meaning, Part, Use
from core.data.dataset import Dataset
from core.data.engine import engine

CHILDREN = (Part.EVENTS, Part.ORDERS, Part.LINES, Part.REVIEWS, Part.CAMPAIGNS)
# a table of this part has one row for each id of the meaning, and these tables name its ids
PARENTS: tuple[tuple[Part, Meaning, tuple[Part, ...]], ...] = (
    (Part.ORDERS, Meaning.ORDER, (Part.LINES, Part.REVIEWS, Part.EVENTS)),
    (Part.CUSTOMERS, Meaning.CUSTOMER, CHILDREN),
    (Part.PRODUCTS, Meaning.PRODUCT, CHILDREN),
    (Part.LOOKUP, Meaning.CATEGORY, (Part.PRODUCTS, *CHILDREN)),
)
FEW_MATCHED = 0.5


@dataclass(frozen=True)
class Join:
    """A link from each row of a table (the id of its dataset, and the names people know) to a row
    of another by a column that means ``links`` in both.

    ``one_to_one`` where no id repeats in the first table, else many of its rows have one of the
    other's. ``rows`` have an id; ``matched`` of them one that is in the other table; ``orphans``
    different ids are not, ``orphan`` is one of them and ``known`` one that the other table has;
    ``repeats`` rows of the other table have an id that an earlier row has.
    """

    table: str
    name: str
    column: str
    other: str
    other_name: str
    other_column: str
    links: Meaning
    one_to_one: bool
    rows: int
    matched: int
    orphans: int
    orphan: str
    known: str
    repeats: int

    @property
    def share(self) -> float:
        """The share of rows whose id is in the other table; 1 where there are no rows."""
        return self.matched / self.rows if self.rows else 1.0

    @property
    def doubt(self) -> str:
        """The code of what is doubtful about it; empty for nothing.

        "shapes": no id in common, and ids look different; "nothing": none in common; "few": less
        than half of the rows matched; "repeats": ids of the other table stand in several rows.
        """
        if self.rows and not self.matched:
            return "shapes" if shape(self.orphan) != shape(self.known) else "nothing"
        if self.share < FEW_MATCHED:
            return "few"
        return "repeats" if self.repeats else ""

    @property
    def key(self) -> str:
        """Where core/text words the doubt, with these facts and ``share``."""
        return f"behaviour_tables.doubt.{self.doubt}"


def joins(datasets: Sequence[Dataset], uses: Sequence[Use]) -> tuple[Join, ...]:
    """Every link between the tables that their uses allow."""
    by_id = {dataset.id: dataset for dataset in datasets}
    found = []
    with engine() as connection:
        for part, meaning, parts in PARENTS:
            for other in _using(uses, (part,), meaning):
                for use in _using(uses, parts, meaning):
                    child = (by_id[use.table], use.column(meaning))
                    parent = (by_id[other.table], other.column(meaning))
                    found.append(_join(use, other, meaning, match(connection, child, parent)))
    return tuple(found)


def shape(text: str) -> str:
    """What ids of one making have in common: letters, digits and marks in their order."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", text))


def _using(uses: Sequence[Use], parts: tuple[Part, ...], meaning: Meaning) -> list[Use]:
    return [use for use in uses if use.part in parts and use.column(meaning)]


def _join(use: Use, other: Use, links: Meaning, found: Match) -> Join:
    return Join(
        use.table,
        use.name,
        use.column(links),
        other.table,
        other.name,
        other.column(links),
        links,
        found.one_to_one,
        found.rows,
        found.matched,
        found.orphans,
        found.orphan,
        found.known,
        found.repeats,
    )
