"""Reasons of a network: ours on its weights against ``shap.PermutationExplainer`` on Keras.

Run as ``python -m bench.network``. Twenty columns (ten numbers, six categories, four yes/no), an
MLP of 128 and 64 units, one row at a time, one thread each, taking turns. shap plays the same
twenty columns and asks the Keras model by ``predict``, in batches of thousands where Keras's own
default is 32; ``call`` is the same on the bare model, the quickest there is. Both errors are root
mean squares from values of a hundred times the work; shap's time is taken to our error as its
error falls with the root of its orders.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
os.environ.update({"TF_CPP_MIN_LOG_LEVEL": "3", "TF_NUM_INTRAOP_THREADS": "1"})
os.environ.update({"TF_NUM_INTEROP_THREADS": "1"})

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from bench.figure import figure, told
from core.explain.shapley import gradient, sampled
from core.explain.shapley.method import Asked
from core.explain.shapley.players import backdrop, players
from core.models.family import Floats, Matrix, Task
from core.progress import silent
from core.schema import Column, Kind
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train

ROWS, NUMBERS, LEVELS, YES_NO = 6_000, 10, (3, 4, 5, 6, 8, 12), 4
EXPLAINED = 4
BACKGROUND, GOAL = 100, 0.002
WHAT_IF = Asked(background=50, goal=0.005)
ORDERS = 10  # shap's default
WHAT_IF_MS, FIRST_MS = 30.0, 50.0
RATIOS = {"predict": 0.01, "call": 0.1}
OURS_A_ROUND = 3


@dataclass(frozen=True, eq=False)
class Known:
    """A trained model, the rows to explain, and their values to a tenth of the errors asked for."""

    model: TrainedModel
    x: Matrix
    values: Floats


def table() -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """Made-up customers whose outcome hangs on pairs and triples of columns, with noise."""
    chance = np.random.default_rng(0)
    numbers = chance.normal(size=(ROWS, NUMBERS))
    codes = np.stack([chance.integers(0, n, ROWS) for n in LEVELS + (2,) * YES_NO], axis=1)
    signal = numbers[:, :4].sum(axis=1) + 1.5 * numbers[:, 4] * numbers[:, 5] + codes[:, 0] - 2
    signal += 2 * numbers[:, 6] * (codes[:, 6] == 1) * (codes[:, 1] > 1) + 0.8 * (codes[:, 5] % 3)
    cells = {f"number {i}": numbers[:, i] for i in range(NUMBERS)}
    cells |= {f"level {i}": codes[:, i].astype(str).astype(object) for i in range(codes.shape[1])}
    kinds = [Kind.NUMBER] * NUMBERS + [Kind.CATEGORY] * codes.shape[1]
    schema = tuple(Column(name, kind) for name, kind in zip(cells, kinds, strict=True))
    bought = signal + chance.normal(size=ROWS) > 2
    cells["buys"] = np.where(bought, "yes", "no").astype(object)
    return pd.DataFrame(cells), schema


def trained() -> TrainedModel:
    rows, schema = table()
    target = Column("buys", Kind.BOOLEAN, levels=("no", "yes"))
    spec = ModelSpec("bench", Task.BINARY, target, schema, "mlp", "yes")
    return train(rows, replace(spec, params={"layers": "128-64", "epochs": 20}), silent)


def known() -> Known:
    model, (rows, _) = trained(), table()
    x = encode(model.preparation, rows.iloc[model.held_out[:EXPLAINED]])
    asked = Asked(BACKGROUND, seed=99, goal=GOAL / 10)
    return Known(model, x, sampled.effects(sampled.prepare(model, asked), x, 1, silent).values)


def in_keras(model: TrainedModel) -> Any:
    """The network as a Keras model of chances."""
    import keras

    weights, biases = model.estimator.weights, model.estimator.biases
    links = ["relu"] * (len(weights) - 1) + ["sigmoid"]
    layers = [keras.layers.Dense(w.shape[1], a) for w, a in zip(weights, links, strict=True)]
    made = keras.Sequential([keras.Input((weights[0].shape[0],)), *layers])
    made.set_weights([each for pair in zip(weights, biases, strict=True) for each in pair])
    return made


def by_shap(given: Known, chances: Callable[[Matrix], Floats], row: int) -> Callable[[], Floats]:
    """shap on row numbers: it may only mix whole columns, as ours does."""
    import shap

    background, who = backdrop(given.model, BACKGROUND), players(given.model)
    cells = np.concatenate([background, given.x[row : row + 1]])

    def outputs(places: Floats) -> Floats:
        return chances(cells[places[:, who.of_cells].astype(int), np.arange(cells.shape[1])])

    behind = np.tile(np.arange(float(BACKGROUND))[:, None], len(who.names))
    own = np.full((1, len(who.names)), float(BACKGROUND))
    masker = shap.maskers.Independent(behind, max_samples=BACKGROUND)

    def explained() -> Floats:
        explainer = shap.PermutationExplainer(outputs, masker, seed=row)
        most = ORDERS * (2 * len(who.names) + 1)
        return np.asarray(explainer(own, max_evals=most, silent=True).values[0])

    return explained


def seconds(run: Callable[[], Floats]) -> tuple[float, Floats]:
    """CPU seconds and what was found."""
    started = time.process_time()
    found = run()
    return time.process_time() - started, found


def against_shap(given: Known) -> Iterator[dict[str, object]]:
    """How many times as long shap takes to our error, and whether our stated error is honest."""
    state = sampled.prepare(given.model, Asked(BACKGROUND, goal=GOAL))
    keras_model = in_keras(given.model)
    ways: dict[str, Callable[[Matrix], Floats]] = {
        "call": lambda x: np.asarray(keras_model(x).numpy()[:, 0], "float64"),
        "predict": lambda x: np.asarray(
            keras_model.predict(x, batch_size=4096, verbose=0)[:, 0], "float64"
        ),
    }
    times: dict[str, list[float]] = {"ours": [], "call": [], "predict": []}
    errors: dict[str, list[Floats]] = {"ours": [], "call": [], "predict": []}
    stated = []
    for row in range(EXPLAINED):
        for _ in range(OURS_A_ROUND):
            took, found = seconds(lambda r=row: sampled.effects(state, given.x[[r]], 1, silent))
            times["ours"].append(took)
        errors["ours"].append(found.values[0] - given.values[row])
        stated.append(found.errors[0])
        for way, chances in ways.items():
            took, values = seconds(by_shap(given, chances, row))
            times[way].append(took)
            errors[way].append(values - given.values[row])
    middle = {way: median(each) for way, each in times.items()}
    rms = {way: float(np.sqrt(np.mean(np.square(each)))) for way, each in errors.items()}
    facts = {"ms": round(middle["ours"] * 1000, 1), "largest_error": float(np.max(stated))}
    for way, goal in RATIOS.items():
        alike = middle[way] * (rms[way] / rms["ours"]) ** 2
        facts |= {"times": round(alike / middle["ours"]), "shap_seconds": round(middle[way], 2)}
        facts |= {"shap_error": round(rms[way], 5), "error": round(rms["ours"], 5)}
        yield figure(f"network.{way}", "ratio", middle["ours"] / alike, goal, **facts)
    honest = rms["ours"] / float(np.sqrt(np.mean(np.square(stated))))
    yield figure("network.error", "value", abs(np.log(honest)), np.log(1.5), of_stated=honest)


def in_what_if(given: Known) -> Iterator[dict[str, object]]:
    """One row as a slider moves, and the first picture with a page's larger background."""
    state = sampled.prepare(given.model, WHAT_IF)
    times = [
        seconds(lambda r=row: sampled.effects(state, given.x[[r]], 1, silent))[0]
        for row in range(EXPLAINED)
        for _ in range(OURS_A_ROUND)
    ]
    yield figure("network.what_if", "value", median(times) * 1000, WHAT_IF_MS, of="ms CPU")
    fine = sampled.prepare(given.model, Asked(BACKGROUND, goal=GOAL / 4))
    first = [
        seconds(lambda r=row: next(sampled.pictures(fine, given.x[[r]], 1)))[0]
        for row in range(EXPLAINED)
    ]
    yield figure("network.first_picture", "value", median(first) * 1000, FIRST_MS, of="ms CPU")


def quick(given: Known) -> Iterator[dict[str, object]]:
    """The slopes' picture: how far from the values, and rows a second."""
    state = gradient.prepare(given.model, Asked(BACKGROUND))
    many = np.tile(given.x, (64, 1))
    took, _ = seconds(lambda: gradient.effects(state, many, 1, silent))
    found = gradient.effects(state, given.x, 1, silent).values
    apart = 1 - float(np.corrcoef(found.ravel(), given.values.ravel())[0, 1])
    yield figure("network.slopes", "value", apart, 0.2, rows_a_second=round(len(many) / took))


def figures() -> Iterator[dict[str, object]]:
    """All of them, on one network."""
    given = known()
    yield from in_what_if(given)
    yield from quick(given)
    yield from against_shap(given)


if __name__ == "__main__":
    raise SystemExit(told(figures()))
