"""What comes after the cutoff, by hand on a log of six customers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.behaviour.building import plan_of
from core.behaviour.built import OFTEN, How, build, target_of, told_apart, typed
from core.behaviour.cleaning import Choices
from core.behaviour.question import Asks, Eligible, Question, millis
from core.behaviour.recipe import Recipe, read
from core.behaviour.recorded import Recorded
from core.data.table import frame
from core.errors import (
    CutoffOutside,
    NoAnswerOften,
    NobodyAsked,
    NoCutoff,
    NoMoments,
    OneAnswer,
    WindowTooLong,
)
from core.progress import silent
from core.schema import Role
from core.train.target import LEAST_OF_A_CLASS
from tests.core.behaviour.logs import event, write

ROWS = [
    event("ann", "2025-03-01", category="toys", product="T1", amount=10.0),
    event("ann", "2025-04-11T23:59:59.999", category="toys", product="T1", amount=5.0),
    event("bob", "2025-03-20", "view"),
    event("bob", "2025-04-12", category="books", product="B1", amount=7.0),
    event("bob", "2025-04-12", category="toys", product="T2", amount=9.0),
    event("bob", "2025-05-11T23:59:59", category="garden", product="G1", amount=1.0),
    event("cat", "2025-03-31T23:59:59", category="books", product="B1", amount=3.0),
    event("cat", "2025-05-12", category="books", product="B1", amount=3.0),
    event("dan", "2025-04-01", category="toys", product="T1", amount=4.0),
    event("eve", "2024-12-01", category="toys", product="T1", amount=4.0),
    event("eve", "2025-04-20", category="toys", product="T1", amount=8.0),
    event("fay", "2025-06-30", "view"),
]
# the outcome window is the 12th of April to the 11th of May
ASKED = Question(Asks.BUY, ("2025-04-01",), lookback=90, gap=11, outcome=30)


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    rows = [dict(row) for row in ROWS]
    rows[4]["purchase"] = rows[3]["purchase"]  # two lines of one purchase
    return write(tmp_path / "log", rows)


def answers(recorded: Recorded, question: Question) -> dict[str, object]:
    file = recorded.folder / "typed.parquet"
    typed(recorded, (question, plan_of(recorded.story, question)), file, How(), silent)
    return pd.read_parquet(file).set_index("customer")["label"].to_dict()


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        (Asks.BUY, {"ann": "no", "bob": "yes", "cat": "no"}),
        (Asks.LEAVE, {"ann": "yes", "bob": "no", "cat": "yes"}),
        (Asks.SPEND, {"ann": 0.0, "bob": 17.0, "cat": 0.0}),
        (Asks.COUNT, {"ann": 0.0, "bob": 2.0, "cat": 0.0}),
        (Asks.CATEGORY, {"bob": "toys"}),  # the dearest of the first purchase
        (Asks.PRODUCT, {"bob": "T2"}),
    ],
)
def test_the_answer_is_that_of_the_window(
    recorded: Recorded, asks: Asks, expected: dict[str, object]
) -> None:
    assert answers(recorded, replace(ASKED, asks=asks)) == expected


def test_who_is_asked_about(recorded: Recorded) -> None:
    buyers = answers(recorded, replace(ASKED, eligible=Eligible.BUYERS))
    assert buyers == {"ann": "no", "cat": "no"}
    known = answers(recorded, replace(ASKED, eligible=Eligible.KNOWN))
    assert known == {"ann": "no", "bob": "yes", "cat": "no", "eve": "yes"}


def test_several_cutoffs_ask_about_each(recorded: Recorded) -> None:
    several = replace(ASKED, cutoffs=("2025-04-01", "2025-04-13"))
    file = recorded.folder / "typed.parquet"
    typed(recorded, (several, plan_of(recorded.story, several)), file, How(), silent)
    found = pd.read_parquet(file)
    got = {(r["customer"], r["cutoff"]): r["label"] for r in found.to_dict("records")}
    first, second = several.moments
    assert got == {
        ("ann", first): "no", ("bob", first): "yes", ("cat", first): "no",
        # from the 24th of April to the 23rd of May
        ("ann", second): "no", ("bob", second): "yes", ("cat", second): "yes",
        ("dan", second): "no",
    }  # fmt: skip


def recipe(question: Question, recorded: Recorded) -> Recipe:
    plan = plan_of(recorded.story, question)
    return Recipe((), Choices(), question, plan, "client", target_of(question))


def test_the_table_is_a_dataset_that_knows_what_its_columns_mean(
    recorded: Recorded, tmp_path: Path
) -> None:
    made = build(recorded, recipe(ASKED, recorded), tmp_path / "built", silent)
    schema = made.dataset.schema
    assert schema["client"].role is Role.ID
    assert schema["cutoff"].role is Role.IGNORED
    assert schema.target is not None
    assert schema.target.name == "buys_in_30_days"
    assert set(schema.target.levels) == {"yes", "no"}
    table = frame(made.dataset)
    assert table["client"].tolist() == ["ann", "bob", "cat"]
    assert table["buys_in_30_days"].tolist() == ["no", "yes", "no"]
    assert table["spend"].tolist() == [10.0, 0.0, 3.0]
    typed_ = pd.read_parquet  # every number survives being text
    file = tmp_path / "typed.parquet"
    typed(recorded, (ASKED, made.recipe.plan), file, How(), silent)
    again = typed_(file).sort_values("customer")
    for column in ("days_since_last_event", "mean_age_of_activity"):
        assert table[column].tolist() == again[column].tolist()
    assert read(made.dataset.provenance.recipe) == made.recipe
    assert "mean_rating" not in schema  # nobody has one


def test_with_several_cutoffs_a_customer_stays_on_one_side(
    recorded: Recorded, tmp_path: Path
) -> None:
    several = replace(ASKED, cutoffs=("2025-04-01", "2025-04-13"))
    schema = build(recorded, recipe(several, recorded), tmp_path / "b", silent).dataset.schema
    assert schema["client"].role is Role.GROUP
    assert schema["cutoff"].role is Role.TIME


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"cutoffs": ()}, NoCutoff),
        ({"cutoffs": ("2024-11-01",)}, CutoffOutside),
        ({"cutoffs": ("2025-09-01",)}, CutoffOutside),
        ({"outcome": 90}, WindowTooLong),
        ({"cutoffs": ("2025-02-25",), "lookback": 10, "gap": 0}, NobodyAsked),
        ({"outcome": 1, "gap": 2}, OneAnswer),
        ({"asks": Asks.RATE}, NoMoments),
        ({"asks": Asks.PRODUCT, "eligible": Eligible.KNOWN}, NoAnswerOften),
    ],
)
def test_what_cannot_be_asked(
    recorded: Recorded, tmp_path: Path, changed: dict[str, object], error: type[Exception]
) -> None:
    question = replace(ASKED, **changed)  # type: ignore[arg-type]
    with pytest.raises(error):
        build(recorded, recipe(question, recorded), tmp_path / "b", silent)
    assert list((tmp_path / "b").glob("*")) == []


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 40, "b": 12, "c": 11, "d": 9, "e": 2}, ("a", "b")),  # two, and the rest often enough
        ({"a": 40, "b": 12, "c": 3}, ("a",)),  # three alone could not be learned
        ({"a": 40, "b": 12}, ("a", "b")),
        ({"a": 12, "b": 9}, ()),  # nothing would be told apart from "other"
        ({"a": 9, "b": 9}, ()),
        ({}, ()),
    ],
)
def test_of_many_answers_the_frequent_are_told_apart(
    counts: dict[str, int], told: tuple[str, ...]
) -> None:
    assert told_apart(counts, 2) == told
    assert OFTEN >= LEAST_OF_A_CLASS


def test_windows_are_days_from_the_cutoff() -> None:
    at = millis("2025-04-01")
    assert ASKED.future(at) == (millis("2025-04-12"), millis("2025-05-12"))
    assert ASKED.past(at) == (millis("2025-01-01"), at)
