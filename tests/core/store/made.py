"""Small models of every family and task, made once, for the tests of this room."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from core.evaluate.evaluating import evaluate
from core.models.family import Task, families, family
from core.models.network import Network
from core.predict import held_out, scored
from core.progress import silent
from core.schema import Column, Kind, Role
from core.store.models import SavedModel
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train

ROWS = 240
CASES = [(key, task) for key in families() for task in Task if task in family(key).tasks]
QUICK: dict[str, dict[str, int]] = {"forest": {"trees": 10}}
FEATURES = (
    Column("Größe, cm", Kind.NUMBER),
    Column("채널", Kind.CATEGORY, levels=("web", "shop")),
    Column("since", Kind.DATE, pattern="%Y-%m-%d"),
    Column("nothing", Kind.CATEGORY),
)


def table() -> pd.DataFrame:
    """Gaps in every column, one of nothing else, and three targets that two columns decide."""
    chance = np.random.default_rng(0)
    size = chance.normal(170, 10, ROWS)
    channel = chance.choice(["web", "shop"], ROWS).astype(object)
    signal = size - 170 + 8 * (channel == "web") + chance.normal(size=ROWS)
    days = np.datetime64("2024-01-01") + chance.integers(0, 300, ROWS) * np.timedelta64(1, "D")
    made = pd.DataFrame(
        {
            "Größe, cm": np.where(chance.random(ROWS) < 0.1, np.nan, size),
            "채널": np.where(chance.random(ROWS) < 0.1, None, channel),
            "since": days.astype("datetime64[us]"),
            "nothing": np.full(ROWS, None, dtype=object),
            "binary": np.where(signal > 4, "ja", "nein").astype(object),
            "multiclass": np.array(["a", "b", "c"], dtype=object)[np.digitize(signal, [0, 8])],
            "regression": signal,
        }
    )
    made.loc[3, "since"] = pd.NaT
    for name in ("채널", "nothing", "binary", "multiclass"):  # as core.data.table gives them
        cells = made[name].astype(object)
        made[name] = cells.where(cells.notna(), None)
    return made


def spec(key: str, task: Task, seed: int = 0) -> ModelSpec:
    """The wish for a small model."""
    kind = Kind.NUMBER if task is Task.REGRESSION else Kind.CATEGORY
    levels = {"binary": ("nein", "ja"), "multiclass": ("a", "b", "c")}.get(task, ())
    return ModelSpec(
        dataset="0123456789abcdef",
        task=task,
        target=Column(str(task), kind, Role.TARGET, levels),
        features=FEATURES[: family(key).columns or None],  # the first is a number
        family=key,
        outcome="ja" if task is Task.BINARY else "",
        params=dict(QUICK.get(key, {})),
        seed=seed,
    )


@cache
def saved(key: str = "baseline", task: Task = Task.BINARY, seed: int = 0) -> SavedModel:
    """A small model with its evaluation; the network is drawn, not trained: no Keras here."""
    if key == "mlp":
        model = _network(train(table(), spec("linear", task, seed), silent), seed)
    else:
        model = train(table(), spec(key, task, seed), silent)
    return SavedModel(
        model, evaluate(held_out(model)), "shop.csv", f"2026-01-0{seed + 1}T00:00:00+00:00", 1.5
    )


def _network(model: TrainedModel, seed: int) -> TrainedModel:
    chance, task = np.random.default_rng(seed), model.spec.task
    wide = encode(model.preparation, model.background).shape[1]
    outputs = 3 if task is Task.MULTICLASS else 1
    weights = (
        chance.normal(size=(wide, 8)).astype("float32"),
        chance.normal(size=(8, outputs)).astype("float32"),
    )
    biases = (np.zeros(8, "float32"), np.zeros(outputs, "float32"))
    network = Network(task, weights, biases, archive=b"kept as it is")
    drawn = replace(model, spec=replace(model.spec, family="mlp"), estimator=network)
    used = table().loc[model.held_out]
    return replace(drawn, held_out_scores=scored(drawn, used))


def copied(project: Path, home: Path) -> Path:
    """A copy of a project's whole home in ``home``; gives the project in it.

    With its index: models that are copied without are strangers, and each is first tried in a
    process of its own.
    """
    shutil.copytree(project.parent.parent, home)
    return home / "projects" / project.name
