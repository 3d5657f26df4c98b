"""Networks of fewer members are the mean of those that stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.models.family import Floats, Problem, Task, family
from core.models.member import Params
from core.models.network import INT8, Network, scores
from core.models.slimmed import SMALLER, in_bytes
from core.models.watching import side_by_side
from tests.core.models.problems import problem

MEMBERS = 4
KIND = family("mlp")


def arrays(outputs: int) -> list[np.ndarray]:
    """Weights and biases of four members of 12 and 6 units, as Keras has them."""
    chance = np.random.default_rng(6)
    found = []
    for shape in ((5, 12), (12, 6), (6, outputs)):
        found.append(chance.normal(0, 0.5, (MEMBERS, *shape)).astype("float32"))
        found.append(chance.normal(0, 0.1, (MEMBERS, shape[1])).astype("float32"))
    return found


def made(task: Task) -> tuple[Network, Problem]:
    given = problem(task, rows=600)
    flat = side_by_side(arrays(3 if task is Task.MULTICLASS else 1))
    scale, shift = (given.y.std(), given.y.mean()) if task is Task.REGRESSION else (1.0, 0.0)
    network = Network(
        task, tuple(flat[::2]), tuple(flat[1::2]), scale, shift, b"keras", members=MEMBERS
    )
    return network, given


def raw(task: Task, kept: int, x: np.ndarray) -> Floats:
    """The mean raw output of the first members, one by one, without their last biases."""
    found = []
    for member in range(kept):
        at = x.astype("float64")
        layers = arrays(3 if task is Task.MULTICLASS else 1)
        for place in (0, 2):
            at = np.maximum(at @ layers[place][member] + layers[place + 1][member], 0.0)
        found.append(at @ layers[4][member])
    return np.asarray(np.mean(found, axis=0))


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("kept", [1, 3])
def test_fewer_members_are_the_mean_of_those_that_stay(task: Task, kept: int) -> None:
    whole, given = made(task)
    small = SMALLER.made(KIND.settings({"kept": kept}), whole, given)
    assert (small.members, small.weights[1].shape) == (kept, (12 * kept, 6 * kept))
    theirs, ours = raw(task, kept, given.x), scores(small, given.x)
    if task is Task.REGRESSION:
        apart = ours - theirs[:, 0] * whole.scale
    elif task is Task.BINARY:
        apart = np.log(ours / (1 - ours)) - theirs[:, 0]
    else:
        apart = np.log(ours) - theirs
        apart -= apart[:, :1]
        apart -= apart.mean(axis=0)
    assert np.ptp(apart, axis=0).max() < 1e-4 * (whole.scale if task is Task.REGRESSION else 1)


@pytest.mark.parametrize("task", list(Task))
def test_the_mean_of_the_training_rows_is_theirs(task: Task) -> None:
    whole, given = made(task)
    found = scores(SMALLER.made(KIND.settings({"kept": 2}), whole, given), given.x).mean(axis=0)
    several = task is Task.MULTICLASS
    theirs = np.bincount(given.y) / len(given.y) if several else given.y.mean()
    np.testing.assert_allclose(found, theirs, rtol=1e-4)


@pytest.mark.parametrize("task", list(Task))
def test_forms_say_what_the_networks_they_name_say(task: Task, tmp_path: Path) -> None:
    whole, given = made(task)
    new = problem(task, seed=4).x
    found = list(SMALLER.forms(whole, given, new))
    assert [form.settings["kept"] for form in found] == [1, 2, 3, 0]
    assert {form.settings["weights"] for form in found} == {INT8}
    sizes = []
    for form in found:
        small = SMALLER.made(KIND.settings(form.settings), whole, given)
        np.testing.assert_array_equal(scores(small, new), form.scores)
        place = tmp_path / str(form.settings["kept"])
        place.mkdir()
        KIND.save(small, place)
        sizes.append(sum(file.stat().st_size for file in place.iterdir()))
        np.testing.assert_array_equal(scores(KIND.load(place), new), form.scores)
    assert sizes == sorted(sizes)
    assert [form.size for form in found] == sorted(form.size for form in found)


def test_bytes_change_scores_little() -> None:
    whole, given = made(Task.BINARY)
    apart = np.abs(scores(in_bytes(whole), given.x) - scores(whole, given.x))
    assert 0 < apart.max() < 0.02


def test_the_whole_is_left_as_it_was() -> None:
    whole, given = made(Task.BINARY)
    before = [each.copy() for each in whole.weights]
    everything: Params = {"kept": MEMBERS}
    assert SMALLER.made(KIND.settings(everything), whole, given) is whole
    assert SMALLER.made(KIND.settings({}), whole, given) is whole
    list(SMALLER.forms(whole, given, given.x))
    for was, now in zip(before, whole.weights, strict=True):
        np.testing.assert_array_equal(was, now)
