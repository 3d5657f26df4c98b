"""A network's links against its weights by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.wiring import has_wiring, wiring
from core.models.family import Task
from core.models.network import Network
from tests.core.explain.models import trained

TASKS = list(Task)


def test_links_are_the_weights() -> None:
    model = trained("mlp", Task.BINARY)
    network = model.estimator
    found = wiring(model, 99, 99)
    assert [layer.units for layer in found.layers] == [5, 12, 6, 1]
    assert [layer.left_out for layer in found.layers] == [0, 0, 0, 0]
    first = np.stack(
        [np.linalg.norm(network.weights[0][a:b], axis=0) for a, b in model.preparation.blocks]
    )
    one, other = found.layers[0].numbers, found.layers[1].numbers
    expected = first[np.ix_(one, other)] / first.max()
    assert found.links[0].sizes == pytest.approx(expected, rel=1e-5)
    for place in (1, 2):
        matrix = network.weights[place]
        picked = np.ix_(found.layers[place].numbers, found.layers[place + 1].numbers)
        assert found.links[place].sizes == pytest.approx(
            np.abs(matrix[picked]) / np.abs(matrix).max(), rel=1e-5
        )
        assert (found.links[place].signs == np.sign(matrix[picked])).all()


def test_the_strongest_are_drawn_first_and_the_rest_counted() -> None:
    model = trained("mlp", Task.MULTICLASS)
    found, whole = wiring(model, 2, 3), wiring(model, 99, 99)
    assert [len(layer.numbers) for layer in found.layers] == [2, 3, 3, 3]
    assert [layer.left_out for layer in found.layers] == [3, 9, 3, 0]
    for layer, every in zip(found.layers, whole.layers, strict=True):
        assert layer.numbers == every.numbers[: len(layer.numbers)]
        assert (np.diff(every.strengths) <= 0).all()
        assert every.strengths[0] == 1
    norms = [np.linalg.norm(model.estimator.weights[0][a:b]) for a, b in model.preparation.blocks]
    assert whole.shares == pytest.approx(np.sort(norms)[::-1] / np.sum(norms), rel=1e-5)
    assert found.shares == pytest.approx(whole.shares[:2])
    columns = [column.name for column in model.spec.features]
    assert found.layers[0].names == tuple(columns[i] for i in np.argsort(norms)[::-1][:2])


def test_hidden_units_are_as_strong_as_what_comes_in_times_what_goes_out() -> None:
    model = trained("mlp", Task.BINARY)
    weights = model.estimator.weights
    comes, goes = np.linalg.norm(weights[1], axis=0), np.linalg.norm(weights[2], axis=1)
    layer = wiring(model).layers[2]
    assert layer.numbers == tuple(np.argsort(-comes * goes))
    assert layer.strengths == pytest.approx(
        np.sort(comes * goes)[::-1] / (comes * goes).max(), rel=1e-5
    )


@pytest.mark.parametrize("task", TASKS)
def test_outputs_are_named(task: Task) -> None:
    names = wiring(trained("mlp", task)).layers[-1].names
    expected = {Task.BINARY: ["yes"], Task.MULTICLASS: ["A", "B", "C"], Task.REGRESSION: ["spend"]}
    assert sorted(names) == expected[task]


def test_a_column_of_one_cell_has_a_sign() -> None:
    model = trained("mlp", Task.BINARY)
    found = wiring(model, 99, 99)
    widths = [b - a for a, b in model.preparation.blocks]
    assert set(widths) != {1}
    for place, number in enumerate(found.layers[0].numbers):
        signs = found.links[0].signs[place]
        assert (signs != 0).all() if widths[number] == 1 else (signs == 0).all()


def test_a_network_without_hidden_layers_and_of_zeros() -> None:
    model = trained("mlp", Task.BINARY)
    width = model.preparation.blocks[-1][1]
    weights, biases = (np.zeros((width, 1), "float32"),), (np.zeros(1, "float32"),)
    bare = replace(model, estimator=Network(Task.BINARY, weights, biases))
    found = wiring(bare)
    assert [layer.units for layer in found.layers] == [5, 1]
    assert found.links[0].sizes.tolist() == [[0.0]] * 5
    assert found.shares.tolist() == [0.0] * 5


def test_only_networks_have_wiring() -> None:
    assert has_wiring(trained("mlp", Task.BINARY))
    assert not has_wiring(trained("forest", Task.BINARY))
    with pytest.raises(ValueError, match="forest is no network"):
        wiring(trained("forest", Task.BINARY))
