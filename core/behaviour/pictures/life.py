"""One customer's events in time, and the windows of a question over them."""

from __future__ import annotations

from dataclasses import dataclass

from core.behaviour.pictures.span import PURCHASE, asked, events
from core.behaviour.pictures.windows import Window, of_question
from core.behaviour.question import Question
from core.behaviour.recorded import Recorded

EVENTS_AT_MOST = 500
FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Happening:
    """One event; ``purchase`` tells lines of one purchase; what the log does not tell is None."""

    at: int
    kind: str
    buys: bool
    amount: float | None = None
    product: str | None = None
    category: str | None = None
    purchase: str | None = None


@dataclass(frozen=True)
class Life:
    """The latest events of a customer, earliest first, of ``all`` there are, with so many different
    purchases ``bought`` in all of them; the window is that of the last cutoff."""

    customer: str
    happenings: tuple[Happening, ...]
    all: int
    bought: int
    window: Window | None
    last: int


def life(
    recorded: Recorded,
    customer: str,
    question: Question | None = None,
    most: int = EVENTS_AT_MOST,
) -> Life:
    """At most so many events, the latest; an unknown customer has none."""
    sql = f"""SELECT moment, kind, coalesce(buys, false), amount, product, category,
            bought, count(*) OVER (), count(DISTINCT bought) OVER ()
        FROM (SELECT *, CASE WHEN buys THEN {PURCHASE} END AS bought FROM {events(recorded)}
            WHERE customer = ?)
        ORDER BY moment DESC, kind, product LIMIT {most:d}"""  # noqa: S608
    rows = asked(recorded, sql, customer)
    happenings = tuple(Happening(*row[:7]) for row in reversed(rows))
    everything, bought = rows[0][7:] if rows else (0, 0)
    window = next(iter(of_question(question)[::-1]), None)
    return Life(customer, happenings, everything, bought, window, recorded.story.last)


def customers_like(recorded: Recorded, text: str, most: int = FOUND_AT_MOST) -> tuple[str, ...]:
    """Customers whose id holds the text, in order."""
    sql = f"""SELECT DISTINCT customer FROM {events(recorded)}
        WHERE contains(lower(customer), lower(?)) ORDER BY customer LIMIT {most:d}"""  # noqa: S608
    return tuple(customer for (customer,) in asked(recorded, sql, text))


def some_buyer(recorded: Recorded, seed: int) -> str:
    """A customer who bought at least twice where there is one: another for another seed."""
    sql = f"""SELECT customer FROM {events(recorded)} WHERE customer IS NOT NULL
        GROUP BY customer
        ORDER BY least(count(*) FILTER (buys), 2) DESC, hash(customer || ?) LIMIT 1"""  # noqa: S608
    return next((customer for (customer,) in asked(recorded, sql, str(seed))), "")
