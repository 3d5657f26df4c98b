"""Five customers, one of each fifth; a person's answer beside the model's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.explaining import explain, explainer
from core.explain.importance import importance
from core.models.family import Task
from core.predict import held_out
from core.review.people import (
    ABOVE,
    BELOW,
    CUSTOMERS,
    Judged,
    answer,
    choices,
    explained_class,
    five,
)
from tests.core.explain.models import table, trained


@pytest.mark.parametrize("task", list(Task))
def test_five_customers_one_of_each_fifth(task: Task) -> None:
    found = held_out(trained("linear", task))
    rows = five(found, 3)
    assert len(set(rows)) == CUSTOMERS
    assert rows == five(found, 3)
    said = found.scores if found.scores.ndim == 1 else found.scores.max(axis=1)
    order = found.rows[np.lexsort((found.rows, said))].tolist()
    fifth = len(order) / CUSTOMERS
    assert sorted(int(order.index(row) / fifth + 1e-9) for row in rows) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("task", list(Task))
def test_what_both_said_and_what_happened(task: Task) -> None:
    model = trained("linear", task)
    found = held_out(model)
    row = five(found, 0)[0]
    place = found.rows.tolist().index(row)
    truth, score = np.asarray(found.truth)[place], found.scores[place]
    why = explain(explainer(model), table().loc[[row]])
    top = [one.column for one in importance(why)[:3]]
    for said in choices(found):
        told = answer(found, Judged(row, said, top[2]), 0.5, why)
        if task is Task.REGRESSION:
            middle = np.median(found.scores)
            assert told.model == (ABOVE if score >= middle else BELOW)
            assert told.happened == (ABOVE if truth >= middle else BELOW)
        else:
            number = int(score >= 0.5) if task is Task.BINARY else int(score.argmax())
            assert (told.model, told.happened) == (found.classes[number], found.classes[truth])
        assert told.agrees == (told.model == said)
        assert (told.reasons, told.shares) == (tuple(top), True)
    other = next(c.name for c in model.spec.features if c.name not in top)
    assert answer(found, Judged(row, "x", other), 0.5, why).shares is False
    assert answer(found, Judged(row, "x"), 0.5, why).shares is None


def test_fewer_customers_than_five() -> None:
    found = held_out(trained("linear", Task.BINARY))
    few = replace(found, rows=found.rows[:3], scores=found.scores[:3])
    assert sorted(five(few, 0)) == sorted(found.rows[:3].tolist())


def test_of_several_classes_the_one_that_was_said_is_explained() -> None:
    found = held_out(trained("linear", Task.MULTICLASS))
    assert explained_class(found, Judged(1, found.classes[2])) == found.classes[2]
    assert explained_class(held_out(trained("linear", Task.BINARY)), Judged(1, "yes")) == ""
