"""What is said of groups: which of them, which way, by how much, and only beyond chance."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from core.models.family import Task
from core.predict import Predictions
from core.questions import fair
from core.questions.known import Known
from core.review.evidence import Evidence
from core.review.groups import Groups, by_groups
from core.review.piece import Said
from core.text.phrases import phrases

SAY = phrases()
ONE_MORE = {
    "Rome": (50, 20),
    "Oslo": (50, 21),
    "Bonn": (51, 20),
    "Metz": (50, 20),
    "Kiel": (62, 30),
}
ACTS = 100  # of each group act, and as many do not


def groups_of(found: dict[str, tuple[int, int]]) -> Groups:
    """Of each group's hundred who act the first number are chosen, of its hundred who do not the
    second."""
    scores, truth, named = [], [], []
    for name, (right, wrong) in found.items():
        for chosen, did in ((right, 1), (wrong, 0)):
            scores += [0.9] * chosen + [0.1] * (ACTS - chosen)
            truth += [did] * ACTS
            named += [name] * ACTS
    rows = np.arange(len(truth))
    told = Predictions(
        Task.BINARY, "bought", ("no", "yes"), rows, np.array(scores), np.array(truth)
    )
    groups = by_groups(told, pd.Series(named, index=rows), 0.5, "city")
    assert groups is not None
    return groups


def said(found: dict[str, tuple[int, int]]) -> dict[str, Said]:
    """What is said of them, by the last word of its key."""
    groups = groups_of(found)
    evidence = Evidence(compared=("city",), groups=(groups,), stand_ins=())
    pieces = fair.pieces(cast(Known, SimpleNamespace(evidence=evidence)), SAY)
    return {p.key.rpartition(".")[2]: p for p in pieces if isinstance(p, Said)}


def test_fewer_is_said_as_fewer() -> None:
    told = said({"Rome": (80, 20), "Oslo": (80, 20), "Bonn": (40, 20)})
    assert "recall_more" not in told
    sentence = SAY(told["recall_fewer"].key, **told["recall_fewer"].facts)
    assert "finds fewer among" in sentence
    assert "Bonn" in sentence
    assert "the others: -40.0 points (" in sentence  # 40 of 100 against 160 of 200
    low, high = (told["recall_fewer"].facts[end] for end in ("low", "high"))
    assert low < -0.4 < high < 0


def test_more_is_said_as_more() -> None:
    told = said({"Rome": (40, 20), "Oslo": (40, 20), "Bonn": (80, 20)})
    assert "recall_fewer" not in told
    sentence = SAY(told["recall_more"].key, **told["recall_more"].facts)
    assert "finds more among" in sentence
    assert "Bonn" in sentence


def test_alike_is_said_of_groups_that_are() -> None:
    told = said({"Rome": (60, 20), "Oslo": (60, 20), "Bonn": (62, 21)})
    assert {"recall_alike", "precision_alike", "ratio_even"} <= set(told)


@pytest.mark.parametrize(
    ("found", "word", "good"),
    [
        ({"Rome": (80, 40), "Oslo": (78, 40), "Bonn": (30, 10)}, "ratio_uneven", False),
        (ONE_MORE, "ratio_open", None),
    ],
)
def test_the_group_that_is_chosen_least_is_blamed_only_beyond_chance(
    found: dict[str, tuple[int, int]], word: str, good: bool | None
) -> None:
    told = said(found)
    assert word in told
    assert told[word].good is good


def test_a_group_that_is_chosen_more_often_does_not_make_another_one_chosen_too_seldom() -> None:
    apart = {g.name: g.selected_apart for g in groups_of(ONE_MORE).groups}
    assert [name for name, gap in apart.items() if gap is not None and gap.differs] == ["Kiel"]
