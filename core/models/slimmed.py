"""Networks of fewer members, and of weights that take a byte each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from core.models import int8
from core.models.family import Floats, Form, Matrix, Problem, Smaller
from core.models.member import Params
from core.models.network import INT8, Network, entered, forward, scores
from core.models.outputs import levelled, target_columns


def made(params: Any, network: Network, problem: Problem) -> Network:
    """The network that the params name; Keras's own file is of the whole one and not kept."""
    few = network
    if 0 < params.kept < network.members:
        few = _first(network, params.kept, problem)
    return in_bytes(few) if params.weights == INT8 else few


def forms(network: Network, problem: Problem, x: Matrix) -> Iterator[Form]:
    """Each number of first members with weights of a byte; scores (n,) or (n, classes)."""
    for kept in range(1, network.members + 1):
        few = in_bytes(_first(network, kept, problem))
        named: Params = {"kept": kept if kept < network.members else 0, "weights": INT8}
        yield Form(named, _bytes(few), scores(few, x))


def _bytes(network: Network) -> int:
    """Of the weights on disk, without the zeros between members, and of scales and biases."""
    between = slice(1, len(network.weights) - 1)
    zeros = sum(each.size for each in network.weights[between]) * (1 - 1 / network.members)
    whole = sum(each.size for each in network.weights) - zeros
    return int(whole) + 8 * sum(map(len, network.biases))


def in_bytes(network: Network) -> Network:
    """The same with each weight at the nearest of its column's 255 steps."""
    scales = tuple(map(int8.scale, network.weights))
    rounded = (
        int8.weights(int8.codes(each, steps), steps)
        for each, steps in zip(network.weights, scales, strict=True)
    )
    return replace(network, weights=tuple(rounded), scales=scales, archive=b"")


def _first(network: Network, kept: int, problem: Problem) -> Network:
    """The mean of the first members.

    Of the members' own last biases only the mean is known: it is moved until the mean of the
    training rows is theirs.
    """
    if kept == network.members:
        return network
    last = len(network.weights) - 1
    weights, biases = list[Matrix](), list[Matrix]()
    for place, (matrix, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        rows, columns = (size * kept // network.members for size in matrix.shape)
        if place == last:
            weights.append(matrix[:rows] * np.float32(network.members / kept))
            biases.append(bias)
        else:
            weights.append(matrix[: rows if place else None, :columns])
            biases.append(bias[:columns])
    few = replace(network, weights=tuple(weights), biases=tuple(biases), members=kept, archive=b"")
    return on_the_mean(few, problem)


def on_the_mean(network: Network, problem: Problem) -> Network:
    """The same with last biases that are moved until its mean is that of the training rows."""
    moved = (network.biases[-1] + _off(network, problem)).astype("float32")
    return replace(network, biases=(*network.biases[:-1], moved))


def _off(network: Network, problem: Problem) -> Floats:
    """What its last biases lack for the mean of the training rows: (outputs,)."""
    inputs = entered(network, problem.x)
    raw = forward(network.weights, network.biases, inputs, network.members)
    known = target_columns(problem.task, problem.y, problem.classes)
    if problem.classes:
        return levelled(problem.task, raw, known)
    return np.asarray(((known - network.shift) / network.scale - raw).mean(axis=0))


SMALLER = Smaller(made, forms)
