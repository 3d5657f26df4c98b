"""Rows of one customer that a split at random would put on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from core.data.finding import Act, Finding, Remedy, Severity
from core.data.hints import tokens
from core.data.looked import LEARNED, Looked
from core.data.table import typed_sql
from core.schema import Column, Kind, Role

OWNERS_AT_LEAST = 10
FEW = 0.01
WORDS = frozenset((
    "customer", "client", "user", "household", "hh", "hid", "member", "visitor", "account",
    "subscriber", "patient", "shopper", "buyer", "panelist", "kunde", "kunden", "haushalt",
    "cliente", "usuario", "miembro", "utilisateur", "membre", "고객", "회원", "顧客", "会員",
    "客户", "会员", "用户",
))  # fmt: skip


def owners(look: Looked) -> Iterator[Finding]:
    """Columns that name whom rows belong to, where many rows share one."""
    for column in look.schema.columns:
        named = column.role in LEARNED and _names_owners(column)
        if column.role is not Role.GROUP and not named:
            continue
        people, filled = look.one(
            f"SELECT count(DISTINCT v), count(v) FROM (SELECT {typed_sql(column)} AS v"  # noqa: S608
            f" FROM {look.file})"
        )
        # a named column may hold the size of a household: its values are few
        if column.role is not Role.GROUP and not FEW * filled < people < filled / 2:
            continue
        if OWNERS_AT_LEAST <= people < filled:
            # every row beyond a customer's first has another that may fall on the other side
            remedy = (Remedy(Act.SPLIT, (column.name,)),)
            count = int(filled - people)
            yield Finding(
                "same_customer", column.name, count, "", Severity.WARN,
                (people, filled / people), remedies=remedy,
            )  # fmt: skip


def _names_owners(column: Column) -> bool:
    if column.kind not in (Kind.NUMBER, Kind.CATEGORY, Kind.TEXT):
        return False
    words = tokens(column.name)
    return bool(words) and words[-1] in WORDS
