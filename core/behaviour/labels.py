"""What comes after the cutoff: the answer to a question, computed apart from all features."""

from __future__ import annotations

from functools import reduce

import ibis
import ibis.expr.types as ir

from core.behaviour.past import KEYS, beside
from core.behaviour.question import AMOUNTS, NO, YES, Asks, Question
from core.behaviour.recorded import AT, CUSTOMER, CUTOFF

LABEL = "label"
SORTS = {Asks.RATE: "review", Asks.LATE: "order", Asks.RESPOND: "contact", Asks.NEXT: "session"}
COLUMN = {Asks.CATEGORY: "category", Asks.PRODUCT: "product"}


def labelled(keys: ir.Table, events: ir.Table, question: Question) -> ir.Table:
    """``keys`` (customer and cutoff, and for moments ``label``) with the column ``label``.

    Whoever has no answer (no first purchase to name, no rating) is left out.
    """
    if question.asks in SORTS and question.asks is not Asks.RESPOND:
        return keys.filter(keys[LABEL].notnull())
    bought = _after(keys, events, question)
    if question.asks in COLUMN:
        return keys.inner_join(_first(bought, COLUMN[question.asks]), list(KEYS))
    summed = bought.group_by(*KEYS).agg(
        times=bought.purchase.nunique(), paid=bought.amount.sum().fill_null(0.0)
    )
    joined = beside(keys.drop(LABEL) if LABEL in keys.columns else keys, summed)
    return joined.mutate(label=_answer(joined, question)).drop("times", "paid")


def _answer(joined: ir.Table, question: Question) -> ir.Value:
    if question.asks is Asks.SPEND:
        return joined.paid.fill_null(0.0)
    if question.asks is Asks.COUNT:
        return joined.times.fill_null(0).cast("float64")
    buys = joined.times.fill_null(0) > 0
    hit = ~buys if question.asks is Asks.LEAVE else buys
    return hit.ifelse(YES, NO)


def _after(keys: ir.Table, events: ir.Table, question: Question) -> ir.Table:
    """Purchases in each key's outcome window."""
    bought = events.filter(events.buys)
    if question.has_moments:
        moment = keys.select(*KEYS).distinct()
        begin, end = question.future(0)
        joined = bought.inner_join(moment, CUSTOMER)
        since = joined[AT] - joined[CUTOFF]
        return joined.filter(since >= begin, since < end)
    return reduce(
        lambda one, other: one.union(other),
        (_window(bought, question, at) for at in question.moments),
    )


def _window(bought: ir.Table, question: Question, at: int) -> ir.Table:
    begin, end = question.future(at)
    seen = bought.filter(bought[AT] >= begin, bought[AT] < end)
    return seen.mutate(cutoff=ibis.literal(at, "int64"))


def _first(bought: ir.Table, column: str) -> ir.Table:
    """The dearest thing of each key's first purchase; of equally dear ones the first by name."""
    known = bought.filter(bought[column].notnull())
    order = ibis.window(
        group_by=list(KEYS),
        order_by=[known[AT], known.amount.fill_null(0.0).desc(), known[column]],
    )
    ranked = known.mutate(place=ibis.row_number().over(order))
    return ranked.filter(ranked.place == 0).select(*KEYS, label=ranked[column])


def is_amount(question: Question) -> bool:
    """Whether the answer is a number."""
    return question.asks in AMOUNTS
