"""Multi-layer perceptrons trained with Keras, which never leaves this file and its process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models import diagonal
from core.models.family import (
    Curve,
    Encoding,
    Family,
    Fitted,
    Matrix,
    Preset,
    Problem,
    Reasons,
    Task,
    of_form,
    setting,
)
from core.models.folds import folds
from core.models.keras_file import save
from core.models.member import Params as Settings
from core.models.network import (
    FLOAT32,
    INT8,
    Network,
    Pieces,
    forward,
    load,
    no_pieces,
    scores,
)
from core.models.outputs import prior_shift, row_losses, smoothed, straightened, target_columns
from core.models.slimmed import SMALLER
from core.progress import Report

INNER_SHARE = 0.15  # of the training rows, watched to stop early
PATIENCE = 10  # epochs without a better held-in loss
STEPS_PER_EXECUTION = 32
STAGE = "models.stage.epochs"
FEW_VALUES = 4  # of a cell, which need no pieces
KERAS = 6e8  # bytes that it takes before it fits


@dataclass(frozen=True)
class Params:
    """``layers`` are the widths of the hidden layers; ``epochs`` is the most there may be.

    ``pieces`` is into how many stretches the range of a number is cut for further inputs (0: none),
    and ``members`` how many networks are trained beside each other and averaged. ``smoothing`` is
    the share of each answer that is given to all answers alike while it learns (0: none). Of the
    members only the first ``kept`` stay (0: all).
    """

    layers: str = setting(
        "64-32",
        choices=("16", "32-16", "64", "64-32", "128-64", "256-128", "128-64-32"),
        searched=("32-16", "64-32", "128-64", "256-128"),
    )
    dropout: float = setting(0.1, 0.0, 0.7, searched=(0.0, 0.5))
    weight_decay: float = setting(0.001, 0.0, 1.0, searched=(0.0001, 0.3))
    learning_rate: float = setting(0.002, 0.00001, 0.1, searched=(0.0005, 0.01))
    epochs: int = setting(60, 1, 500)
    pieces: int = setting(16, 0, 64)
    members: int = setting(4, 1, 16)
    smoothing: float = setting(0.0, 0.0, 0.5, searched=(0.0, 0.2))
    kept: int = of_form(0, 0, 16)
    weights: str = of_form(FLOAT32, 0, 0, (FLOAT32, INT8))


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
    members: int
    report: Report
    best: list[Matrix] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    held_in: list[float] = field(default_factory=list)

    def __call__(self, epoch: int, logs: dict[str, float]) -> None:
        arrays = side_by_side([np.asarray(values) for values in self.model.get_weights()])
        raw = forward(arrays[::2], arrays[1::2], self.rows.x, self.members)
        each = row_losses(self.task, raw, self.rows.targets.astype("float64"))
        self.losses.append(float(logs["loss"]))
        self.held_in.append(float(np.mean(each * self.rows.weights)))
        if self.held_in[-1] <= min(self.held_in):
            self.best = arrays
        self.model.stop_training = epoch - int(np.argmin(self.held_in)) >= PATIENCE
        self.report((epoch + 1) / self.epochs, STAGE)


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Train with AdamW, stop early on inner rows, keep the best weights as a ``Network``.

    Loshchilov & Hutter 2019 (AdamW), Srivastava et al. 2014 (dropout), Prechelt 1998 (stopping),
    Gorishniy et al. 2022 (pieces of numbers), 2024 (members trained at once, each by its own loss),
    Szegedy et al. 2016 (smoothed answers).
    """
    report(0.0, "models.stage.starting")
    keras = imported()
    keras.utils.set_random_seed(seed)
    scale, shift = _scale(problem)
    pieces = _pieces(problem.x, params.pieces)
    inputs = np.concatenate([problem.x, pieces.of(problem.x)], axis=1)
    learn, inner = parts(replace(problem, x=inputs), seed, scale, shift)
    learn, watched = (softened(each, problem.task, params.smoothing) for each in (learn, inner))
    model = compiled(keras, params, problem.task, learn)
    watch = Watch(model, problem.task, watched, params.epochs, params.members, report)
    report(0.0, STAGE)
    run(model, params, learn, [keras.callbacks.LambdaCallback(on_epoch_end=watch)])
    report(1.0, STAGE)
    series = {"loss": tuple(watch.losses), "held-in loss": tuple(watch.held_in)}
    curve = Curve(tuple(range(1, len(watch.losses) + 1)), series)
    best = watch.best or side_by_side(model.get_weights())
    best = _sharpened(best, problem.task, params.smoothing, inner)
    made = _network(best, problem, scale, shift)
    whole = replace(made, pieces=pieces, members=params.members)
    return Fitted(SMALLER.made(params, whole, problem), curve)


def imported() -> Any:
    """Keras; only ever in a worker's process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    return keras


def batch_rows(rows: int) -> int:
    """Rows a step: 256, and for small tables about a fortieth of the rows, at least 16."""
    return int(min(256, max(16, 2 ** round(np.log2(max(1, rows / 40))))))


def compiled(keras: Any, params: Params, task: Task, learn: Part) -> Any:
    """The Keras model, ready to fit; its last layer gives raw outputs.

    A category needs no embedding before it: a level's own weights into the first layer, which a
    one-hot cell picks out, are one. The rate stays as it is: with a warm-up and a decay by cosine
    AUC was no better (Telco .846 for .847, five folds; shoppers .932 for .933, three).
    """
    at = cells = keras.Input(learn.x.shape[1:])
    for place, width in enumerate(map(int, params.layers.split("-"))):
        at = _layer(keras, params.members, width, "relu", first=place == 0)(at)
        at = keras.layers.Dropout(params.dropout)(at) if params.dropout else at
    raw = _layer(keras, params.members, learn.targets.shape[1], None, first=False)(at)
    model = keras.Model(cells, raw)
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


def _layer(keras: Any, members: int, width: int, activation: str | None, first: bool) -> Any:
    """A dense layer for each member, of inputs that all share or of its own."""
    scaled = keras.initializers.VarianceScaling
    # Keras takes the members for further inputs
    start = scaled(2.0 * members, "fan_in") if activation else scaled(members, "fan_avg", "uniform")
    return keras.layers.EinsumDense(
        "bi,kio->bko" if first else "bki,kio->bko",
        output_shape=(members, width),
        bias_axes="ko",
        activation=activation,
        kernel_initializer=start,
    )


def side_by_side(arrays: list[Matrix]) -> list[Matrix]:
    """Weights and biases of members, (members, ...) each in turn, as those of one network: hidden
    layers in blocks, and at the end the mean."""
    found: list[Matrix] = []
    last = len(arrays) // 2 - 1
    for place, (matrix, bias) in enumerate(zip(arrays[::2], arrays[1::2], strict=True)):
        members, wide, narrow = matrix.shape
        if place == last:
            found += [matrix.reshape(members * wide, narrow) / members, bias.mean(axis=0)]
            continue
        if place == 0:
            across = matrix.transpose(1, 0, 2).reshape(wide, members * narrow)
        else:
            across = diagonal.whole(matrix)
        found += [across, bias.reshape(-1)]
    return found


def _pieces(x: Matrix, most: int) -> Pieces:
    """At most so many stretches of each cell that takes more than a few values, between quantiles
    of the rows to learn from."""
    found = no_pieces()
    for cell, values in enumerate(x.T):
        if most < 2 or len(np.unique(values)) <= FEW_VALUES:
            continue
        edges = np.unique(np.quantile(values, np.linspace(0, 1, most + 1)).astype("float32"))
        if len(edges) > 2:
            found = Pieces(
                np.append(found.cell, np.full(len(edges) - 1, cell)),
                np.append(found.start, edges[:-1]),
                np.append(found.stop, edges[1:]),
            )
    return found


def run(model: Any, params: Params, learn: Part, callbacks: list[Any], **more: Any) -> Any:
    """Keras's own fit on ``learn``, with ``more`` of its arguments."""
    return model.fit(
        learn.x,
        np.repeat(learn.targets[:, None], params.members, axis=1),  # each member by its own loss
        sample_weight=np.repeat(learn.weights[:, None], params.members, axis=1),
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
    """True for the rows watched: a share of every class that has two rows or more, or of groups."""
    if problem.groups is not None:
        inner = folds(problem, round(1 / INNER_SHARE), seed)[0]
        if inner.any():  # else each class is in one group alone
            return inner
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


def softened(part: Part, task: Task, smoothing: float) -> Part:
    """The same rows with smoothed answers; values stay."""
    if task is Task.REGRESSION or not smoothing:
        return part
    soft = smoothed(part.targets.astype("float64"), smoothing)
    return replace(part, targets=soft.astype("float32"))


def _sharpened(arrays: list[Matrix], task: Task, smoothing: float, inner: Part) -> list[Matrix]:
    """The weights with a last layer that says again what happened, not what smoothed answers say.

    By one scale and a shift an output, on the rows that were watched.
    """
    if task is Task.REGRESSION or not smoothing:
        return arrays
    raw = forward(arrays[::2], arrays[1::2], inner.x)
    targets, weights = (each.astype("float64") for each in (inner.targets, inner.weights))
    steepness, shifts = straightened(task, raw, targets, weights, 1 / (1 - smoothing))
    last = [arrays[-2] * steepness, arrays[-1] * steepness + shifts]
    return [*arrays[:-2], *(each.astype("float32") for each in last)]


def _network(arrays: list[Matrix], problem: Problem, scale: float, shift: float) -> Network:
    """The weights, with the real shares put back where classes were weighed."""
    weights, biases = tuple(arrays[::2]), list(arrays[1::2])
    biases[-1] = biases[-1] + prior_shift(problem.task, problem.class_weights).astype("float32")
    return Network(problem.task, weights, tuple(biases), scale, shift)


def memory(params: Params, rows: int, columns: int) -> float:
    """Keras itself, and its own copies of the matrix."""
    return KERAS + 2 * 4.0 * rows * columns * (1 + params.pieces)


def _plain(layers: str, end: str, task: Task) -> Preset:
    """One network of dense layers on the cells as they are, trained with Adam at its usual rate
    (AdamW without decay is Adam); ``end`` is what its last layer ends in."""
    settings: Settings = {
        "layers": layers,
        "dropout": 0.0,
        "weight_decay": 0.0,
        "learning_rate": 0.001,
        "pieces": 0,
        "members": 1,
    }
    return Preset(f"{layers}-{end}", settings, frozenset((task,)))


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
    only={"smoothing": frozenset((Task.BINARY, Task.MULTICLASS))},
    presets=(
        _plain("32-16", "linear", Task.REGRESSION),
        _plain("64-32", "sigmoid", Task.BINARY),
        _plain("128-64", "sigmoid", Task.BINARY),
        _plain("64-32", "softmax", Task.MULTICLASS),
    ),
    smaller=SMALLER,
)
