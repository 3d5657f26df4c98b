"""What a history can be asked, where cutoffs may lie, and what features say of themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.behaviour.asking import (
    askable,
    begins,
    cutoffs_that_fit,
    rolled,
    rolling,
    room_for_cutoffs,
    told,
)
from core.behaviour.features.feature import Plan
from core.behaviour.lineage import in_groups, lineage, lines, named, suspects
from core.behaviour.proof import Proof
from core.behaviour.question import Asks, Question, millis
from core.behaviour.recorded import COLUMNS, DAY, Story
from core.behaviour.timeline import Counts, proposed
from core.text.phrases import languages, phrases

FIRST, LAST = millis("2025-01-01"), millis("2025-12-31")
EVERYTHING = Plan(
    tells=tuple(COLUMNS),
    buys=True,
    kinds=("view", "return"),
    channels=("web",),
    categories=("toys",),
    attributes=(("city", "category"),),
    dates=("signed_up",),
    own=(("amount", "number"),),
)


def story(*tells: str, buyers: int = 5, sorts: tuple[str, ...] = ()) -> Story:
    return Story(100, 10, buyers, FIRST, LAST, (), ("order",), (), (), tells, sorts)


def test_only_what_a_log_tells_is_asked() -> None:
    assert askable(story("at")) == (Asks.BUY, Asks.LEAVE, Asks.COUNT)
    assert Asks.SPEND in askable(story("at", "amount"))
    assert {Asks.CATEGORY, Asks.PRODUCT} <= set(askable(story("category", "product")))
    assert askable(story("at", buyers=0)) == ()
    assert askable(story(buyers=0, sorts=("review", "session"))) == (Asks.RATE, Asks.NEXT)
    assert Asks.RESPOND not in askable(story(buyers=0, sorts=("contact",)))


def test_cutoffs_roll_back_from_the_last_and_forth_again() -> None:
    assert rolled("2025-03-01", 3, 28) == ("2025-01-04", "2025-02-01", "2025-03-01")
    asked = Question(Asks.BUY, rolled("2025-03-01", 3, 28))
    assert rolling(asked) == ("2025-03-01", 3, 28)
    assert rolling(Question(Asks.BUY, ("2025-03-01",), outcome=40)) == ("2025-03-01", 1, 40)
    last = ("2025-03-01",)
    assert cutoffs_that_fit(story(), Question(Asks.BUY, last, outcome=30), 28) == 2
    assert cutoffs_that_fit(story(), Question(Asks.BUY, last, outcome=30), 14) == 3
    assert cutoffs_that_fit(story(), Question(Asks.BUY, last, lookback=3), 14) == 5
    assert cutoffs_that_fit(story(), Question(Asks.BUY, last, outcome=200), 14) == 1
    assert cutoffs_that_fit(story(), Question(Asks.LATE), 28) == 1


def test_the_outcome_window_must_lie_in_the_log() -> None:
    asked = Question(Asks.BUY, gap=1, outcome=30)
    assert room_for_cutoffs(story(), asked, asked) == ("2025-01-02", "2025-12-01")
    later = Question(Asks.BUY, ("2025-12-20",), gap=1, outcome=30)
    assert room_for_cutoffs(story(), asked, later)[1] == "2025-12-20"
    assert room_for_cutoffs(story(), Question(Asks.BUY, outcome=20), later)[1] == "2025-12-12"
    low, high = room_for_cutoffs(story(), Question(Asks.BUY, outcome=900), asked)
    assert low == high
    assert begins(Question(Asks.BUY, ("2025-03-01",), gap=2)) == "2025-03-03"


def test_parcels_that_come_back_do_not_lengthen_a_log() -> None:
    assert replace(story(), until=FIRST + DAY - 1).end == FIRST + DAY - 1
    assert story().end == LAST  # nobody bought
    returned = replace(story(), until=FIRST + 40 * DAY - 1)
    window = proposed(returned, Asks.BUY, 10)
    assert window.future(window.moments[0])[1] <= returned.until + 1


def test_who_leaves_is_who_does_not_buy() -> None:
    found = Counts(100, 30, ())
    assert told(Question(Asks.BUY), found).hits == 30
    leaving = told(Question(Asks.LEAVE), found)
    assert (leaving.hits, leaving.share) == (70, 0.7)
    assert np.isnan(told(Question(Asks.BUY), Counts(0, 0, ())).share)


@pytest.mark.parametrize("language", languages())
def test_every_feature_says_where_it_comes_from(language: str) -> None:
    say = phrases(language)
    found = lineage(EVERYTHING, say)
    assert {each.name for each in found} == {
        n for own in in_groups(EVERYTHING).values() for n in own
    }
    assert all(say(f"behaviour.group.{each.group}") for each in found)
    table = lines(found, ("purchases",), None, say)
    assert len(table) == len(found) - 1
    assert table["lineage"].str.endswith(".").all()


def test_groups_and_single_features_are_left_out() -> None:
    out = named(EVERYTHING, ("attributes",), ("purchases", "gone"))
    assert out == ("purchases", "city", "days_since_signed_up")


def test_a_proof_speaks_against_columns_and_what_is_made_of_them() -> None:
    found = Proof(9, 8, ("2025-01-01",), (("purchases", 1),), (("signed_up", "last_event", 1.0),))
    assert suspects(found, EVERYTHING) == ("purchases", "days_since_signed_up")
