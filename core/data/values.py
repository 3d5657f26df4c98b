"""Cells that cannot be, or stand far from all others: impossible values and outliers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from core.data.engine import identifier
from core.data.finding import Act, Finding, Remedy, Severity
from core.data.hints import tokens
from core.data.looked import Looked
from core.data.table import typed_sql
from core.schema import Column, Kind, Role

OLDEST = 120  # years
FAR = 3.0  # interquartile ranges beyond the quartiles (Tukey 1977, "far out")
FAR_PLAIN = 6.0
GAP = 2.5  # how many times farther out than the next one
OUTLIERS_AT_MOST = 0.001
ROWS_TO_TELL = 50
NEGATIVE_AT_MOST = 0.05
TAILS = 8
AGES = frozenset(("age", "alter", "edad", "âge", "idade", "età", "나이", "연령", "年齢", "年龄"))
BIRTHS = frozenset(
    (
        "birth",
        "geburt",
        "nacimiento",
        "naissance",
        "nascimento",
        "nascita",
        "출생",
        "生年",
        "出生",
    )
)
YEARS = frozenset(("year", "jahr", "año", "annee", "année", "ano", "anno", "yr"))
AMOUNTS = frozenset((
    "price", "amount", "qty", "quantity", "duration", "count", "visits", "spend", "spent",
    "income", "revenue", "sales", "tenure", "charges", "salary", "fee", "weight", "height",
    "preis", "menge", "betrag", "precio", "cantidad", "prix", "montant", "quantité",
))  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """Of a number column: its quartiles in the sample, its least and largest values from outside
    in."""

    filled: int
    first: float
    third: float
    least: tuple[float, ...]
    most: tuple[float, ...]


def odd_values(look: Looked) -> Iterator[Finding]:
    """Impossible values of numbers and dates, else numbers that stand far out and alone."""
    target = look.schema.target
    for column in look.numbers:
        if column == target or column.role in (Role.ID, Role.GROUP):
            continue
        spread = _spread(look, column)
        if spread.filled < ROWS_TO_TELL:
            continue
        limits = _possible(column, _year(look))
        found = limits and _impossible(look, column, limits, spread)
        found = found or _outliers(look, column, spread)
        if found:
            yield found
    for column in look.schema.columns:
        if column.kind is Kind.DATE and column != target:
            yield from _future(look, column)


def _spread(look: Looked, column: Column) -> Spread:
    value = typed_sql(column)
    row = look.connection.execute(
        f"SELECT count(v), min(v, {TAILS}), max(v, {TAILS})"  # noqa: S608
        f" FROM (SELECT {value} AS v FROM {look.file})"
    ).fetchone()
    filled, least, most = row or (0, None, None)
    if not filled:
        return Spread(0, math.nan, math.nan, (), ())
    cells = look.sample.get(column.name)
    known = np.empty(0) if cells is None else cells.dropna().to_numpy()
    if not len(known):
        return Spread(0, math.nan, math.nan, (), ())
    first, third = np.quantile(known, [0.25, 0.75])
    return Spread(int(filled), float(first), float(third), tuple(least), tuple(most))


def _year(look: Looked) -> int:
    """The year the table was read in."""
    read_at = look.dataset.provenance.read_at[:4]
    return int(read_at) if read_at.isdecimal() else 9999


def _possible(column: Column, year: int) -> tuple[float, float] | None:
    """What a column of that name can hold."""
    words = set(tokens(column.name))
    if words & BIRTHS and (words & YEARS or not words - BIRTHS):
        return year - OLDEST, year
    if words & AGES and len(words) <= 2:
        return 0, OLDEST
    if words & AMOUNTS:
        return 0, math.inf
    return None


def _impossible(
    look: Looked, column: Column, limits: tuple[float, float], spread: Spread
) -> Finding | None:
    low, high = limits
    if spread.least[0] >= low and spread.most[0] <= high:
        return None
    count = _outside(look, column, low, high)
    # a column with many of them means something else by its name
    if not count or count > NEGATIVE_AT_MOST * spread.filled:
        return None
    example = spread.least[0] if spread.least[0] < low else spread.most[0]
    return _odd("impossible", column, (count, example), limits)


def _outliers(look: Looked, column: Column, spread: Spread) -> Finding | None:
    low, high = _fences(spread)
    # beyond the fence is common where tails are long; alone out there is not
    low = _lonely(tuple(-v for v in spread.least), -low, -spread.first)
    low, high = -low, _lonely(spread.most, high, spread.third)
    if spread.least[0] >= low and spread.most[0] <= high:
        return None
    count = _outside(look, column, low, high)
    if not count or count > max(TAILS, OUTLIERS_AT_MOST * spread.filled):
        return None
    example = spread.most[0] if spread.most[0] > high else spread.least[0]
    return _odd("outliers", column, (count, example), (low, high))


def _fences(spread: Spread) -> tuple[float, float]:
    """Far out both as it stands and, for amounts, on a log axis."""
    width = spread.third - spread.first
    if width <= 0:
        return -math.inf, math.inf
    low, high = spread.first - FAR_PLAIN * width, spread.third + FAR_PLAIN * width
    if spread.least[0] < 0:
        return low, high
    one, three = math.log1p(spread.first), math.log1p(spread.third)
    top = three + FAR * (three - one)
    return -math.inf, max(high, math.expm1(top) if top < 700 else math.inf)


def _lonely(outermost: tuple[float, ...], fence: float, quartile: float) -> float:
    """The limit between values beyond the fence and those well within; inf where none are."""
    for outer, inner in pairwise(outermost):
        if outer <= fence:
            break
        if outer - quartile >= GAP * max(inner - quartile, 0.0) and inner < outer:
            return inner
    return math.inf


def _outside(look: Looked, column: Column, low: float, high: float) -> int:
    limits = [f"v < {low!r}"] * math.isfinite(low) + [f"v > {high!r}"] * math.isfinite(high)
    if not limits:
        return 0
    condition = " OR ".join(limits)
    sql = f"SELECT count_if({condition}) FROM (SELECT {typed_sql(column)} AS v FROM {look.file})"  # noqa: S608
    return int(look.one(sql)[0] or 0)


def _future(look: Looked, column: Column) -> Iterator[Finding]:
    """Dates after the table was read. Dates of plans and contracts are named as such."""
    read_at = look.dataset.provenance.read_at
    if column.role is Role.IGNORED or not read_at:
        return
    now = datetime.fromisoformat(read_at).replace(tzinfo=UTC)
    until = int(now.timestamp()) + 86_400
    date, text = typed_sql(column), identifier(column.name)
    row = look.connection.execute(
        f"SELECT count(*), min({text}) FROM {look.file} WHERE epoch({date}) > {until}"  # noqa: S608
    ).fetchone()
    count, example = row or (0, "")
    if 0 < count <= NEGATIVE_AT_MOST * look.rows:
        remedy = (Remedy(Act.LIMIT, (column.name,), high=float(until)),)
        yield Finding("future", column.name, count, example, Severity.NOTE, remedies=remedy)


def _odd(
    code: str, column: Column, what: tuple[int, float], limits: tuple[float, float]
) -> Finding:
    count, example = what
    low, high = (limit if math.isfinite(limit) else None for limit in limits)
    remedy = (Remedy(Act.LIMIT, (column.name,), low=low, high=high),)
    grave = Severity.WARN if code == "impossible" else Severity.NOTE
    return Finding(code, column.name, count, f"{example:.15g}", grave, remedies=remedy)
