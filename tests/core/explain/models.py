"""Small trained models of every family; the network is made by hand, without TensorFlow."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from core.models.family import Task
from core.models.family import family as family_of
from core.models.member import Member, as_text
from core.models.network import Network, Pieces, scores
from core.progress import silent
from core.train.preparation import encode
from core.train.training import TrainedModel, train
from tests.core.train.shop import asked, shop

SETTINGS: dict[str, dict[str, Any]] = {
    "forest": {"trees": 15},
    "extra": {"trees": 15},
    "boosting": {"trees": 30, "learning_rate": 0.2},
    "ensemble": {
        "members": as_text((Member("tree", 0.6), Member("linear", 0.3), Member("svm", 0.1)))
    },
}
FAMILIES = (
    "forest",
    "boosting",
    "extra",
    "bayes",
    "column",
    "svm",
    "linear",
    "tree",
    "baseline",
    "mlp",
    "ensemble",
)
PIECES = Pieces(
    np.array([0, 0, 1]),
    np.array([-1.0, 0.2, -0.5], "float32"),
    np.array([0.2, 1.0, 0.5], "float32"),
)
CASES = [(key, task) for key in FAMILIES for task in Task if task in family_of(key).tasks]


@cache
def table() -> pd.DataFrame:
    return shop(240)


@cache
def trained(family: str, task: Task, balanced: bool = False, **more: Any) -> TrainedModel:
    """A model of the shop; five columns with gaps, levels and dates."""
    if family == "mlp":
        return with_network(trained("linear", task), task)
    spec = asked(task, family, params=SETTINGS.get(family, {}) | more, balanced=balanced)
    return train(table(), spec, silent)


def with_network(model: TrainedModel, task: Task, rows: pd.DataFrame | None = None) -> TrainedModel:
    """The same preparation under a network with weights drawn at random: two members side by side,
    and two pieces of the first cell and one of the second."""
    chance = np.random.default_rng(4)
    width = model.preparation.blocks[-1][1]
    sizes = (width + len(PIECES.cell), 12, 6, 3 if task is Task.MULTICLASS else 1)
    layers = [chance.normal(0, 1.2, shape).astype("float32") for shape in pairwise(sizes)]
    layers[1][:6, 3:] = layers[1][6:, :3] = 0.0
    biases = [chance.normal(0, 0.5, size).astype("float32") for size in sizes[1:]]
    scale, shift = (30.0, 100.0) if task is Task.REGRESSION else (1.0, 0.0)
    network = Network(task, tuple(layers), tuple(biases), scale, shift, b"", PIECES, 2)
    if task is Task.BINARY:  # as many say yes as no
        said = scores(network, encode(model.preparation, table() if rows is None else rows))
        middle = float(np.log(np.median(said) / (1 - np.median(said))))
        network = replace(network, biases=(*biases[:-1], biases[-1] - np.float32(middle)))
    return replace(model, spec=replace(model.spec, family="mlp"), estimator=network)
