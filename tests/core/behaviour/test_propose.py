from __future__ import annotations

from pathlib import Path

import pytest

from core.behaviour.meaning import Meaning, Part
from core.behaviour.propose import propose
from core.data.dataset import Dataset
from tests.core.behaviour.conftest import Brought

SHOP = {
    "clicks.csv": (
        Part.EVENTS,
        "customer=customer_id time=clicked_at kind=action product=product_id session=session_id",
    ),
    "customers.csv": (Part.CUSTOMERS, "customer=customer_id time=signup_date"),
    "order_lines.csv": (
        Part.LINES,
        "order=order_id product=product_id price=unit_price quantity=quantity discount=discount"
        " returned=returned_on",
    ),
    "orders.csv": (
        Part.ORDERS,
        "customer=customer_id order=order_id time=ordered_at due=promised_on arrived=delivered_on"
        " campaign=promotion",
    ),
    "products.csv": (
        Part.PRODUCTS, "product=product_id category=category price=price shown=name",
    ),
    "promotions.csv": (Part.OTHER, ""),
    "shop_customers.csv": (Part.OTHER, ""),
}  # fmt: skip
OLIST = {
    "olist_customers_dataset.csv": (
        Part.CUSTOMERS, "customer=customer_id person=customer_unique_id",
    ),
    "olist_order_items_dataset.csv": (
        Part.LINES, "order=order_id product=product_id price=price",
    ),
    "olist_order_payments_dataset.csv": (Part.OTHER, ""),
    "olist_order_reviews_dataset.csv": (
        Part.REVIEWS,
        "order=order_id time=review_answer_timestamp rating=review_score"
        " text=review_comment_message",
    ),
    "olist_orders_dataset.csv": (
        Part.ORDERS,
        "customer=customer_id order=order_id time=order_purchase_timestamp"
        " due=order_estimated_delivery_date arrived=order_delivered_customer_date"
        " status=order_status",
    ),
    "olist_products_dataset.csv": (
        Part.PRODUCTS, "product=product_id category=product_category_name",
    ),
    "product_category_name_translation.csv": (
        Part.LOOKUP, "category=product_category_name shown=product_category_name_english",
    ),
}  # fmt: skip
ALONE = {
    "cdnow/CDNOW_master.txt": (
        Part.EVENTS, "customer=customer_id time=date quantity=number_of_cds amount=dollar_value",
    ),
    "yoochoose-100k/yoochoose-clicks-100k_test.txt": (
        Part.EVENTS, "session=SessionId product=ItemId time=Time",
    ),
    "diginetica-sample/sample_train-item-views.csv": (
        Part.EVENTS,
        "customer=user_id session=session_id product=item_id time=eventdate clock=timeframe",
    ),
    "ifood-marketing/marketing_campaign.csv": (Part.CUSTOMERS, "customer=ID time=Dt_Customer"),
    "brand-choice-panels/Catsup.csv": (Part.OTHER, ""),
}  # fmt: skip
HEADERS = {
    "de": "Kundennummer,Bestelldatum,Betrag,Menge,Artikelnummer",
    "fr": "id_client,date_commande,montant,quantité,code_article",
    "es": "id_cliente,fecha_compra,importe,cantidad,id_producto",
    "pt": "id do cliente,data do pedido,valor total,quantidade,id_produto",
    "zh": "用户ID,购买时间,金额,数量,商品编号",
    "ja": "顧客ID,購入日時,金額,数量,商品コード",
    "ko": "고객번호,구매일시,금액,수량,상품코드",
}


def columns(said: str) -> dict[Meaning, str]:
    return {Meaning(pair.split("=")[0]): pair.split("=")[1] for pair in said.split()}


def test_the_sample_shop(shop: list[Dataset]) -> None:
    assert [table.name for table in shop] == list(SHOP)
    for found, (part, said) in zip(propose(shop), SHOP.values(), strict=True):
        assert (found.part, dict(found.columns)) == (part, columns(said)), found.name


def test_olist(brought: Brought, shared: Path) -> None:
    tables = [brought(shared / "olist-subset" / file) for file in OLIST]
    for found, (part, said) in zip(propose(tables), OLIST.values(), strict=True):
        assert (found.part, dict(found.columns)) == (part, columns(said)), found.name


@pytest.mark.parametrize("file", ALONE)
def test_a_table_alone(file: str, brought: Brought, shared: Path) -> None:
    part, said = ALONE[file]
    (found,) = propose([brought(shared / file)])
    assert (found.part, dict(found.columns)) == (part, columns(said))


def test_a_file_without_a_header(brought: Brought, shared: Path) -> None:
    (found,) = propose([brought(shared / "cdnow/CDNOW_sample.txt")])
    assert found.part is Part.EVENTS
    assert dict(found.columns) == {
        Meaning.CUSTOMER: "column 1",
        Meaning.TIME: "column 3",
        Meaning.QUANTITY: "column 4",
        Meaning.AMOUNT: "column 5",
    }


@pytest.mark.parametrize("language", HEADERS)
def test_headers_of_other_languages(language: str, brought: Brought) -> None:
    header = HEADERS[language]
    rows = "".join(
        f"{100 + n % 12},2025-01-{1 + n % 28:02d},{n}.5,{1 + n % 3},{7000 + n % 11}\n"
        for n in range(60)
    )
    (found,) = propose([brought(f"{header}\n{rows}")])
    names = header.split(",")
    meanings = (
        Meaning.CUSTOMER, Meaning.TIME, Meaning.AMOUNT, Meaning.QUANTITY, Meaning.PRODUCT,
    )  # fmt: skip
    assert found.part is Part.EVENTS
    assert dict(found.columns) == dict(zip(meanings, names, strict=True))


def test_ids_under_any_name_are_found_by_what_they_match(brought: Brought) -> None:
    people = "".join(f"K{n:03d},{20 + n % 50}\n" for n in range(40))
    bought = "".join(f"2025-02-{1 + n % 28:02d},K{n % 40:03d},{n}.25\n" for n in range(200))
    uses = propose(
        [
            brought(f"customer_id,age\n{people}", "people.csv"),
            brought(f"date,whoever,amount\n{bought}", "bought.csv"),
        ]
    )
    assert [use.part for use in uses] == [Part.CUSTOMERS, Part.EVENTS]
    assert uses[1].column(Meaning.CUSTOMER) == "whoever"


def test_payments_are_lines_where_nothing_else_tells_amounts(brought: Brought) -> None:
    orders = "".join(f"O{n},C{n % 9},2025-01-{1 + n % 28:02d}\n" for n in range(40))
    paid = "".join(f"O{n % 40},card,{n}.5\n" for n in range(50))
    uses = propose(
        [
            brought(f"order_id,customer_id,order_date\n{orders}", "orders.csv"),
            brought(f"order_id,payment_type,payment_value\n{paid}", "payments.csv"),
        ]
    )
    assert [use.part for use in uses] == [Part.ORDERS, Part.LINES]
    assert uses[1].column(Meaning.AMOUNT) == "payment_value"


def test_a_contact_list_is_a_campaign(brought: Brought) -> None:
    rows = "".join(f"C{n % 30},2025-01-{1 + n % 28:02d},Spring,email\n" for n in range(60))
    (found,) = propose([brought(f"customer_id,sent_at,campaign,channel\n{rows}", "contacts.csv")])
    assert found.part is Part.CAMPAIGNS
    assert dict(found.columns) == {
        Meaning.CUSTOMER: "customer_id",
        Meaning.TIME: "sent_at",
        Meaning.CAMPAIGN: "campaign",
        Meaning.CHANNEL: "channel",
    }
