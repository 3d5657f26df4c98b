from __future__ import annotations

import pytest

from core.data.hints import is_code, is_id, is_positive, is_time, target_weight, tokens


def test_words_of_a_name() -> None:
    assert tokens("customerID") == ("customer", "id")
    assert tokens("StoreType_2") == ("store", "type", "2")
    assert tokens("고객ID") == ("고객", "id")
    assert tokens("Téléphone") == ("téléphone",)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("customerID", True), ("ID", True), ("고객번호", True), ("客户编号", True),
        ("顧客番号", True), ("Kundennummer", True), ("Kunden-Nr.", True), ("numéro client", True),
        ("Código do Cliente", True), ("customer number", True), ("número de cliente", True),
        ("number of customers", False), ("Anzahl Kunden", False), ("전화번호", False),
        ("paid", False), ("num", False),
    ],
)  # fmt: skip
def test_names_of_ids(name: str, found: bool) -> None:
    assert is_id(name) is found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Region", True), ("지역", True), ("性别", True), ("Geschlecht", True), ("catégorie", True),
        ("género", True), ("região", True), ("都道府県", True), ("anzahl_filiale", False),
        ("年収入", False), ("구매금액", False), ("NumStorePurchases", False),
    ],
)  # fmt: skip
def test_names_of_codes(name: str, found: bool) -> None:
    assert is_code(name) is found


@pytest.mark.parametrize(
    "name",
    ["Churn", "이탈여부", "是否流失", "解約", "gekündigt", "Résilié", "abandono", "Cancelou"],
)
def test_names_of_answers(name: str) -> None:
    assert target_weight(name) >= 100
    assert target_weight("tenure") == 0


def test_names_of_moments_and_of_what_is_never_nought() -> None:
    assert is_time("event_timestamp")
    assert is_time("日時")
    assert not is_time("timeframe")
    assert is_positive("Age")
    assert is_positive("나이")
    assert not is_positive("price")


def test_categories_are_counted_and_a_category_is_a_code() -> None:
    assert not is_code("categories_bought")
    assert is_code("catégorie")
    assert is_code("category")
