"""Multi-layer perceptrons trained with Keras, which never leaves this file and its process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.family import (
    Curve,
    Encoding,
    Family,
    Fitted,
    Matrix,
    Problem,
    Reasons,
    Task,
    setting,
)
from core.models.keras_file import save
from core.models.network import Network, forward, load, scores
from core.models.outputs import prior_shift, row_losses, target_columns
from core.progress import Report

INNER_SHARE = 0.15  # of the training rows, watched to stop early
PATIENCE = 10  # epochs without a better held-in loss
STEPS_PER_EXECUTION = 32
STAGE = "models.stage.epochs"
KERAS = 6e8  # bytes that it takes before it fits


@dataclass(frozen=True)
class Params:
    """``layers`` are the widths of the hidden layers; ``epochs`` is the most there may be."""

    layers: str = setting(
        "64-32",
        choices=("16", "32-16", "64", "64-32", "128-64", "256-128", "128-64-32"),
        searched=("32-16", "64-32", "128-64", "256-128"),
    )
    dropout: float = setting(0.1, 0.0, 0.7, searched=(0.0, 0.5))
    weight_decay: float = setting(0.001, 0.0, 1.0, searched=(0.0001, 0.3))
    learning_rate: float = setting(0.002, 0.00001, 0.1, searched=(0.0005, 0.01))
    epochs: int = setting(60, 1, 500)


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the rows, as Keras takes them."""

    x: Matrix
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


@dataclass(eq=False)
class Watch:
    """After each epoch: the held-in loss by our own forward pass, the best weights, the end.

    Keras's own evaluation would build a pipeline for the few rows in every epoch.
    """

    model: Any
    task: Task
    rows: Part
    epochs: int
    report: Report
    best: list[Matrix] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    held_in: list[float] = field(default_factory=list)

    def __call__(self, epoch: int, logs: dict[str, float]) -> None:
        arrays = [np.asarray(values) for values in self.model.get_weights()]
        raw = forward(arrays[::2], arrays[1::2], self.rows.x)
        each = row_losses(self.task, raw, self.rows.targets.astype("float64"))
        self.losses.append(float(logs["loss"]))
        self.held_in.append(float(np.mean(each * self.rows.weights)))
        if self.held_in[-1] <= min(self.held_in):
            self.best = arrays
        self.model.stop_training = epoch - int(np.argmin(self.held_in)) >= PATIENCE
        self.report((epoch + 1) / self.epochs, STAGE)


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Train with AdamW, stop early on inner rows, keep the best weights as a ``Network``.

    Loshchilov & Hutter 2019 (AdamW), Srivastava et al. 2014 (dropout), Prechelt 1998 (stopping).
    """
    report(0.0, "models.stage.starting")
    keras = imported()
    keras.utils.set_random_seed(seed)
    scale, shift = _scale(problem)
    learn, inner = parts(problem, seed, scale, shift)
    model = compiled(keras, params, problem.task, learn)
    watch = Watch(model, problem.task, inner, params.epochs, report)
    report(0.0, STAGE)
    run(model, params, learn, [keras.callbacks.LambdaCallback(on_epoch_end=watch)])
    report(1.0, STAGE)
    series = {"loss": tuple(watch.losses), "held-in loss": tuple(watch.held_in)}
    curve = Curve(tuple(range(1, len(watch.losses) + 1)), series)
    return Fitted(_network(watch.best or model.get_weights(), problem, scale, shift), curve)


def imported() -> Any:
    """Keras; only ever in a worker's process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    return keras


def batch_rows(rows: int) -> int:
    """Rows a step: 256, and for small tables about a fortieth of the rows, at least 16."""
    return int(min(256, max(16, 2 ** round(np.log2(max(1, rows / 40))))))


def compiled(keras: Any, params: Params, task: Task, learn: Part) -> Any:
    """The Keras model, ready to fit; its last layer gives raw outputs."""
    hidden = []
    for width in map(int, params.layers.split("-")):
        hidden += [keras.layers.Dense(width, "relu", kernel_initializer="he_normal")]
        hidden += [keras.layers.Dropout(params.dropout)] if params.dropout else []
    last = keras.layers.Dense(learn.targets.shape[1])
    model = keras.Sequential([keras.Input(learn.x.shape[1:]), *hidden, last])
    losses = {
        Task.BINARY: keras.losses.BinaryCrossentropy(from_logits=True),
        Task.MULTICLASS: keras.losses.CategoricalCrossentropy(from_logits=True),
        Task.REGRESSION: keras.losses.MeanSquaredError(),
    }
    model.compile(
        keras.optimizers.AdamW(params.learning_rate, weight_decay=params.weight_decay),
        losses[task],
        jit_compile=False,
        steps_per_execution=min(STEPS_PER_EXECUTION, -(-len(learn.x) // batch_rows(len(learn.x)))),
    )
    return model


def run(model: Any, params: Params, learn: Part, callbacks: list[Any], **more: Any) -> Any:
    """Keras's own fit on ``learn``, with ``more`` of its arguments."""
    return model.fit(
        learn.x,
        learn.targets,
        sample_weight=learn.weights,
        batch_size=batch_rows(len(learn.x)),
        epochs=params.epochs,
        callbacks=callbacks,
        verbose=0,
        **more,
    )


def parts(problem: Problem, seed: int, scale: float, shift: float) -> tuple[Part, Part]:
    """The rows to learn from and the inner rows to watch, both of the training rows."""
    targets = (target_columns(problem.task, problem.y, problem.classes) - shift) / scale
    inner = _inner(problem, seed)
    learn, watch = (
        Part(problem.x[of], targets[of].astype("float32"), problem.weights[of].astype("float32"))
        for of in (~inner, inner)
    )
    return learn, watch


def _inner(problem: Problem, seed: int) -> NDArray[np.bool_]:
    """True for the rows watched: a share of every class that has two rows or more."""
    chance = np.random.default_rng(seed)
    inner = np.zeros(len(problem.y), bool)
    strata = (
        [np.arange(len(problem.y))]
        if problem.task is Task.REGRESSION
        else [np.flatnonzero(problem.y == c) for c in range(problem.classes)]
    )
    for rows in strata:
        taken = max(1, round(INNER_SHARE * len(rows))) if len(rows) > 1 else 0
        inner[chance.permutation(rows)[:taken]] = True
    return inner


def _scale(problem: Problem) -> tuple[float, float]:
    if problem.task is not Task.REGRESSION:
        return 1.0, 0.0
    return float(problem.y.std()) or 1.0, float(problem.y.mean())


def _network(arrays: list[Matrix], problem: Problem, scale: float, shift: float) -> Network:
    """The weights, with the real shares put back where classes were weighed."""
    weights, biases = tuple(arrays[::2]), list(arrays[1::2])
    biases[-1] = biases[-1] + prior_shift(problem.task, problem.class_weights).astype("float32")
    return Network(problem.task, weights, tuple(biases), scale, shift)


def memory(params: Params, rows: int, columns: int) -> float:
    """Keras itself, and its own copies of the matrix."""
    return KERAS + 2 * 4.0 * rows * columns


FAMILY = Family(
    key="mlp",
    order=5,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.SCALED,
    reasons=Reasons.SAMPLED,
    fit=fit,
    scores=scores,
    save=save,
    load=load,
    memory=memory,
    effort=3,
)
