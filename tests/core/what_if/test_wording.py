"""The smallest changes in words equal the numbers they come from."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.models.family import Task
from core.text.phrases import phrases
from core.what_if.aim import Aim, Side
from core.what_if.smallest import Answer, Change, Found
from core.what_if.wording import headline, lines, sentence
from tests.core.explain.models import trained

SAY = phrases("en")
MODEL = trained("linear", Task.BINARY)
ANSWER = Answer(
    edits={"visits": 8.0, "city": "Oslo"},
    changes=(Change("visits", 3.0, 8.0), Change("city", None, "Oslo")),
    following=(Change("income", 1200.5, 3200.0),),
    output=0.8123,
    size=2.5,
    price=12.5,
    distance=0.5,
    beyond=(),
)


def found(*answers: Answer, **more: object) -> Found:
    facts = {"aim": Aim(0.75), "before": 0.251, "already": False, "nearest": None, "tried": 1234}
    return Found(answers=answers, all_tried=False, **(facts | more))  # type: ignore[arg-type]


def test_an_answer_in_a_sentence() -> None:
    assert sentence(ANSWER, found(ANSWER), MODEL, SAY) == (
        "With “visits” from 3 to 8, “city” from missing to Oslo, so that “income” goes from 1,200"
        " to 3,200, the chance of “buys = yes” goes from 25.1% to 81.2%. It costs 12.50."
        " Customers like that are in the data."
    )


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (found(ANSWER), "1 change would do it, of 1,234 tried."),
        (found(already=True, before=0.8), "is 80.0% already, at least the 75.0% asked for."),
        (found(already=True, aim=Aim(0.9, Side.UNDER)), "at most the 90.0% asked for."),
        (found(), "Nothing that was tried brings it closer than it is."),
        (found(nearest=ANSWER), "goes from 25.1% to 81.2%."),
        (found(), "1,234 changes were tried, the promising ones"),
        (found(ANSWER, stopped=True), "Stopped after 1,234 changes: 1 way was found by then."),
        (found(stopped=True), "Stopped after 1,234 changes: none did it by then. Nothing that"),
    ],
)
def test_the_headline(made: Found, says: str) -> None:
    assert says in headline(made, MODEL, SAY)


def test_a_value_is_a_number() -> None:
    model = trained("linear", Task.REGRESSION)
    words = headline(found(already=True, before=1234.0, aim=Aim(1000)), model, SAY)
    assert words == "Nothing has to change: “spend” is 1,234 already, at least the 1,000 asked for."


def test_the_table_tells_an_answer_once() -> None:
    dated = Answer(
        {"since": datetime(2024, 5, 3)},
        (Change("since", None, datetime(2024, 5, 3)),),
        (),
        *(0.9, 1.0, None, 2.0, ()),
    )
    told = lines(found(ANSWER, dated), MODEL, SAY)
    assert [line["Answer"] for line in told] == ["1", "1", "1", "2"]
    assert [line["The model then says"] for line in told] == ["81.2%", "", "", "90.0%"]
    assert told[3]["To"] == "2024-05-03"
    assert told[3]["Price"] == ""
    assert told[3]["Customers like that"] == "Unlike any in the data"
