"""What is not exactly what we wrote is not read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from skops import io

from core.errors import ModelDamaged
from core.models.family import Task, family
from core.models.kernel import Machine
from core.models.kernel import load as load_machine
from core.models.kernel import save as save_machine
from core.models.network import Network, load, save_network
from core.models.saving import ARRAYS, ESTIMATOR, load_arrays, load_estimator, save_arrays


def shout(x: object) -> object:
    """A function that no model file may name."""
    return x


def test_a_file_that_names_other_types_is_refused(tmp_path: Path) -> None:
    io.dump(make_pipeline(FunctionTransformer(shout), Ridge()), tmp_path / ESTIMATOR)
    with pytest.raises(ModelDamaged, match=r"shout|function"):
        family("forest").load(tmp_path)


def test_another_estimator_is_refused(tmp_path: Path) -> None:
    io.dump(Ridge(), tmp_path / ESTIMATOR)
    with pytest.raises(ModelDamaged, match="Ridge"):
        family("tree").load(tmp_path)
    assert isinstance(load_estimator(tmp_path, (Ridge,)), Ridge)


def test_an_unfitted_forest_is_refused(tmp_path: Path) -> None:
    from sklearn.ensemble import RandomForestClassifier

    io.dump(RandomForestClassifier(), tmp_path / ESTIMATOR)
    with pytest.raises(ModelDamaged):
        family("forest").load(tmp_path)


def test_pickled_arrays_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / ARRAYS, task=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelDamaged):
        load_arrays(tmp_path)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_arrays_are_finite(wrong: float, tmp_path: Path) -> None:
    save_arrays(tmp_path, bias=np.array([1.0, wrong]))
    with pytest.raises(ModelDamaged):
        load_arrays(tmp_path)


def test_a_lone_array_is_not_a_model(tmp_path: Path) -> None:
    with (tmp_path / ARRAYS).open("wb") as file:
        np.save(file, np.ones(3))
    with pytest.raises(ModelDamaged):
        load_arrays(tmp_path)


@pytest.mark.parametrize("shape", [(3, 2), (2, 1)])
def test_a_machine_whose_arrays_do_not_fit_is_refused(
    shape: tuple[int, int], tmp_path: Path
) -> None:
    machine = Machine(Task.BINARY, 0.5, np.ones((3, 4)), np.ones(shape), np.ones(1))
    save_machine(machine, tmp_path)
    with pytest.raises(ModelDamaged):
        load_machine(tmp_path)


def network(widths: tuple[int, ...]) -> Network:
    pairs = list(pairwise(widths))
    return Network(
        Task.REGRESSION,
        tuple(np.ones(pair, "float32") for pair in pairs),
        tuple(np.zeros(pair[1], "float32") for pair in pairs),
        scale=2.0,
        shift=5.0,
        archive=b"kept",
    )


def cut_last(given: Network) -> Network:
    return Network(given.task, given.weights[::-1], given.biases, archive=b"kept")


def without_layers(given: Network) -> Network:
    return Network(given.task, (), ())


@pytest.mark.parametrize("break_it", [cut_last, without_layers])
def test_a_network_whose_layers_do_not_fit_is_refused(
    break_it: Callable[[Network], Network], tmp_path: Path
) -> None:
    save_network(break_it(network((4, 3, 1))), tmp_path)
    with pytest.raises(ModelDamaged):
        load(tmp_path)


def test_a_network_without_its_keras_file_is_refused(tmp_path: Path) -> None:
    save_network(network((4, 3, 1)), tmp_path)
    assert load(tmp_path).archive == b"kept"
    (tmp_path / "model.keras").unlink()
    with pytest.raises(ModelDamaged):
        load(tmp_path)


def test_a_network_by_hand(tmp_path: Path) -> None:
    save_network(network((4, 3, 1)), tmp_path)
    x = np.array([[1, 2, 3, 4], [-1, -1, -1, -1]], "float32")
    np.testing.assert_allclose(family("mlp").scores(load(tmp_path), x), [30 * 2 + 5, 5])
