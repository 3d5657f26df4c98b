"""How rows are to be held out: by owner where rows have one."""

import pytest

from core.errors import BadSetting
from core.schema import Column, Kind, Role, Schema
from core.train.spec import Split, SplitKind
from core.train.splits import asked, proposed, ways

DAY = Column("day", Kind.DATE, Role.TIME)
ORDER = Column("order", Kind.TEXT, Role.ID)
CUSTOMER = Column("customer", Kind.CATEGORY, Role.GROUP, ("a", "b"))
PRICE = Column("price", Kind.NUMBER)
ALL = Schema((ORDER, DAY, PRICE, CUSTOMER))


def test_rows_of_one_customer_are_on_one_side_where_that_is_known() -> None:
    assert proposed(ALL) == Split(kind=SplitKind.GROUP, column="customer")
    assert proposed(Schema((ORDER, DAY, PRICE))) == Split()
    assert asked(ALL, "") == proposed(ALL)


def test_there_is_a_way_for_each_column_that_serves() -> None:
    assert ways(ALL) == {
        SplitKind.SHARE: ("",),
        SplitKind.DATE: ("day",),
        SplitKind.LAST: ("",),
        SplitKind.GROUP: ("customer", "order"),
    }
    assert list(ways(Schema((PRICE,)))) == [SplitKind.SHARE, SplitKind.LAST]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("share", Split()),
        ("last", Split(kind=SplitKind.LAST)),
        ("date:day", Split(kind=SplitKind.DATE, column="day")),
        ("group:order", Split(kind=SplitKind.GROUP, column="order")),
    ],
)
def test_a_way_is_named(text: str, way: Split) -> None:
    assert asked(ALL, text) == way


@pytest.mark.parametrize("text", ["date", "date:price", "group:day", "Share", "by day"])
def test_what_is_no_way_is_said_with_what_there_is(text: str) -> None:
    with pytest.raises(BadSetting) as told:
        asked(ALL, text)
    assert told.value.facts["value"] == text
    assert told.value.facts["allowed"] == "share, date:day, last, group:customer, group:order"
