"""Lines that go one way, by hand, and models that must."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.partial import partial
from core.models.family import Task
from core.review.courses import course, courses, drawdown
from tests.core.explain.models import trained


def test_the_largest_way_back() -> None:
    lines = np.array([[0, 1, 2, 3], [0, 3, 1, 2], [3, 2, 1, 0], [1, 0, 3, 1]], float)
    assert drawdown(lines).tolist() == [0, 2, 3, 2]
    assert drawdown(-lines).tolist() == [3, 3, 0, 3]


def test_a_linear_model_goes_one_way() -> None:
    model = trained("linear", Task.BINARY)
    found = {each.column: each for each in courses(model, ("visits", "income", "city"))}
    assert set(found) == {"visits", "income"}  # a city has no order
    for each in found.values():
        assert 1.0 in (each.rising, each.falling)
        assert each.rows == 200 or each.rows == len(model.background)


def test_a_course_is_its_partial_dependence() -> None:
    model = trained("forest", Task.BINARY)
    lines = partial(model, "visits")
    assert lines is not None
    told = course(lines)
    by_hand = [max(max(line[: i + 1]) - line[i] for i in range(len(line))) for line in lines.lines]
    assert told.fall == pytest.approx(np.mean(by_hand))
    assert told.rising == pytest.approx(np.mean(np.array(by_hand) <= 0.005))
    assert told.moves == pytest.approx(lines.mean[-1] - lines.mean[0])
