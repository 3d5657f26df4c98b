"""Which customers are worth a look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import TruthMissing, UnknownOutcome
from core.evaluate.picks import Pick, picked, shown_of, truth_words
from core.models.family import Task
from core.predict import Predictions

ROWS = np.array([40, 10, 30, 20, 50])
CHANCES = np.array([0.9, 0.2, 0.9, 0.6, 0.2])
BINARY = Predictions(Task.BINARY, "buys", ("no", "yes"), ROWS, CHANCES, np.array([1, 0, 0, 0, 1]))
VALUES = replace(
    BINARY,
    task=Task.REGRESSION,
    classes=(),
    scores=np.array([5.0, -2, 8, 3, 3]),
    truth=np.array([5.0, 1, 4, 3, 2]),
)
CLASSES = replace(
    BINARY,
    task=Task.MULTICLASS,
    classes=("A", "B", "C"),
    scores=np.array(
        [[0.75, 0.15, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4], [0, 0, 1], [0.5, 0.5, 0]]
    ),
    truth=np.array([0, 0, 2, 1, 1]),
)


@pytest.mark.parametrize(
    ("given", "pick", "of", "rows"),
    [
        (BINARY, Pick.SUREST, "", [30, 40, 20, 10, 50]),
        (BINARY, Pick.LEAST, "", [10, 50, 20, 30, 40]),
        (BINARY, Pick.SURPRISING, "", [30, 50, 20, 10, 40]),
        (VALUES, Pick.SUREST, "", [30, 40, 20, 50, 10]),
        (VALUES, Pick.LEAST, "", [10, 20, 50, 40, 30]),
        (VALUES, Pick.SURPRISING, "", [30, 10, 50, 20, 40]),
        (CLASSES, Pick.SUREST, "", [40, 50, 30, 10, 20]),
        (CLASSES, Pick.SUREST, "C", [20, 30, 10, 40, 50]),
        (CLASSES, Pick.LEAST, "B", [20, 40, 30, 50, 10]),
        (CLASSES, Pick.SURPRISING, "A", [10, 50, 30, 40, 20]),
        (CLASSES, Pick.SURPRISING, "B", [20, 10, 50, 30, 40]),
    ],
)
def test_the_most_striking_come_first(
    given: Predictions, pick: Pick, of: str, rows: list[int]
) -> None:
    assert picked(given, pick, of).tolist() == rows
    assert picked(given, pick, of, 2).tolist() == rows[:2]


def test_ties_go_by_row_number() -> None:
    alike = replace(BINARY, scores=np.full(5, 0.5), truth=np.ones(5, int))
    for pick in Pick:
        assert picked(alike, pick).tolist() == [10, 20, 30, 40, 50]


def test_twenty_are_enough() -> None:
    many = Predictions(Task.REGRESSION, "spend", (), np.arange(500), np.arange(500.0))
    assert picked(many, Pick.SUREST).tolist() == list(range(499, 479, -1))


def test_without_truth_nothing_is_a_surprise() -> None:
    unknown = replace(BINARY, truth=None)
    assert picked(unknown, Pick.SUREST)[0] == 30
    with pytest.raises(TruthMissing) as raised:
        picked(unknown, Pick.SURPRISING)
    assert raised.value.column == "buys"
    assert truth_words(unknown) == {}


def test_an_unknown_class_is_refused() -> None:
    for ask in (lambda: picked(CLASSES, Pick.SUREST, "D"), lambda: shown_of(CLASSES, "D")):
        with pytest.raises(UnknownOutcome) as raised:
            ask()
        assert raised.value.facts["known"] == ("A", "B", "C")


def test_what_is_shown_and_what_happened_by_row() -> None:
    assert shown_of(BINARY)[40] == 0.9
    assert shown_of(CLASSES, "B") == {40: 0.15, 10: 0.8, 30: 0.3, 20: 0.0, 50: 0.5}
    assert truth_words(BINARY) == {40: "yes", 10: "no", 30: "no", 20: "no", 50: "yes"}
    assert truth_words(CLASSES)[20] == "B"
    assert truth_words(VALUES)[10] == 1.0
