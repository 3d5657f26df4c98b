"""Multi-layer perceptrons trained with Keras, which never leaves this file and its process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

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
from core.models.keras_file import save
from core.models.leaves import weights_given
from core.models.member import Params as Settings
from core.models.network import (
    FLOAT32,
    INT8,
    Network,
    Pieces,
    load,
    no_pieces,
    scores,
)
from core.models.outputs import straightened
from core.models.slimmed import SMALLER, on_the_mean
from core.models.watching import STAGE, Part, Watch, parts, said_of, side_by_side, softened
from core.progress import Report

STEPS_PER_EXECUTION = 32
FEW_VALUES = 4  # of a cell, which need no pieces
KERAS = 6e8  # bytes that it takes before it fits


@dataclass(frozen=True)
class Params:
    """``layers`` are the widths of the hidden layers; ``epochs`` is the most there may be.

    ``pieces`` is into how many stretches the range of a number is cut, which tell it to every other
    network in place of itself (0: none), and ``members`` how many networks are trained beside each
    other and averaged. ``smoothing`` is the share of each answer that is given to all answers alike
    while it learns (0: none). Of the members only the first ``kept`` stay (0: all).
    """

    layers: str = setting(
        "64-32",
        choices=("16", "32-16", "64", "64-32", "128-64", "256-128", "128-64-32"),
        searched=("32-16", "64-32", "128-64", "256-128"),
    )
    dropout: float = setting(0.1, 0.0, 0.7, searched=(0.0, 0.5))
    weight_decay: float = setting(0.5, 0.0, 10.0, searched=(0.03, 3.0))
    learning_rate: float = setting(0.002, 0.00001, 0.1, searched=(0.0005, 0.01))
    epochs: int = setting(60, 1, 500)
    pieces: int = setting(16, 0, 64)
    members: int = setting(4, 1, 16)
    smoothing: float = setting(0.0, 0.0, 0.5, searched=(0.0, 0.2))
    kept: int = of_form(0, 0, 16)
    weights: str = of_form(FLOAT32, 0, 0, (FLOAT32, INT8))


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Train with AdamW, stop early on rows watched, keep the best weights as a ``Network``.

    Members watched on rows of their own and more decay, after against before: AUC .882 for .875
    (ifood's answers) and R2 .771 for .753 (its wines), three folds. Numbers told to every second
    member as they are, and to the others by their pieces, in place of by pieces to all, five folds:
    AUC .890 for .884 (answers), .779 for .776 (bank), .964 for .961 (wholesale), R2 .777 for .775.

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
    given = parts(replace(problem, x=inputs), params.members, seed, scale, shift)
    learn, *watched = (softened(each, problem.task, params.smoothing) for each in given)
    model = compiled(keras, params, problem.task, learn, _told(pieces, inputs.shape[1], params))
    watch = Watch(model, problem.task, watched, params.epochs, report)
    report(0.0, STAGE)
    run(model, params, learn, [keras.callbacks.LambdaCallback(on_epoch_end=watch)])
    report(1.0, STAGE)
    series = {"loss": tuple(watch.losses), "held-in loss": tuple(watch.held_in)}
    curve = Curve(tuple(range(1, len(watch.losses) + 1)), series)
    best = _sharpened(watch.kept(), problem.task, params.smoothing, given[1:])
    arrays = side_by_side(_by_pieces(best, pieces))
    whole = Network(
        problem.task, tuple(arrays[::2]), tuple(arrays[1::2]), scale, shift,
        pieces=pieces, members=params.members,
    )  # fmt: skip
    if problem.classes and weights_given(problem) is not None:
        whole = on_the_mean(whole, problem)  # real shares, where classes were weighed
    return Fitted(SMALLER.made(params, whole, problem), curve)


def imported() -> Any:
    """Keras; only ever in a worker's process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    return keras


def batch_rows(rows: int) -> int:
    """Rows a step: 256, and for small tables about a fortieth of the rows, at least 16."""
    return int(min(256, max(16, 2 ** round(np.log2(max(1, rows / 40))))))


def compiled(
    keras: Any, params: Params, task: Task, learn: Part, told: Matrix | None = None
) -> Any:
    """The Keras model, ready to fit; its last layer gives raw outputs.

    Each member is ``told`` some of the inputs (members, inputs): all, where nothing is said.

    A category needs no embedding before it: a level's own weights into the first layer, which a
    one-hot cell picks out, are one. The rate stays as it is: with a warm-up and a decay by cosine
    AUC was no better (Telco .846 for .847, five folds; shoppers .932 for .933, three).
    """
    at = cells = keras.Input(learn.x.shape[1:])
    for place, width in enumerate(map(int, params.layers.split("-"))):
        first = place == 0
        at = _layer(keras, params.members, width, "relu", told if first else None, first)(at)
        at = keras.layers.Dropout(params.dropout)(at) if params.dropout else at
    raw = _layer(keras, params.members, learn.targets.shape[1], None)(at)
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


def _layer(
    keras: Any,
    members: int,
    width: int,
    activation: str | None,
    told: Matrix | None = None,
    first: bool = False,
) -> Any:
    """A dense layer for each member, of inputs that all share or of its own."""
    scaled = keras.initializers.VarianceScaling
    # Keras takes the members for further inputs
    start = scaled(2.0 * members, "fan_in") if activation else scaled(members, "fan_avg", "uniform")
    return keras.layers.EinsumDense(
        "bi,kio->bko" if first else "bki,kio->bko",
        output_shape=(members, width),
        bias_axes="ko",
        activation=activation,
        kernel_initializer=start if told is None else _started(start, told),
        kernel_constraint=None if told is None else lambda kernel: kernel * told[:, :, None],
    )


def _started(start: Any, told: Matrix) -> Any:
    """Weights of what each member is told, as large as if there were no other inputs."""
    larger = np.sqrt(told.shape[1] / told.sum(axis=1, keepdims=True)) * told
    return lambda shape, dtype=None: start(shape, dtype) * larger[:, :, None].astype("float32")


def _told(pieces: Pieces, inputs: int, params: Params) -> Matrix | None:
    """1 for what each member is told, (members, inputs): by turns the pieces of numbers that have
    some, or these numbers themselves. None where there are none."""
    if not len(pieces.cell):
        return None
    told = np.ones((params.members, inputs), "float32")
    told[::2, pieces.cell] = 0.0
    told[1::2, inputs - len(pieces.cell) :] = 0.0
    return told


def _by_pieces(arrays: list[Matrix], pieces: Pieces) -> list[Matrix]:
    """The same members where every number that has pieces is told by them alone.

    It is the sum of how far along each of its stretches it is. So beyond the largest number that
    was learned from nothing more is said, whichever way a member learned.
    """
    kernel, bias = arrays[0].astype("float64"), arrays[1].astype("float64")
    of_pieces = kernel[:, kernel.shape[1] - len(pieces.cell) :]
    of_pieces += kernel[:, pieces.cell] * (pieces.stop - pieces.start)[:, None]
    cells, first = np.unique(pieces.cell, return_index=True)
    bias += np.einsum("kco,c->ko", kernel[:, cells], pieces.start[first].astype("float64"))
    kernel[:, cells] = 0.0
    return [kernel.astype("float32"), bias.astype("float32"), *arrays[2:]]


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
        # (rows,), or already (rows, members)
        sample_weight=np.broadcast_to(learn.weights.T, (params.members, len(learn.x))).T,
        batch_size=batch_rows(len(learn.x)),
        epochs=params.epochs,
        callbacks=callbacks,
        verbose=0,
        **more,
    )


def _scale(problem: Problem) -> tuple[float, float]:
    if problem.task is not Task.REGRESSION:
        return 1.0, 0.0
    return float(problem.y.std()) or 1.0, float(problem.y.mean())


def _sharpened(
    arrays: list[Matrix], task: Task, smoothing: float, watched: Sequence[Part]
) -> list[Matrix]:
    """The members with a last layer that says again what happened, not what smoothed answers say.

    By one scale and a shift an output, on the rows that were watched.
    """
    if task is Task.REGRESSION or not smoothing:
        return arrays
    raw = np.concatenate(said_of(arrays, watched))
    targets, weights = (
        np.concatenate([getattr(each, name) for each in watched]).astype("float64")
        for name in ("targets", "weights")
    )
    steepness, shifts = straightened(task, raw, targets, weights, 1 / (1 - smoothing))
    last = [arrays[-2] * steepness, arrays[-1] * steepness + shifts]
    return [*arrays[:-2], *(each.astype("float32") for each in last)]


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
