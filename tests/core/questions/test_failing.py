"""What is said of the group about which a model is wrong most."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from core.explore.filters import Filter
from core.models.family import Task
from core.questions.failing import QUESTION
from core.questions.known import Known
from core.review.errors import Errors, Segment
from core.review.evidence import Evidence
from core.review.piece import Said
from core.text.phrases import phrases


def told(task: Task, predicted: float, gap_low: float = 0.1) -> list[tuple[str, bool | None]]:
    """The sentences about a group of whom .3 bought, .2 to .4 within its interval."""
    worst = Segment(
        filters=(Filter("age", low=60.0),),
        name="",
        rows=100,
        error=0.7,
        low=0.6,
        high=0.8,
        rest=0.3,
        gap=0.4,
        gap_low=gap_low,
        gap_high=0.7,
        predicted=predicted,
        happened=0.3,
        happened_low=0.2,
        happened_high=0.4,
    )
    found = Errors(task, 0.4, 500, 6, (worst,), ())
    known = cast(Known, SimpleNamespace(evidence=Evidence(errors=found, whole=True)))
    pieces = QUESTION.pieces(known, phrases())
    return [(p.key.rsplit(".", 1)[1], p.good) for p in pieces if isinstance(p, Said)]


@pytest.mark.parametrize("predicted", [0.2, 0.25, 0.39])
def test_a_group_told_right_on_average_is_hard_to_tell(predicted: float) -> None:
    assert told(Task.BINARY, predicted)[:2] == [("worst", None), ("hard", None)]


@pytest.mark.parametrize("predicted", [0.1, 0.5])
def test_a_group_told_wrong_on_average_speaks_against_the_model(predicted: float) -> None:
    assert told(Task.BINARY, predicted)[0] == ("worst", False)
    assert "hard" not in dict(told(Task.BINARY, predicted))


def test_amounts_are_not_hard_to_tell_for_being_right_on_average() -> None:
    assert told(Task.REGRESSION, 0.3)[0] == ("worst", False)


def test_a_gap_that_may_be_chance_is_none() -> None:
    assert told(Task.BINARY, 0.5, gap_low=-0.1)[0] == ("nowhere", True)
