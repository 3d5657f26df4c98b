"""What a model costs: its own arrays in memory, and the median of its times."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.models.family import Task
from core.search.cost import costs, memory
from core.search.shrinking import shrunk
from tests.core.explain.models import table, trained


def test_memory_is_at_least_the_arrays_that_answer() -> None:
    forest = trained("forest", Task.BINARY)
    nodes = sum(tree.tree_.node_count for tree in forest.estimator.estimators_)
    assert 64 * nodes < memory(forest) < 64 * nodes * 4
    half = shrunk(forest, table(), {"kept": 7})
    assert memory(half) == pytest.approx(memory(forest) * 7 / 15, rel=0.1)
    network = trained("mlp", Task.BINARY).estimator
    least = sum(each.nbytes for each in (*network.weights, *network.biases))
    assert least < memory(trained("mlp", Task.BINARY)) < least + 4000


def test_times_are_medians_taken_in_turns() -> None:
    """A clock by which an answer of the first model takes 1, of the second 3, and now and then
    ages."""
    one, other = trained("forest", Task.BINARY), trained("tree", Task.BINARY)

    def ticks() -> Iterator[float]:
        now, place = 0.0, 0
        while True:
            yield now
            now += (1.0, 3.0)[place % 2] if place % 7 else 50.0
            yield now
            place += 1

    clock = ticks()
    first, second = costs((one, other), (10, 20), lambda: next(clock))
    assert (first.disk, second.disk) == (10, 20)
    assert (first.one, second.one) == (1.0, 3.0)
    assert (first.many, second.many) == (1.0, 3.0)
