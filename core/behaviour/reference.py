"""What the established model says of each customer, from their purchases before the cutoff alone.

BG/NBD, and with it gamma-gamma for what is spent: a rival that looks at no other column. At each
cutoff it is fitted anew, on at most 50,000 customers drawn by a seed, and asked about all. As in
the papers it knows days with purchases (in UTC) and counts time from a customer's first; the
history begins where the log does. What it expects of COUNT is times the purchases that a day with
purchases has had so far; SPEND is days to expect times what is to be paid on one, with nothing
taken off for returns. Of whoever has not bought yet it knows nothing: they get no purchase.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.behaviour.question import Asks, Question
from core.behaviour.recorded import AT, CUSTOMER, CUTOFF, DAY, Recorded
from core.data.engine import engine, identifier, literal

if TYPE_CHECKING:  # SciPy comes where something is fitted
    from core.behaviour.lifetimes.bgnbd import Fit, Past
    from core.behaviour.lifetimes.spend import SpendFit

Floats = NDArray[np.float64]

CHANCE, PURCHASES, SPEND = "bgnbd_chance", "bgnbd_purchases", "bgnbd_spend"
COLUMN = {
    Asks.BUY: CHANCE,
    Asks.LEAVE: CHANCE,
    Asks.COUNT: PURCHASES,
    Asks.SPEND: SPEND,
}
CUSTOMERS_AT_MOST = 50_000  # that a model is fitted on
LEAST = 10  # buyers, and customers with amounts
WEEK = 7  # days: the papers' unit of time


class Lack(StrEnum):
    """Why there is no column."""

    NOT_ASKED = "not_asked"  # the model answers no such question
    FEW_BUYERS = "few_buyers"  # fewer than ten before a cutoff
    NOBODY_AGAIN = "nobody_again"  # nobody bought on a second day
    FEW_AMOUNTS = "few_amounts"  # fewer than ten paid anything on a second day


@dataclass(frozen=True)
class Fits:
    """What was fitted at a cutoff, times in weeks: on so many of so many customers."""

    cutoff: int
    used: int
    customers: int
    buying: Fit
    spending: SpendFit | None = None


@dataclass(frozen=True, eq=False)
class References:
    """``columns`` (keys,) each by name, in the keys' order: one, or none where something lacks."""

    columns: dict[str, Floats] = field(default_factory=dict)
    fits: tuple[Fits, ...] = ()
    lack: Lack | None = None


@dataclass(frozen=True, eq=False)
class _Bought:
    """Everybody who bought before a cutoff: what is known in weeks, on how many repeat days they
    are known to have paid and how much on average (0 where on none), and the purchases of a day
    with purchases."""

    customers: pd.Index
    past: Past
    times: Floats
    paid: Floats
    a_day: float


def references(
    recorded: Recorded, question: Question, keys: pd.DataFrame, seed: int = 0
) -> References:
    """The reference column for a table's rows: ``keys`` has each row's customer and cutoff.

    BUY and LEAVE give ``bgnbd_chance``, the chance of the answer "yes" (one minus the chance of a
    purchase for LEAVE); COUNT gives ``bgnbd_purchases``, SPEND ``bgnbd_spend``.
    """
    name = COLUMN.get(question.asks)
    if name is None:
        return References(lack=Lack.NOT_ASKED)
    values, fits = np.zeros(len(keys)), []
    for cutoff in sorted(keys[CUTOFF].unique()):
        bought = _bought(recorded, int(cutoff))
        found = _fitted(bought, int(cutoff), question.asks, seed)
        if isinstance(found, Lack):
            return References(lack=found)
        fits.append(found)
        rows = (keys[CUTOFF] == cutoff).to_numpy()
        values[rows] = _answers(bought, found, question, keys.loc[rows, CUSTOMER])
    return References({name: values}, tuple(fits))


def _bought(recorded: Recorded, cutoff: int) -> _Bought:
    """One pass over the purchases before the cutoff."""
    from core.behaviour.lifetimes.bgnbd import Past

    with engine(recorded.folder) as connection:
        found = connection.execute(_sql(recorded, cutoff)).df()
    first, last = found["first"].to_numpy("float64"), found["last"].to_numpy("float64")
    repeats = found["days"].to_numpy("float64") - 1.0
    now = (cutoff - 1) // DAY  # the last day of which anything is known
    times = found["times"].to_numpy("float64")
    return _Bought(
        pd.Index(found["who"].astype(object)),
        Past(repeats, (last - first) / WEEK, (now - first) / WEEK),
        times,
        np.maximum(found["paid"].to_numpy("float64"), 0.0) / np.maximum(times, 1.0),
        float(found["purchases"].sum() / max(1, found["days"].sum())),
    )


def _sql(recorded: Recorded, cutoff: int) -> str:
    """A customer a row, by name: first and last day with purchases since 1970, how many such days
    and purchases, and what was paid on how many days after the first.

    Sums are in an order of their own, so that threads do not change their last digits.
    """
    at = identifier(AT)
    return (
        f"WITH single AS (SELECT {CUSTOMER} AS who, floor({at} / {DAY}) AS day, purchase,"  # noqa: S608
        f" sum(amount ORDER BY amount) AS paid FROM read_parquet({literal(str(recorded.events))})"
        f" WHERE buys AND {at} < {cutoff} GROUP BY ALL),"
        " daily AS (SELECT who, day, sum(paid ORDER BY paid) AS paid, count(*) AS purchases,"
        " min(day) OVER (PARTITION BY who) AS began FROM single GROUP BY who, day)"
        " SELECT who, min(day) AS first, max(day) AS last, count(*) AS days,"
        " sum(purchases) AS purchases, count(paid) FILTER (WHERE day > began) AS times,"
        " coalesce(sum(paid ORDER BY day) FILTER (WHERE day > began), 0) AS paid"
        " FROM daily GROUP BY who ORDER BY who"
    )


def _fitted(bought: _Bought, cutoff: int, asks: Asks, seed: int) -> Fits | Lack:
    """The models at a cutoff, or what they lack."""
    from core.behaviour.lifetimes.bgnbd import Past, fit
    from core.behaviour.lifetimes.spend import fit_spend

    many = len(bought.customers)
    if many < LEAST:
        return Lack.FEW_BUYERS
    drawn = np.arange(many)
    if many > CUSTOMERS_AT_MOST:
        chosen = np.random.default_rng(seed).choice(many, CUSTOMERS_AT_MOST, replace=False)
        drawn = np.sort(chosen)
    known = bought.past
    some = Past(known.frequency[drawn], known.recency[drawn], known.age[drawn])
    buying = fit(some)
    if buying is None:
        return Lack.NOBODY_AGAIN
    if asks is not Asks.SPEND:
        return Fits(cutoff, len(drawn), many, buying)
    times, paid = bought.times[drawn], bought.paid[drawn]
    spending = fit_spend(times, paid) if (paid > 0).sum() >= LEAST else None
    if spending is None:
        return Lack.FEW_AMOUNTS
    return Fits(cutoff, len(drawn), many, buying, spending)


def _answers(bought: _Bought, fits: Fits, question: Question, customers: pd.Series) -> Floats:
    """What the models say of these customers (rows,)."""
    from core.behaviour.lifetimes.bgnbd import chance, expected
    from core.behaviour.lifetimes.spend import expected_mean

    gap, outcome = question.gap / WEEK, question.outcome / WEEK
    way = chance if question.asks in (Asks.BUY, Asks.LEAVE) else expected
    says = way(fits.buying.model, bought.past, outcome, gap)
    if question.asks is Asks.COUNT:
        says = says * bought.a_day
    if fits.spending is not None:
        says = says * expected_mean(fits.spending.model, bought.times, bought.paid)
    places = bought.customers.get_indexer(pd.Index(customers.astype(object)))
    found = np.where(places >= 0, says[places], 0.0)
    return np.asarray(1.0 - found if question.asks is Asks.LEAVE else found)
