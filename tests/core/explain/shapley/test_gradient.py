"""The quick picture of a network against shap's DeepExplainer, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from core.explain.shapley import sampled
from core.explain.shapley.gradient import METHOD
from core.explain.shapley.method import Asked
from core.models.family import Task, family
from core.models.network import Network
from core.progress import Cancelled, silent
from core.train.preparation import encode
from tests.core.explain.models import trained
from tests.core.explain.shapley.games import cells, networked

THEIRS = """
import sys, warnings
import numpy as np
warnings.simplefilter("ignore")
import keras, shap
given = np.load(sys.argv[1])
layers = [keras.Input(given["x"].shape[1:])]
count = sum(name.startswith("w") for name in given)
for i in range(count):
    last = "sigmoid" if i == count - 1 else "relu"
    layers.append(keras.layers.Dense(given[f"w{i}"].shape[1], last))
model = keras.Sequential(layers)
model.set_weights([given[f"{part}{i}"] for i in range(count) for part in "wb"])
deep = shap.DeepExplainer(model, given["background"]).shap_values(given["x"])
slopes = shap.GradientExplainer(model, given["background"])
gradient = slopes.shap_values(given["x"], nsamples=4000, rseed=1)
np.savez(sys.argv[2], deep=deep[..., 0], gradient=gradient[..., 0])
"""


def test_it_gives_what_shaps_deep_explainer_gives(tmp_path: Path) -> None:
    if find_spec("keras") is None:
        pytest.skip("needs Keras, in a process of its own")
    model, rows = networked(8, Task.BINARY)
    x, state = encode(model.preparation, rows.iloc[75:80]), METHOD.prepare(model, Asked(20))
    network: Network = model.estimator
    arrays = {f"w{i}": values for i, values in enumerate(network.weights)}
    arrays |= {f"b{i}": values for i, values in enumerate(network.biases)}
    np.savez(tmp_path / "given.npz", x=x, background=state.background, **arrays)
    command = [sys.executable, "-c", THEIRS, str(tmp_path / "given.npz"), str(tmp_path / "of.npz")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    theirs = np.load(tmp_path / "of.npz")
    found = METHOD.effects(state, x, 1, silent)
    deep, gradient = (
        np.stack([theirs[name][:, one].sum(axis=1) for one in cells(model)], axis=1)
        for name in ("deep", "gradient")
    )
    np.testing.assert_allclose(found.values, deep, atol=1e-5)
    assert np.corrcoef(found.values.ravel(), gradient.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("task", list(Task))
def test_it_adds_up_and_is_near_the_values(task: Task) -> None:
    model, rows = networked(8, task, size=0.8)
    x, state = encode(model.preparation, rows.iloc[75:85]), METHOD.prepare(model, Asked(20))
    scores = family("mlp").scores(model.estimator, x)
    for of in range(3) if task is Task.MULTICLASS else (1,):
        found = METHOD.effects(state, x, of, silent)
        shown = scores[:, of] if task is Task.MULTICLASS else scores
        np.testing.assert_allclose(found.base + found.values.sum(axis=1), shown, rtol=1e-12)
        exact = sampled.effects(sampled.prepare(model, Asked(20)), x, of, silent)
        assert found.base == pytest.approx(exact.base, rel=1e-12)
        assert np.corrcoef(found.values.ravel(), exact.values.ravel())[0, 1] > 0.9
    assert found.notes == ("first_picture",)


def test_it_is_exact_where_the_network_is_straight() -> None:
    """A value of a network whose ReLUs are all on for every row."""
    model, rows = networked(9, Task.REGRESSION)
    network = model.estimator
    biases = tuple(b + 1e3 for b in network.biases)
    model = replace(model, estimator=replace(network, biases=biases))
    weights = tuple(np.abs(w) / 10 for w in network.weights[1:])
    network = replace(model.estimator, weights=(network.weights[0], *weights))
    model = replace(model, estimator=network)
    x = encode(model.preparation, rows.iloc[75:78])
    found = METHOD.effects(METHOD.prepare(model, Asked(20)), x, 0, silent)
    exact = sampled.effects(sampled.prepare(model, Asked(20, goal=0.0)), x, 0, silent)
    size = float(np.abs(exact.values).max())
    np.testing.assert_allclose(found.values, exact.values, atol=1e-3 * size)


def test_families_of_columns_are_sums() -> None:
    model, rows = networked(6, Task.BINARY)
    x = encode(model.preparation, rows.iloc[75:78])
    alone = METHOD.effects(METHOD.prepare(model, Asked(9)), x, 1, silent).values
    asked = Asked(9, together=(("both", ("c1", "c4")),))
    both = METHOD.effects(METHOD.prepare(model, asked), x, 1, silent).values
    np.testing.assert_allclose(both[:, 1], alone[:, 1] + alone[:, 4], atol=1e-12)
    np.testing.assert_allclose(both[:, 0], alone[:, 0], atol=1e-12)


def test_the_background_itself_has_no_reasons() -> None:
    model, rows = networked(4, Task.BINARY)
    model = replace(model, background=rows.iloc[[3]])
    x = encode(model.preparation, rows.iloc[[3]])
    found = METHOD.effects(METHOD.prepare(model, Asked(9)), x, 1, silent)
    np.testing.assert_allclose(found.values, 0, atol=1e-12)


def test_it_suits_networks_only_and_stops() -> None:
    assert METHOD.suits(trained("mlp", Task.BINARY))
    assert not METHOD.suits(trained("linear", Task.BINARY))
    assert not METHOD.suits(trained("forest", Task.BINARY))
    model, rows = networked(4, Task.BINARY)

    def stop(share: float, stage: str) -> None:
        raise Cancelled

    state = METHOD.prepare(model, Asked(5))
    with pytest.raises(Cancelled):
        METHOD.effects(state, encode(model.preparation, rows.iloc[:2]), 1, stop)
