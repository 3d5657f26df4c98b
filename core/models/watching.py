"""What members of a network learn from, and what is watched to end their training in time.

On small tables each member is watched on rows of its own and learns from all others: so that every
row is learned from, and that the members differ by their rows too (Breiman 1996; Krogh & Vedelsby
1995: what members of an ensemble disagree in is what their mean gains).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models import diagonal
from core.models.family import Floats, Matrix, Problem, Task
from core.models.folds import folds
from core.models.network import forward
from core.models.outputs import row_losses, smoothed, target_columns
from core.progress import Report

INNER_SHARE = 0.15  # of the training rows, watched to stop early
PARTS = round(1 / INNER_SHARE)
PATIENCE = 10  # epochs without a better held-in loss
ROWS_OF_THEIR_OWN = 20_000  # that members are watched on in turn, at most
STAGE = "models.stage.epochs"


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the rows, as Keras takes them; their weights (rows,), or (rows, members)."""

    x: Matrix
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


@dataclass(eq=False)
class Watch:
    """After each epoch: the held-in loss by our own forward pass, the best weights, the end.

    Keras's own evaluation would build a pipeline for the few rows in every epoch. ``rows`` is what
    all members are watched on, or a part for each.
    """

    model: Any
    task: Task
    rows: Sequence[Part]
    epochs: int
    report: Report
    best: list[Matrix] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    held_in: list[float] = field(default_factory=list)

    def __call__(self, epoch: int, logs: dict[str, float]) -> None:
        arrays = self._arrays()
        self.losses.append(float(logs["loss"]))
        self.held_in.append(self._loss(arrays))
        if self.held_in[-1] <= min(self.held_in):
            self.best = arrays
        self.model.stop_training = epoch - int(np.argmin(self.held_in)) >= PATIENCE
        self.report((epoch + 1) / self.epochs, STAGE)

    def kept(self) -> list[Matrix]:
        """The best weights, or the last where none was ever good: (members, ...) each."""
        return self.best or self._arrays()

    def _arrays(self) -> list[Matrix]:
        return [np.asarray(values) for values in self.model.get_weights()]

    def _loss(self, arrays: list[Matrix]) -> float:
        each = [
            row_losses(self.task, raw, part.targets.astype("float64")) * part.weights
            for raw, part in zip(said_of(arrays, self.rows), self.rows, strict=True)
        ]
        return float(np.concatenate(each).mean())


def said_of(arrays: Sequence[Matrix], watched: Sequence[Part]) -> list[Floats]:
    """Raw outputs of each part: of all members together, or of the member whose part it is.

    ``arrays`` are weights and biases in turn, (members, ...) each.
    """
    if len(watched) == 1:
        whole = side_by_side(arrays)
        return [forward(whole[::2], whole[1::2], watched[0].x, len(arrays[0]))]
    members = ([array[place] for array in arrays] for place in range(len(watched)))
    return [
        forward(one[::2], one[1::2], part.x) for one, part in zip(members, watched, strict=True)
    ]


def side_by_side(arrays: Sequence[Matrix]) -> list[Matrix]:
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


def parts(
    problem: Problem, members: int, seed: int, scale: float, shift: float
) -> tuple[Part, ...]:
    """The rows to learn from, and after them what is watched: one part for all members, or one for
    each, which then weighs nothing in what that member learns."""
    targets = (target_columns(problem.task, problem.y, problem.classes) - shift) / scale

    def part(rows: NDArray[np.bool_]) -> Part:
        weights = problem.weights[rows].astype("float32")
        return Part(problem.x[rows], targets[rows].astype("float32"), weights)

    asides = _asides(problem, members, seed)
    if not asides:
        inner = _inner(problem, seed)
        return part(~inner), part(inner)
    whole = part(np.ones(len(problem.y), bool))
    learned = ~np.stack(asides, axis=1)
    shares = (learned / learned.mean(axis=0)).astype("float32")
    weights = whole.weights[:, None] * shares
    return replace(whole, weights=weights), *(part(rows) for rows in asides)


def _asides(problem: Problem, members: int, seed: int) -> list[NDArray[np.bool_]]:
    """The rows (rows,) that each member is watched on; none where all are watched on the same."""
    if members < 2 or len(problem.y) > ROWS_OF_THEIR_OWN:
        return []
    found = folds(problem, max(members, PARTS), seed)
    return found[:members] if len(found) >= members else []


def softened(part: Part, task: Task, smoothing: float) -> Part:
    """The same rows with smoothed answers; values stay."""
    if task is Task.REGRESSION or not smoothing:
        return part
    soft = smoothed(part.targets.astype("float64"), smoothing)
    return replace(part, targets=soft.astype("float32"))


def _inner(problem: Problem, seed: int) -> NDArray[np.bool_]:
    """True for the rows watched: a share of every class that has two rows or more, or of groups."""
    if problem.groups is not None:
        inner = folds(problem, PARTS, seed)[0]
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
