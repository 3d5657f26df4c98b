"""What a model costs: bytes on disk and in memory, and seconds for its answers."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from core.models.family import Reasons, family
from core.predict import known_columns
from core.train.preparation import encode
from core.train.training import TrainedModel

MANY = 10_000  # customers
TIMES_ONE, TIMES_MANY = 200, 5


@dataclass(frozen=True)
class Cost:
    """Bytes on disk and in memory, and the median seconds that the model takes to answer for one
    customer and for 10,000, once their columns are prepared."""

    disk: int
    memory: int
    one: float
    many: float


def costs(
    models: tuple[TrainedModel, ...],
    disk: tuple[int, ...],
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Cost, ...]:
    """What each costs. They are timed in turns, so that other work disturbs all of them alike."""
    asks = [_asks(model) for model in models]
    ones = _seconds([one for one, _ in asks], TIMES_ONE, clock)
    several = _seconds([many for _, many in asks], TIMES_MANY, clock)
    return tuple(
        Cost(bytes_, memory(model), one, many)
        for model, bytes_, one, many in zip(models, disk, ones, several, strict=True)
    )


def memory(model: TrainedModel) -> int:
    """About how many bytes of memory its estimator takes, ready to answer."""
    from core.models.packed.trees import packed_once

    held = len(pickle.dumps(model.estimator, protocol=5))
    if family(model.spec.family).reasons is Reasons.TREES:  # walked as packed arrays
        held += len(pickle.dumps(packed_once(model.estimator), protocol=5))
    return held


def _asks(model: TrainedModel) -> tuple[Callable[[], object], Callable[[], object]]:
    scores = family(model.spec.family).scores
    x = encode(model.preparation, known_columns(model, model.background))
    many = np.ascontiguousarray(x[np.arange(MANY) % len(x)])
    return lambda: scores(model.estimator, x[:1]), lambda: scores(model.estimator, many)


def _seconds(
    asks: list[Callable[[], object]], times: int, clock: Callable[[], float]
) -> list[float]:
    took: list[list[float]] = [[] for _ in asks]
    for _ in range(times + 1):
        for ask, known in zip(asks, took, strict=True):
            begun = clock()
            ask()
            known.append(clock() - begun)
    return [median(each[1:]) for each in took]  # the first one warms up
