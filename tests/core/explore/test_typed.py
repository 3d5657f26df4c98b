"""Rules as people type them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadValue, NoRuleTyped, UnknownColumn, UserError
from core.explore.filters import Filter
from core.explore.typed import typed
from core.schema import Column, Kind, Schema

SCHEMA = Schema(
    (
        Column("orders", Kind.NUMBER),
        Column("orders last year", Kind.NUMBER),
        Column("Bed and breakfast", Kind.CATEGORY, levels=("yes", "no")),
        Column("city", Kind.CATEGORY, levels=("Oslo", "Rome", "Paris, Texas")),
        Column("since", Kind.DATE),
        Column("member", Kind.BOOLEAN, levels=("true", "false")),
    )
)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("orders >= 3", (Filter("orders", low=3.0),)),
        ("ORDERS<=3", (Filter("orders", high=3.0),)),
        ("orders = 3", (Filter("orders", 3.0, 3.0),)),
        ("orders from 1,000 to 2e3", (Filter("orders", 1000.0, 2000.0),)),
        ("orders last year >= 3", (Filter("orders last year", low=3.0),)),
        ("orders >= 1 and orders <= 5", (Filter("orders", 1.0, 5.0),)),
        ("orders >= 1 and orders >= 4", (Filter("orders", 4.0),)),
        ("city is rome, OSLO", (Filter("city", levels=("Rome", "Oslo")),)),
        ("city = Paris, Texas", (Filter("city", levels=("Paris, Texas",)),)),
        ("city is Oslo, Rome and city is Rome", (Filter("city", levels=("Rome",)),)),
        ("Bed and breakfast is yes", (Filter("Bed and breakfast", levels=("yes",)),)),
        (
            "orders >= 2 AND Bed and breakfast = no and member is true",
            (
                Filter("orders", low=2.0),
                Filter("Bed and breakfast", levels=("no",)),
                Filter("member", levels=("true",)),
            ),
        ),
        ("since >= 2024-05-01", (Filter("since", low="2024-05-01"),)),
        ("since from '2024-05-01' to 2024-06-01", (Filter("since", "2024-05-01", "2024-06-01"),)),
    ],
)
def test_a_rule_becomes_filters(text: str, filters: tuple[Filter, ...]) -> None:
    assert typed(text, SCHEMA) == filters


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", NoRuleTyped),
        ("orders", NoRuleTyped),
        ("orders many", NoRuleTyped),
        ("orders from 3", NoRuleTyped),
        ("people who like us", NoRuleTyped),
        ("visits >= 3", UnknownColumn),
        ("orders >= three", BadValue),
        ("orders >= nan", BadValue),
        ("orders >= inf", BadValue),
        ("city is Berlin", BadValue),
        ("city >= Oslo", BadValue),
        ("since >= May 2024", BadValue),
        ("ordersx >= 3", UnknownColumn),
    ],
)
def test_what_is_no_rule_gets_a_sentence(text: str, fault: type[UserError]) -> None:
    with pytest.raises(fault):
        typed(text, SCHEMA)


@given(st.text(max_size=60))
def test_nothing_else_ever_happens(text: str) -> None:
    with suppress(UserError):
        typed(text, SCHEMA)
