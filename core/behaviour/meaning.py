"""What the tables of a shop are, and what their columns mean for a customer's history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Part(StrEnum):
    """What one row of a table is. LOOKUP: other words for values, joined by one column."""

    EVENTS = "events"
    ORDERS = "orders"
    LINES = "lines"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    REVIEWS = "reviews"
    CAMPAIGNS = "campaigns"
    LOOKUP = "lookup"
    OTHER = "other"


class Meaning(StrEnum):
    """What a column says. PERSON stands in a table of customers where one person has several
    customer ids; TIME is when the row happened (of a customer: when known first), DUE and ARRIVED
    when an order was promised and came, RETURNED when or whether a line came back. AMOUNT is money
    for the whole row, PRICE for one piece, DISCOUNT a share of the price. CLOCK is the time of day,
    or the milliseconds since the visit began, where TIME tells the day only. SHOWN is the name to
    show in place of the others in the row (of a product, or of a LOOKUP's word).
    """

    CUSTOMER = "customer"
    PERSON = "person"
    TIME = "time"
    CLOCK = "clock"
    KIND = "kind"
    AMOUNT = "amount"
    PRICE = "price"
    QUANTITY = "quantity"
    DISCOUNT = "discount"
    PRODUCT = "product"
    CATEGORY = "category"
    CHANNEL = "channel"
    ORDER = "order"
    SESSION = "session"
    RATING = "rating"
    TEXT = "text"
    STATUS = "status"
    RETURNED = "returned"
    CAMPAIGN = "campaign"
    DUE = "due"
    ARRIVED = "arrived"
    SHOWN = "shown"


@dataclass(frozen=True)
class Use:
    """What a table (by the id of its dataset) is, and which of its columns mean what."""

    table: str
    name: str
    part: Part
    columns: dict[Meaning, str]

    def column(self, meaning: Meaning) -> str:
        """The column of that meaning; empty where there is none."""
        return self.columns.get(meaning, "")

    def meaning(self, meaning: Meaning, column: str) -> Use:
        """The same with another column for a meaning; none for an empty one."""
        kept = {each: name for each, name in self.columns.items() if each is not meaning}
        return replace(self, columns=kept | ({meaning: column} if column else {}))
