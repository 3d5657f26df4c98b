"""Weights in a byte each: by hand, within half a step, kept so on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import ModelDamaged
from core.models import diagonal, int8
from core.models.family import Task
from core.models.network import Network, load, save_network, scores
from core.models.saving import ARRAYS, load_arrays, save_arrays
from core.models.slimmed import in_bytes

FINITE = st.floats(-(2.0**20), 2.0**20, width=32)


def test_by_hand() -> None:
    weights = np.array([[127.0, 0.5], [-63.4, -1.27], [0.0, 0.012]], "float32")
    steps = int8.scale(weights)
    np.testing.assert_allclose(steps, [1.0, 0.01], rtol=1e-6)
    codes = int8.codes(weights, steps)
    assert codes.tolist() == [[127, 50], [-63, -127], [0, 1]]
    back = int8.weights(codes, steps)
    np.testing.assert_allclose(back, [[127, 0.5], [-63, -1.27], [0, 0.01]], rtol=1e-6)


def test_a_column_of_zeros_stays_one() -> None:
    weights = np.zeros((3, 2), "float32")
    steps = int8.scale(weights)
    assert steps.tolist() == [1.0, 1.0]
    assert not int8.weights(int8.codes(weights, steps), steps).any()


@given(arrays("float32", (7, 3), elements=FINITE))
def test_no_weight_is_off_by_more_than_half_a_step(weights: np.ndarray) -> None:
    steps = int8.scale(weights)
    codes = int8.codes(weights, steps)
    assert codes.dtype == np.int8
    off = np.abs(weights.astype("float64") - int8.weights(codes, steps).astype("float64"))
    assert (off <= 0.5 * steps.astype("float64") * (1 + 1e-4)).all()
    seen = np.abs(weights).max(axis=0) > 1e-30  # of less there is no step
    assert (np.abs(codes).max(axis=0)[seen] == 127).all()
    again = int8.codes(int8.weights(codes, steps), steps)  # what is kept stays as it is
    np.testing.assert_array_equal(again, codes)


def test_blocks_and_back() -> None:
    of = np.arange(1, 25, dtype="int8").reshape(2, 3, 4)
    matrix = diagonal.whole(of)
    assert matrix.shape == (6, 8)
    assert matrix[:3, :4].tolist() == of[0].tolist()
    assert not matrix[:3, 4:].any()
    assert not matrix[3:, :4].any()
    np.testing.assert_array_equal(diagonal.blocks(matrix, 2), of)


def network(task: Task = Task.BINARY, members: int = 2) -> Network:
    """Members of 16 and 8 units of five cells, side by side."""
    chance = np.random.default_rng(2)
    outputs = 3 if task is Task.MULTICLASS else 1
    weights = [
        chance.normal(size=shape).astype("float32")
        for shape in ((5, 16 * members), (16 * members, 8 * members), (8 * members, outputs))
    ]
    for one in range(members):
        for other in range(members):
            if one != other:
                weights[1][16 * one : 16 * one + 16, 8 * other : 8 * other + 8] = 0.0
    biases = [chance.normal(size=each.shape[1]).astype("float32") for each in weights]
    kept = (0.5, 2.0) if task is Task.REGRESSION else (1.0, 0.0)
    return Network(task, tuple(weights), tuple(biases), *kept, archive=b"keras", members=members)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("members", [1, 4])
def test_a_saved_network_says_what_it_said(task: Task, members: int, tmp_path: Path) -> None:
    small = in_bytes(network(task, members))
    save_network(small, tmp_path)
    back = load(tmp_path)
    x = np.random.default_rng(3).normal(size=(50, 5)).astype("float32")
    np.testing.assert_array_equal(scores(back, x), scores(small, x))
    for ours, theirs in zip(back.weights, small.weights, strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_array_equal(ours, theirs)
    assert [file.name for file in tmp_path.iterdir()] == [ARRAYS]  # Keras's is of another network


def test_it_lies_on_disk_in_bytes(tmp_path: Path) -> None:
    whole = network(members=4)
    (tmp_path / "whole").mkdir()
    (tmp_path / "small").mkdir()
    save_network(whole, tmp_path / "whole")
    save_network(in_bytes(whole), tmp_path / "small")
    kept = load_arrays(tmp_path / "small")
    assert [kept[f"weights_{i}"].dtype for i in range(3)] == [np.int8] * 3
    assert kept["weights_1"].shape == (4, 16, 8)  # and no zeros between members
    sizes = [(tmp_path / name / ARRAYS).stat().st_size for name in ("whole", "small")]
    assert sizes[1] < sizes[0] / 2


@pytest.mark.parametrize("wrong", ["zero", "negative", "float64", "wide", "few", "codes", "many"])
def test_what_is_not_ours_is_damage(wrong: str, tmp_path: Path) -> None:
    save_network(in_bytes(network()), tmp_path)
    kept = load_arrays(tmp_path)
    if wrong == "zero":
        kept["scales_1"][0] = 0.0
    elif wrong == "negative":
        kept["scales_1"][0] = -1.0
    elif wrong == "float64":
        kept["scales_1"] = kept["scales_1"].astype("float64")
    elif wrong == "wide":
        kept["scales_0"] = kept["scales_0"][:-1]
    elif wrong == "few":
        del kept["scales_2"]
    elif wrong == "many":
        kept["weights_1"] = np.ones((100_000, 1, 1), "int8")
    else:
        kept["weights_0"] = kept["weights_0"].astype("int64")
    save_arrays(tmp_path, **kept)
    with pytest.raises(ModelDamaged):
        load(tmp_path)


def test_a_network_of_numbers_still_needs_its_keras_file(tmp_path: Path) -> None:
    save_network(network(), tmp_path)
    assert load(tmp_path).archive == b"keras"
    assert load(tmp_path).scales == ()
    assert in_bytes(load(tmp_path)).archive == b""
    assert replace(network(), archive=b"").scales == ()
