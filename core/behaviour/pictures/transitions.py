"""What follows what: from kind to kind of event, or from category to category of purchase."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.behaviour.pictures.span import PURCHASE, WHOLE, Span, events
from core.behaviour.recorded import Recorded
from core.data.engine import engine

WORDS_AT_MOST = 8
WORDS = f"""WITH words AS (
        SELECT word, sum(often) AS often FROM (
            SELECT word, often FROM steps UNION ALL SELECT next, often FROM steps) GROUP BY word),
    top AS (
        SELECT word, row_number() OVER (ORDER BY often DESC, word) - 1 AS place FROM words
        QUALIFY place < {WORDS_AT_MOST})"""  # noqa: S608
COUNTED = f"{WORDS} SELECT (SELECT count(*) FROM words), count(DISTINCT customer) FROM steps"  # noqa: S608
NAMED = f"{WORDS} SELECT word FROM top ORDER BY place"  # noqa: S608
CELLS = f"""{WORDS}
    SELECT coalesce(one.place, -1), coalesce(other.place, -1), sum(steps.often),
        count(DISTINCT customer)
    FROM steps
    LEFT JOIN top AS one ON one.word = steps.word
    LEFT JOIN top AS other ON other.word = steps.next GROUP BY ALL"""  # noqa: S608


class Between(StrEnum):
    """KINDS: a customer's events one after the other. CATEGORIES: purchases, each by the category
    that most was paid for in it."""

    KINDS = "kinds"
    CATEGORIES = "categories"


@dataclass(frozen=True)
class Transitions:
    """``counts`` (from x to) of steps, and the ``people`` who made each; ``words`` in the order of
    their frequency, and where ``others`` is above 0, a last row and column for so many rarer words
    together. ``customers`` made the steps in all; ``hidden`` cells are of few."""

    between: Between
    words: tuple[str, ...]
    others: int
    counts: NDArray[np.int64]
    people: NDArray[np.int64]
    customers: int
    stays: bool
    hidden: int = 0

    @property
    def shares(self) -> NDArray[np.float64]:
        """Of the steps from each word, the share that leads to each."""
        whole = self.counts.sum(axis=1, keepdims=True)
        return np.where(whole > 0, self.counts / np.maximum(whole, 1), np.nan)


def transitions(
    recorded: Recorded, between: Between, span: Span = WHOLE, stays: bool = True
) -> Transitions:
    """Steps from one to the next; without ``stays`` those that lead to the same are left out.

    What happens at the same moment is put in the order of its words.
    """
    other = "true" if stays else "next <> word"
    with engine(recorded.folder) as connection:
        connection.execute(f"""CREATE TEMP TABLE steps AS
            SELECT customer, word, next, count(*) AS often FROM (
                SELECT customer, word, lead(word) OVER (
                    PARTITION BY customer ORDER BY moment, word) AS next
                FROM {_words(recorded, between, span)})
            WHERE next IS NOT NULL AND {other} GROUP BY ALL""")  # noqa: S608
        every, customers = connection.execute(COUNTED).fetchall()[0]
        words = tuple(word for (word,) in connection.execute(NAMED).fetchall())
        cells = connection.execute(CELLS).fetchall()
    others = every - len(words)
    counts = np.zeros((2, *(len(words) + (others > 0),) * 2), np.int64)
    for origin, target, *count in cells:
        counts[:, origin, target] = count
    return Transitions(between, words, others, counts[0], counts[1], customers, stays)


def _words(recorded: Recorded, between: Between, span: Span) -> str:
    """SQL: the words of each customer, by a hash that is shorter to sort, with their moments."""
    if between is Between.KINDS:
        return f"""(SELECT hash(customer) AS customer, kind AS word, moment
            FROM {events(recorded, span)}
            WHERE kind IS NOT NULL)"""  # noqa: S608
    paid = f"""SELECT hash(customer) AS customer, {PURCHASE} AS bought, category,
            min(moment) AS moment, sum(coalesce(amount, quantity, 1)) AS paid
        FROM {events(recorded, span)}
        WHERE buys AND category IS NOT NULL GROUP BY ALL"""  # noqa: S608
    return f"""(SELECT customer, min(moment) AS moment, first(category ORDER BY paid DESC, category)
            AS word FROM ({paid}) GROUP BY customer, bought)"""  # noqa: S608
