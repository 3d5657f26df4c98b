"""A network's links against its weights by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.wiring import has_wiring, wiring
from core.models.family import Task
from core.models.network import Network
from core.train.preparation import encode
from core.train.training import TrainedModel
from tests.core.explain.models import PIECES, trained

TASKS = list(Task)


def test_links_are_as_strong_as_what_passes_through_them_differs() -> None:
    model = trained("mlp", Task.BINARY)
    network, found = model.estimator, wiring(model, 99, 99)
    assert [layer.units for layer in found.layers] == [5, 12, 6, 1]
    assert [layer.left_out for layer in found.layers] == [0, 0, 0, 0]
    x, unit, own = inputs(model), 4, owned(model)[2]
    told = np.std([sum(row[i] * network.weights[0][i, unit] for i in own) for row in x])
    place = found.layers[0].numbers.index(2), found.layers[1].numbers.index(unit)
    first = [np.std(x[:, o] @ network.weights[0][o], axis=0) for o in owned(model)]
    assert found.links[0].sizes[place] == pytest.approx(told / np.max(first), rel=1e-5)
    hidden = np.maximum(x @ network.weights[0] + network.biases[0], 0)
    passing = np.std(hidden[:, :, None] * network.weights[1], axis=0)
    picked = np.ix_(found.layers[1].numbers, found.layers[2].numbers)
    assert found.links[1].sizes == pytest.approx(passing[picked] / passing.max(), rel=1e-5)
    for layer in (1, 2):
        picked = np.ix_(found.layers[layer].numbers, found.layers[layer + 1].numbers)
        assert (found.links[layer].signs == np.sign(network.weights[layer][picked])).all()


def inputs(model: TrainedModel) -> np.ndarray:
    """The cells, and how far along each piece they are."""
    x = encode(model.preparation, model.background).astype("float64")
    pieces = zip(PIECES.cell, PIECES.start, PIECES.stop, strict=True)
    along = [np.clip((x[:, c] - low) / (high - low), 0, 1)[:, None] for c, low, high in pieces]
    return np.concatenate([x, *along], axis=1)


def owned(model: TrainedModel) -> list[list[int]]:
    """The places of each column's cells and of their pieces, which come after all cells."""
    width = model.preparation.blocks[-1][1]
    return [
        [*range(a, b), *(width + i for i, cell in enumerate(PIECES.cell) if a <= cell < b)]
        for a, b in model.preparation.blocks
    ]


def test_the_strongest_are_drawn_first_and_the_rest_counted() -> None:
    model = trained("mlp", Task.MULTICLASS)
    found, whole = wiring(model, 2, 3), wiring(model, 99, 99)
    assert [len(layer.numbers) for layer in found.layers] == [2, 3, 3, 3]
    assert [layer.left_out for layer in found.layers] == [3, 9, 3, 0]
    for layer, every in zip(found.layers, whole.layers, strict=True):
        assert layer.numbers == every.numbers[: len(layer.numbers)]
        assert (np.diff(every.strengths) <= 0).all()
        assert every.strengths[0] == 1
    x, first = inputs(model), model.estimator.weights[0]
    norms = [np.linalg.norm(np.std(x[:, own] @ first[own], axis=0)) for own in owned(model)]
    assert whole.shares == pytest.approx(np.sort(norms)[::-1] / np.sum(norms), rel=1e-5)
    assert found.shares == pytest.approx(whole.shares[:2])
    columns = [column.name for column in model.spec.features]
    assert found.layers[0].names == tuple(columns[i] for i in np.argsort(norms)[::-1][:2])


def test_a_unit_is_as_strong_as_what_it_passes_on() -> None:
    model = trained("mlp", Task.BINARY)
    network = model.estimator
    x = inputs(model)
    for matrix, bias in zip(network.weights[:2], network.biases[:2], strict=True):
        x = np.maximum(x @ matrix + bias, 0)
    strong = np.std(x, axis=0) * np.abs(network.weights[2][:, 0])
    layer = wiring(model).layers[2]
    assert layer.numbers == tuple(np.argsort(-strong, kind="stable"))
    assert layer.strengths == pytest.approx(np.sort(strong)[::-1] / strong.max(), rel=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_outputs_are_named(task: Task) -> None:
    names = wiring(trained("mlp", task)).layers[-1].names
    expected = {Task.BINARY: ["yes"], Task.MULTICLASS: ["A", "B", "C"], Task.REGRESSION: ["spend"]}
    assert sorted(names) == expected[task]


def test_a_column_of_one_cell_has_a_sign() -> None:
    model = trained("mlp", Task.BINARY)
    found = wiring(model, 99, 99)
    widths = [len(own) for own in owned(model)]
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
