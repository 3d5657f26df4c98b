from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.behaviour.cleaning import Way
from core.behaviour.meaning import Part
from core.behaviour.question import millis
from core.behaviour.recorded import COLUMNS, DAY
from core.behaviour.recording import recorded
from core.data.dataset import Dataset
from core.errors import (
    BadSetting,
    MixedTimes,
    NoCustomerColumn,
    NoEvents,
    NoOrders,
    NothingToJoin,
    NoTimeColumn,
    UnknownZone,
)
from core.text.phrases import phrases
from tests.core.behaviour.conftest import CLICKS, SAMPLES, Brought, History, Told, read, use

ORDERS = """order_id,customer_id,ordered_at,status,promised_on,delivered_on
1,17850.0,2025-01-01 10:00:00,done,2025-01-04,2025-01-04
2,17850.0,2025-02-01 10:00:00,done,2025-02-03,2025-02-05
3,00042,2025-03-01 12:00:00,canceled,2025-03-04,
4,,2025-03-02 12:00:00,done,2025-03-04,2025-03-03
5,00042,2025-03-05 12:00:00,done,2025-03-09,
"""
LINES = """order_id,product_id,quantity,unit_price,discount,returned_on
1,P1,2,10.0,0.1,
1,P2,1,5.0,0.0,2025-01-20
2,P1,1,10.0,0.0,
3,P2,4,5.0,0.0,
4,P1,1,10.0,0.0,
9,P1,1,10.0,0.0,
"""
PEOPLE = """customer_id,signup_date,age,member_since_year,newsletter
17850,2024-06-01,40,2020-05-05,yes
00042,2024-07-01,30,2021-05-05,no
77777,2024-08-01,50,2022-05-05,no
"""
PRODUCTS = "product_id,category,price\nP1,toys,10\nP2,books,5\n"


def log(rows: list[str], header: str = "customer_id,event_time,event_type") -> str:
    return header + "\n" + "".join(f"{row}\n" for row in rows)


@pytest.fixture(scope="module")
def small(brought: Brought, told: Told) -> History:
    """A shop of five orders."""
    orders, lines = brought(ORDERS, "orders.csv"), brought(LINES, "lines.csv")
    people, products = brought(PEOPLE, "people.csv"), brought(PRODUCTS, "products.csv")
    uses = (
        use(people, Part.CUSTOMERS, customer="customer_id", time="signup_date"),
        use(
            orders, Part.ORDERS, order="order_id", customer="customer_id", time="ordered_at",
            status="status", due="promised_on", arrived="delivered_on",
        ),
        use(
            lines, Part.LINES, order="order_id", product="product_id", quantity="quantity",
            price="unit_price", discount="discount", returned="returned_on",
        ),
        use(products, Part.PRODUCTS, product="product_id", category="category", price="price"),
    )  # fmt: skip
    return told(people, orders, lines, products, uses=uses)


def test_lines_orders_and_returns_become_events(small: History) -> None:
    told = [
        (row.customer, row.at, row.kind, row.buys, row.purchase, row.category, row.amount)
        for row in small.events.itertuples()
    ]
    first, second = millis("2025-01-01T10:00:00"), millis("2025-02-01T10:00:00")
    fifth, back = millis("2025-03-05T12:00:00"), millis("2025-01-20")
    assert told[:2] == [
        ("17850", first, "order", True, "1", "toys", 18.0),
        ("17850", first, "order", True, "1", "books", 5.0),
    ]
    assert told[2:4] == [
        ("17850", back, "return", False, "1", "books", 5.0),
        ("17850", second, "order", True, "2", "toys", 10.0),
    ]
    assert told[4][:5] == ("00042", fifth, "order", True, "5")
    assert math.isnan(told[4][6])
    assert list(small.events.columns) == list(COLUMNS)


def test_what_was_found_is_told(small: History) -> None:
    dealt = {code: (d.count, d.choice, d.example) for code, d in small.dealt.items()}
    assert dealt == {
        "cancelled": (1, "left_out", "canceled"),
        "no_customer": (1, "left_out", "done"),
        "no_order": (1, "left_out", "9"),
        "returned": (1, "as_returns", "1"),
        "idle": (1, "kept", "77777"),
    }
    assert small.recorded.story.rows == 5


def test_customers_have_their_attributes(small: History) -> None:
    table = small.customers
    assert list(table["customer"]) == ["00042", "17850", "77777"]
    assert list(table["known_at"]) == [millis(f"2024-{m}-01") for m in ("07", "06", "08")]
    assert list(table["age"]) == [30.0, 40.0, 50.0]
    assert list(table["member_since_year"]) == [millis(f"202{y}-05-05") for y in (1, 0, 2)]
    story = small.recorded.story
    assert (story.customers, story.buyers) == (3, 2)
    assert story.dates == ("member_since_year",)
    assert story.attributes == (("age", "number"), ("newsletter", "boolean"))


def test_deliveries_have_a_moment(small: History) -> None:
    table = small.moments
    assert list(table["label"]) == ["no", "yes"]
    assert list(table["cutoff"]) == [millis("2025-01-01T10:00:00"), millis("2025-02-01T10:00:00")]
    assert list(table["own_amount"]) == [23.0, 10.0]
    assert list(table["own_lines"]) == [2.0, 1.0]
    assert list(table["own_category"]) == ["toys", "toys"]
    assert list(table["own_promised_days"]) == pytest.approx([62 / 24, 38 / 24])


def test_the_pulse_has_a_row_a_customer_and_day(small: History) -> None:
    table = read(small.recorded.pulse)
    days = [millis(day) // DAY for day in ("2025-01-01", "2025-01-20", "2025-02-01", "2025-03-05")]
    assert list(table["day"]) == days
    assert list(table["number"]) == [1, 1, 1, 0]
    assert list(table["bought"]) == [True, False, True, True]


def test_a_history_is_read_back(small: History) -> None:
    assert recorded(small.recorded.folder) == small.recorded
    assert {file.name for file in small.recorded.folder.iterdir()} == {
        "events.parquet", "customers.parquet", "moments.parquet", "pulse.parquet", "story.json",
    }  # fmt: skip


def test_every_choice_has_words() -> None:
    say = phrases()
    for code, ways in {
        "negative": (Way.AS_RETURNS, Way.LEFT_OUT, Way.KEPT),
        "cancelled": (Way.LEFT_OUT, Way.AS_CANCELLATIONS),
        "repeated": (Way.LEFT_OUT, Way.KEPT),
        "bots": (Way.WITH_CUSTOMER, Way.LEFT_OUT, Way.KEPT),
        "future": (Way.LEFT_OUT, Way.KEPT),
        "early": (Way.LEFT_OUT, Way.KEPT),
    }.items():
        for way in ways:
            assert say(f"behaviour_tables.dealt.{code}.{way}", count=2, of=3, example="x")


FLAT = """InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID
536365,85123A,6,2010-12-01 08:26:00,2.55,17850
536365,71053,6,2010-12-01 08:26:00,3.39,17850
C536379,D1,-1,2010-12-01 09:41:00,27.5,14527
536380,22961,24,2010-12-01 09:41:00,1.45,17809
536381,22962,-2,2010-12-02 09:41:00,1.5,17809
"""


@pytest.mark.parametrize(
    ("choices", "kinds", "spent"),
    [
        ({}, {"order": 3, "return": 1}, 15.3 + 20.34 + 34.8),
        (
            {"negative": Way.KEPT, "cancelled": Way.AS_CANCELLATIONS},
            {"order": 4, "cancellation": 1},
            15.3 + 20.34 + 34.8 - 3,
        ),
        ({"negative": Way.LEFT_OUT}, {"order": 3}, 15.3 + 20.34 + 34.8),
    ],
)
def test_flat_lines_with_cancellations(
    choices: dict[str, Way], kinds: dict[str, int], spent: float, brought: Brought, told: Told
) -> None:
    table = brought(FLAT)
    uses = (
        use(
            table, Part.EVENTS, order="InvoiceNo", product="StockCode", quantity="Quantity",
            time="InvoiceDate", price="UnitPrice", customer="CustomerID",
        ),
    )  # fmt: skip
    history = told(table, uses=uses, **choices)
    events = history.events
    assert dict(events["kind"].value_counts()) == kinds
    assert events.loc[events["buys"], "amount"].sum() == pytest.approx(spent)
    assert set(events.loc[events["customer"] == "17850", "purchase"]) == {"536365"}


def test_lines_of_one_customer_at_one_time_are_one_purchase(brought: Brought, told: Told) -> None:
    table = brought(
        log(["7,2025-01-01,5", "7,2025-01-01,6", "7,2025-01-02,1", "8,2025-01-01,5"],
            "customer_id,date,amount")
    )  # fmt: skip
    events = told(
        table, uses=(use(table, Part.EVENTS, customer="customer_id", time="date", amount="amount"),)
    ).events
    assert events["purchase"].nunique() == 3
    assert set(events["kind"]) == {"order"}


def test_purchases_are_not_counted_twice(brought: Brought, told: Told) -> None:
    clicks = brought(
        log(["17850,2025-01-01 09:59:00,view", "17850,2025-01-01 10:00:00,purchase"]), "clicks.csv"
    )
    orders = brought(ORDERS, "orders.csv")
    uses = (
        use(orders, Part.ORDERS, order="order_id", customer="customer_id", time="ordered_at"),
        use(clicks, Part.EVENTS, customer="customer_id", time="event_time", kind="event_type"),
    )
    history = told(orders, clicks, uses=uses)
    assert history.dealt["told_by_orders"].count == 1
    assert history.events.groupby("kind")["buys"].sum().to_dict() == {
        "order": 4, "purchase": 0, "view": 0,
    }  # fmt: skip
    both = told(orders, clicks, uses=uses, from_orders=False)
    assert both.events["buys"].sum() == 5


def test_reviews_know_their_customer_through_the_order(brought: Brought, told: Told) -> None:
    orders = brought(ORDERS, "orders.csv")
    reviews = brought(
        "order_id,answered_at,score\n1,2025-01-09,4\n5,2025-03-20,1\n8,2025-03-20,2\n",
        "reviews.csv",
    )
    uses = (
        use(orders, Part.ORDERS, order="order_id", customer="customer_id", time="ordered_at"),
        use(reviews, Part.REVIEWS, order="order_id", time="answered_at", rating="score"),
    )
    history = told(orders, reviews, uses=uses)
    events = history.events.query("kind == 'review'")
    assert list(zip(events["customer"], events["rating"], strict=True)) == [
        ("17850", 4.0),
        ("00042", 1.0),
    ]
    moments = history.moments
    assert list(moments["label"]) == ["4", "1"]
    assert list(moments["cutoff"]) == [millis("2025-01-01T10:00:00"), millis("2025-03-05T12:00:00")]
    assert history.dealt["no_customer"].count == 2


def test_contacts_wait_for_their_label(brought: Brought, told: Told) -> None:
    table = brought("customer_id,sent_at,campaign\n1,2025-01-01,Spring\n2,2025-01-02,Spring\n")
    uses = (
        use(table, Part.CAMPAIGNS, customer="customer_id", time="sent_at", campaign="campaign"),
    )
    history = told(table, uses=uses)
    assert list(history.events["kind"]) == ["contact", "contact"]
    assert history.moments["label"].isna().all()
    assert list(history.moments["own_campaign"]) == ["Spring", "Spring"]


def test_sessions_end_with_a_product(brought: Brought, told: Told) -> None:
    rows = ["s1,a,1396314000.5", "s1,b,1396314060", "s2,c,1396314000", "s1,d,1396317600"]
    table = brought(log(rows, "session_id,item_id,time"))
    uses = (use(table, Part.EVENTS, session="session_id", product="item_id", time="time"),)
    history = told(table, uses=uses)
    assert list(history.events["at"]) == [
        1396314000000, 1396314000500, 1396314060000, 1396317600000,
    ]  # fmt: skip
    assert history.moments[["customer", "cutoff", "label"]].values.tolist() == [
        ["s1", 1396317600000, "d"]
    ]


def test_rows_without_a_customer_are_visits_where_most_are(brought: Brought, told: Told) -> None:
    rows = ["NA,s1,2025-01-01", "NA,s2,2025-01-01", "7,s3,2025-01-01"]
    table = brought(log(rows, "user_id,session_id,date"))
    uses = (use(table, Part.EVENTS, customer="user_id", session="session_id", time="date"),)
    assert list(told(table, uses=uses).events["customer"]) == ["visit s1", "visit s2", "7"]
    left = told(table, uses=uses, nameless=Way.LEFT_OUT)
    assert list(left.events["customer"]) == ["7"]
    assert left.dealt["no_customer"].count == 2


MANY = [f"c{n % 7},2025-01-{1 + n % 28:02d} 10:{n % 60:02d}:00,view" for n in range(60)]


def _of_log(brought: Brought, told: Told, rows: list[str], **choices: object) -> History:
    table = brought(log(rows))
    uses = (use(table, Part.EVENTS, customer="customer_id", time="event_time", kind="event_type"),)
    return told(table, uses=uses, **choices)


def test_clocks_that_jump(brought: Brought, told: Told) -> None:
    rows = [*MANY, "c1,2031-05-01 10:00:00,view", "c1,1970-01-01 00:00:00,view"]
    history = _of_log(brought, told, rows)
    assert {c: (d.count, d.example) for c, d in history.dealt.items()} == {
        "future": (1, "2031-05-01T10:00:00"),
        "early": (1, "1970-01-01"),
    }
    assert len(history.events) == 60
    assert len(_of_log(brought, told, rows, jumps=Way.KEPT).events) == 62


def test_equal_rows_count_once_where_the_time_of_day_is_told(brought: Brought, told: Told) -> None:
    history = _of_log(brought, told, [*MANY, MANY[0], MANY[0], MANY[9]])
    assert (len(history.events), history.dealt["repeated"].count) == (60, 3)
    assert len(_of_log(brought, told, [*MANY, MANY[0]], repeated=Way.KEPT).events) == 61
    days = [row.replace(row[13:22], "") for row in MANY]
    assert _of_log(brought, told, [*days, days[0]]).dealt["repeated"].choice == Way.KEPT


@pytest.mark.parametrize(
    ("way", "left"), [(Way.WITH_CUSTOMER, 60), (Way.LEFT_OUT, 61), (Way.KEPT, 81)]
)
def test_bots_are_left_out(way: Way, left: int, brought: Brought, told: Told) -> None:
    burst = [f"robot,2025-01-05 10:{n:02d}:00,view" for n in range(20)]
    rows = [*MANY, *burst, "robot,2025-01-06 10:00:00,view"]
    history = _of_log(brought, told, rows, bots=way, bot_events=15)
    assert len(history.events) == left
    assert history.dealt["bots"].example == "robot"


def test_a_zone_is_that_of_the_clock_on_the_wall(brought: Brought, told: Told) -> None:
    rows = ["c1,2025-01-15 12:00:00,view", "c1,2025-07-15 12:00:00,view"]
    history = _of_log(brought, told, rows, zone="Europe/Berlin")
    assert list(history.events["at"]) == [
        millis("2025-01-15T11:00:00"),
        millis("2025-07-15T10:00:00"),
    ]


def test_times_in_three_formats(brought: Brought, told: Told) -> None:
    ways = (
        "2025-02-{0:02d} 08:00:00",
        "{0:02d}.02.2025 08:00",
        "17388288{0:02d}",
        "17388288{0:02d}000",
    )
    rows = [f"c{n % 5},{ways[n % 4].format(n % 28 + 1)},view" for n in range(60)]
    history = _of_log(brought, told, [*rows, "c1,soon,view"])
    assert history.dealt["several_formats"].count == 4
    assert (history.dealt["no_time"].count, history.dealt["no_time"].example) == (1, "soon")
    first = rows[0].split(",")[1]
    assert first == "2025-02-01 08:00:00"
    assert len(history.events) == 60
    assert set(history.events["at"] // DAY) <= {millis("2025-02-01") // DAY + n for n in range(28)}


def test_many_kinds_become_other(brought: Brought, told: Told) -> None:
    rows = [f"c{n % 90},2025-01-{1 + n % 28:02d} 10:00:00,kind {n}" for n in range(100_000)]
    rows += [f"c{n % 90},2025-01-{1 + n % 28:02d} 11:00:{n:02d},view" for n in range(60)]
    rows += ["c1,2025-01-01 12:00:00,purchase"]
    history = _of_log(brought, told, rows)
    story = history.recorded.story
    assert len(story.kinds) == 50
    assert story.buying == ("purchase",)
    assert dict(story.kinds)["view"] == 60
    assert dict(story.kinds)["other"] == 100_061 - 60 - 1 - 47
    assert history.dealt["kinds"].count == dict(story.kinds)["other"]


def test_events_without_customers_and_customers_without_events(
    brought: Brought, told: Told
) -> None:
    people = brought(PEOPLE, "people.csv")
    clicks = brought(log(["17850.0,2025-01-01,view", "9,2025-01-02,view", ",2025-01-02,view"]))
    uses = (
        use(people, Part.CUSTOMERS, customer="customer_id"),
        use(clicks, Part.EVENTS, customer="customer_id", time="event_time", kind="event_type"),
    )
    history = told(people, clicks, uses=uses)
    assert {c: (d.count, d.of) for c, d in history.dealt.items()} == {
        "no_customer": (1, 3),
        "idle": (2, 3),
        "strangers": (1, 2),
    }
    assert list(history.customers["customer"]) == ["00042", "17850", "77777", "9"]


def test_what_cannot_be_a_history(brought: Brought, told: Told) -> None:
    people, orders = brought(PEOPLE, "people.csv"), brought(ORDERS, "orders.csv")
    lines = brought(LINES, "lines.csv")
    with pytest.raises(NoEvents):
        told(people, uses=(use(people, Part.CUSTOMERS, customer="customer_id"),))
    with pytest.raises(NoTimeColumn):
        told(people, uses=(use(people, Part.EVENTS, customer="customer_id"),))
    with pytest.raises(NoCustomerColumn):
        told(people, uses=(use(people, Part.EVENTS, time="signup_date"),))
    with pytest.raises(NoOrders):
        told(lines, people, uses=(use(lines, Part.LINES, order="order_id"),))
    with pytest.raises(MixedTimes):
        told(people, uses=(use(people, Part.EVENTS, customer="customer_id", time="newsletter"),))
    by = {"order": "order_id", "customer": "customer_id", "time": "ordered_at"}
    wrong = use(lines, Part.LINES, order="product_id")
    with pytest.raises(NothingToJoin):
        told(orders, lines, uses=(use(orders, Part.ORDERS, **by), wrong))
    with pytest.raises(UnknownZone):
        told(orders, uses=(use(orders, Part.ORDERS, **by),), zone="Mars/Olympus")
    with pytest.raises(BadSetting):
        told(orders, uses=(use(orders, Part.ORDERS, **by),), bots=Way.FIRST)


CELLS = st.tuples(
    st.sampled_from(["1", "2", "", "3.0", "NA"]),
    st.sampled_from(
        [
            "2025-01-01 10:00:00",
            "2025-01-02 11:00:00",
            "2025-01-03",
            "",
            "never",
            "2099-01-01",
            "1971-05-05",
        ]
    ),
    st.sampled_from(["1", "-2", "3.5", ""]),
)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(CELLS, min_size=1, max_size=25))
def test_every_row_is_an_event_or_told(
    rows: list[tuple[str, str, str]], brought: Brought, told: Told
) -> None:
    sure = [("5", f"2025-01-{n:02d} 10:00:00", "2") for n in range(1, 29)]
    table = brought(log([",".join(row) for row in [*sure, *rows]], "customer_id,time,amount"))
    history = told(
        table, uses=(use(table, Part.EVENTS, customer="customer_id", time="time", amount="amount"),)
    )
    gone = sum(
        d.count for d in history.dealt.values() if d.choice in (Way.LEFT_OUT, Way.WITH_CUSTOMER)
    )
    assert len(history.events) + gone == len(sure) + len(rows)
    assert history.events["at"].is_monotonic_increasing


def test_the_sample_shop(shop: list[Dataset], told: Told) -> None:
    history = told(*shop)
    orders, lines = (pd.read_csv(SAMPLES / f"{name}.csv") for name in ("orders", "order_lines"))
    clicks = pd.read_csv(SAMPLES / "clicks.csv.gz", nrows=CLICKS)
    events, story = history.events, history.recorded.story
    returned = lines["returned_on"].notna().sum()
    assert len(events) == len(clicks) + len(lines) + returned == story.rows
    paid = (lines["quantity"] * lines["unit_price"] * (1 - lines["discount"])).sum()
    assert events.loc[events["buys"], "amount"].sum() == pytest.approx(paid)
    assert events.loc[events["buys"], "purchase"].nunique() == len(orders)
    assert (story.customers, story.buyers) == (5000, orders["customer_id"].nunique())
    late = (orders["delivered_on"] > orders["promised_on"]).sum()
    moments = history.moments.query("sort == 'order'")
    assert (len(moments), (moments["label"] == "yes").sum()) == (len(orders), late)
    ends = clicks.dropna(subset="product_id").groupby("session_id")["clicked_at"].max()
    starts = clicks.groupby("session_id")["clicked_at"].min()
    assert (history.moments["sort"] == "session").sum() == (starts[ends.index] < ends).sum()


def test_olist(brought: Brought, told: Told, shared: Path) -> None:
    folder = shared / "olist-subset"
    history = told(*(brought(file) for file in sorted(folder.glob("*.csv"))))
    orders = pd.read_csv(folder / "olist_orders_dataset.csv")
    people = pd.read_csv(folder / "olist_customers_dataset.csv")
    lines = pd.read_csv(folder / "olist_order_items_dataset.csv")
    orders = orders.merge(people, on="customer_id")
    sold = orders[~orders["order_status"].isin(["canceled", "unavailable"])]
    bought = history.events.query("buys")
    inside = lines[lines["order_id"].isin(sold["order_id"])]
    empty = ~sold["order_id"].isin(lines["order_id"])
    assert len(bought) == len(inside) + empty.sum()
    assert bought["amount"].sum() == pytest.approx(inside["price"].sum())
    assert bought["customer"].nunique() == sold["customer_unique_id"].nunique()
    assert history.recorded.story.customers == people["customer_unique_id"].nunique()
    sorts = history.moments["sort"].value_counts()
    arrived = orders.dropna(subset="order_delivered_customer_date")
    assert dict(sorts) == {"review": 8225, "order": len(arrived)}
    late = (
        arrived["order_delivered_customer_date"].str[:10]
        > arrived["order_estimated_delivery_date"].str[:10]
    ).sum()
    assert (history.moments["label"] == "yes").sum() == late
    assert "bed_bath_table" in dict(history.recorded.story.categories)


def test_cdnow(brought: Brought, told: Told, shared: Path) -> None:
    history = told(brought(shared / "cdnow/CDNOW_sample.txt"))
    table = pd.read_csv(shared / "cdnow/CDNOW_sample.txt", sep=r"\s+", header=None, dtype=str)
    events, story = history.events, history.recorded.story
    assert (story.rows, story.customers, story.buyers) == (6919, 2357, 2357)
    assert events["purchase"].nunique() == len(table[[0, 2]].drop_duplicates()) == 6696
    assert events["amount"].sum() == pytest.approx(table[4].astype(float).sum())
    assert (story.first, story.last) == (millis("1997-01-01"), millis("1998-06-30"))


def test_diginetica(brought: Brought, told: Told, shared: Path) -> None:
    file = shared / "diginetica-sample/sample_train-item-views.csv"
    history, table = told(brought(file)), pd.read_csv(file, sep=";")
    day = pd.to_datetime(table["eventdate"]).astype("datetime64[ms]").astype("int64")
    assert sorted(history.events["at"]) == sorted(day + table["timeframe"])
    named, visits = table["user_id"].dropna(), table.loc[table["user_id"].isna(), "session_id"]
    assert history.events["customer"].nunique() == named.nunique() + visits.nunique()
