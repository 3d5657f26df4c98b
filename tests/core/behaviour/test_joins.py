from __future__ import annotations

from core.behaviour.joins import joins, shape
from core.behaviour.meaning import Meaning, Part
from core.text.phrases import phrases
from tests.core.behaviour.conftest import Brought, use

PEOPLE = "customer_id,age\n17850,30\n00042,40\n7,50\n"


def test_ids_of_two_writings_are_one(brought: Brought) -> None:
    people = brought(PEOPLE, "people.csv")
    clicks = brought(
        "customer_id,day,seen\n17850.0,2025-01-01,1\n 17850,2025-01-02,1\n42,2025-01-02,1\n"
        "00042,2025-01-02,1\n,2025-01-02,1\n",
        "clicks.csv",
    )
    uses = (
        use(people, Part.CUSTOMERS, customer="customer_id"),
        use(clicks, Part.EVENTS, customer="customer_id", time="day"),
    )
    (found,) = joins([people, clicks], uses)
    assert (found.name, found.other_name, found.links) == (
        "clicks.csv",
        "people.csv",
        Meaning.CUSTOMER,
    )
    assert (found.rows, found.matched, found.share) == (4, 3, 0.75)
    assert (found.orphans, found.orphan) == (1, "42")
    assert not found.one_to_one
    assert found.doubt == ""


def test_doubtful_links_have_words(brought: Brought) -> None:
    people = brought(PEOPLE, "people.csv")
    others = {
        "shapes": "customer_id,day\nabc-1,2025-01-01\nabc-2,2025-01-02\n",
        "nothing": "customer_id,day\n99999,2025-01-01\n88888,2025-01-02\n",
        "few": "customer_id,day\n17850,2025-01-01\n88888,2025-01-02\n77777,2025-01-02\n",
    }
    for doubt, text in others.items():
        log = brought(text, "log.csv")
        uses = (
            use(people, Part.CUSTOMERS, customer="customer_id"),
            use(log, Part.EVENTS, customer="customer_id", time="day"),
        )
        (found,) = joins([people, log], uses)
        assert found.doubt == doubt
        assert phrases()(found.key, **vars(found), share=found.share)


def test_ids_that_repeat_where_they_should_not(brought: Brought) -> None:
    products = brought("product_id,category\nP1,toys\nP1,books\nP2,toys\n", "products.csv")
    lines = brought("order_id,product_id\n1,P1\n2,P2\n", "lines.csv")
    uses = (
        use(products, Part.PRODUCTS, product="product_id", category="category"),
        use(lines, Part.LINES, order="order_id", product="product_id"),
    )
    (found,) = joins([products, lines], uses)
    assert (found.repeats, found.doubt, found.one_to_one) == (1, "repeats", True)


def test_the_shape_of_an_id() -> None:
    assert shape("C00123") == shape("D9") == "a9"
    assert shape("57b2-a9") == "9a9-a9"
    assert shape("p4k") != shape("17850")
