"""The funnel: how many customers take each step in order, within a visit or some days."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.behaviour.pictures.span import WHOLE, Span, asked, events, listed
from core.behaviour.recorded import CANCELLATION, CONTACT, DAY, RETURN, REVIEW, Recorded
from core.data.engine import engine, literal

KINDS_LOOKED_AT = 8
STEPS_AT_MOST = 5
USUAL_DAYS = 7
HAVE_SESSIONS = 0.9  # of the events of each step, where a visit is proposed
NO_STEPS = frozenset((RETURN, REVIEW, CONTACT, CANCELLATION))  # what the shop does, or comes after


@dataclass(frozen=True)
class Steps:
    """Kinds in order, no kind twice, and within how many days; None for within a session."""

    kinds: tuple[str, ...]
    days: int | None = USUAL_DAYS


@dataclass(frozen=True)
class Step:
    """``customers`` took all steps up to this one; ``days`` is the median time since the step
    before, of the first time that they got here."""

    kind: str
    customers: int
    days: float
    hidden: bool = False


@dataclass(frozen=True)
class Funnel:
    """``within`` days, or None for a session. Events without a session are in none."""

    steps: tuple[Step, ...]
    within: int | None

    def of_before(self, place: int) -> float:
        """The share of the step before that took this one too."""
        return self._share(place, max(place - 1, 0))

    def of_all(self, place: int) -> float:
        """The share of the first step's customers."""
        return self._share(place, 0)

    def _share(self, place: int, of: int) -> float:
        one, other = self.steps[place], self.steps[of]
        if one.hidden or other.hidden or not other.customers:
            return float("nan")
        return one.customers / other.customers


def funnel(recorded: Recorded, steps: Steps, span: Span = WHOLE) -> Funnel:
    """Each step counts where it comes at or after the one before and within the time of the first.

    Of several first steps the latest that still fits is taken, so that none that fits is missed
    (as in ClickHouse's ``windowFunnel``); others may happen between.
    """
    who = "hash(customer, session) AS who" if steps.days is None else "hash(customer) AS who"
    found = []
    with engine(recorded.folder) as connection:
        for place, kind in enumerate(steps.kinds):
            source = (
                f"(SELECT hash(customer) AS customer, {who}, moment"  # noqa: S608
                f" FROM {events(recorded, span)} WHERE kind = {literal(kind)}"
                f"{' AND session IS NOT NULL' if steps.days is None else ''})"
            )
            connection.execute(_level(place, source, steps.days))
            found.append(_step(connection, place, kind))
    return Funnel(tuple(found), steps.days)


def _level(place: int, source: str, days: int | None) -> str:
    """The events that are a step, with the ``start`` of their chain and the event ``before``.

    Customers and visits (``who``) go by hashes of 64 bits: short to sort, and of ten million the
    chance that any two are taken for one is 3 in a million.
    """
    if not place:  # most events are here, so they are read again rather than kept
        return f"""CREATE TEMP VIEW level_0 AS
            SELECT *, moment AS start, NULL::BIGINT AS before FROM {source}"""  # noqa: S608
    limit = "" if days is None else f"AND moment - start <= {days * DAY:d}"
    # starts rise with time, so the latest event of the step before has the latest start
    return f"""CREATE TEMP TABLE level_{place} AS
        WITH came AS MATERIALIZED (SELECT * FROM {source})
        SELECT customer, who, moment, start, before FROM (
            SELECT customer, who, moment, now, max(start) OVER until_now AS start,
                max(step) OVER until_now AS before
            FROM (
                SELECT customer, who, moment, start, moment AS step, false AS now
                FROM level_{place - 1} SEMI JOIN came USING (who)
                UNION ALL SELECT customer, who, moment, NULL, NULL, true FROM came
            )
            WINDOW until_now AS (PARTITION BY who ORDER BY moment
                RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        ) WHERE now AND start IS NOT NULL {limit}"""  # noqa: S608


def _step(connection: duckdb.DuckDBPyConnection, place: int, kind: str) -> Step:
    sql = f"""SELECT count(*), median(gap) FROM (
        SELECT arg_min(moment - before, moment) AS gap FROM level_{place} GROUP BY customer)"""  # noqa: S608
    row = connection.execute(sql).fetchone()
    customers, gap = row if row is not None else (0, None)
    return Step(kind, customers, float("nan") if gap is None else gap / DAY)


def usual_steps(recorded: Recorded, span: Span = WHOLE) -> Steps:
    """The kinds that most buyers had before they bought first, in their typical order, and then the
    purchase; of a log without purchases, the kinds in their typical order."""
    kinds = [k for k, _ in recorded.story.kinds if k not in NO_STEPS][:KINDS_LOOKED_AT]
    end = next((kind for kind in kinds if kind in recorded.story.buying), None)
    before = [kind for kind in kinds if kind not in recorded.story.buying]
    pairs = _pairs(recorded, tuple(kinds), span)
    if end is not None:
        buyers = pairs.get((end, end), (0, 0))[0]
        likely = [k for k in before if 2 * pairs.get((k, end), (0, 0))[0] >= max(buyers, 1)]
        before = [k for k in likely if _first(pairs, k, end)]
    most = STEPS_AT_MOST - (end is not None)
    wins = {k: sum(_first(pairs, k, other) for other in before if other != k) for k in before}
    found = tuple(sorted(before[:most], key=lambda kind: -wins[kind]))
    found = (*found, end) if end is not None else found
    return Steps(found, None if _has_sessions(recorded, found, span) else USUAL_DAYS)


def _pairs(
    recorded: Recorded, kinds: tuple[str, ...], span: Span
) -> dict[tuple[str, str], tuple[int, int]]:
    """Of two kinds: how many customers had both, and how many the first kind first."""
    if not kinds:
        return {}
    sql = f"""WITH firsts AS (
            SELECT hash(customer) AS customer, kind, min(moment) AS moment
            FROM {events(recorded, span)}
            WHERE kind IN ({listed(kinds)}) GROUP BY ALL)
        SELECT one.kind, other.kind, count(*), count(*) FILTER (one.moment < other.moment)
        FROM firsts AS one JOIN firsts AS other USING (customer) GROUP BY ALL"""  # noqa: S608
    return {(one, other): (both, first) for one, other, both, first in asked(recorded, sql)}


def _first(pairs: dict[tuple[str, str], tuple[int, int]], one: str, other: str) -> bool:
    """Whether a kind comes before another for more customers than after it."""
    return pairs.get((one, other), (0, 0))[1] > pairs.get((other, one), (0, 0))[1]


def _has_sessions(recorded: Recorded, kinds: tuple[str, ...], span: Span) -> bool:
    if "session" not in recorded.story.tells or not kinds:
        return False
    sql = f"""SELECT count(session) / count(*) FROM {events(recorded, span)}
        WHERE kind IN ({listed(kinds)}) GROUP BY kind"""  # noqa: S608
    found = asked(recorded, sql)
    return all(share >= HAVE_SESSIONS for (share,) in found)
