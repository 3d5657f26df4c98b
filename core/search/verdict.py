"""Whether several models together are worth what they cost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from core.evaluate.compare import compare
from core.predict import held_out, scored
from core.train.training import TrainedModel

TIMES = 3


@dataclass(frozen=True)
class Verdict:
    """What an ensemble has gained over the best single model in ``metric``, on held-out rows.

    ``gain`` is a difference with its paired 95 % interval, ``slower`` how many times as long it
    takes to answer, and ``better`` whether it is better beyond chance. ``single`` and ``together``
    are ids of models.
    """

    single: str
    together: str
    metric: str
    gain: float
    low: float
    high: float
    slower: float
    better: bool

    @property
    def model(self) -> str:
        """The one to use: the single model unless the ensemble is surely better."""
        return self.together if self.better else self.single


def verdict(single: TrainedModel, together: TrainedModel, by: str = "") -> Verdict:
    """The two compared on the rows that both held out, which nothing was chosen by, in the metric
    of the key ``by`` (empty: in what models of the task are ranked by).

    Raises NotComparable.
    """
    found = compare(held_out(together), held_out(single), by, seed=single.spec.seed)
    return Verdict(
        single.spec.id,
        together.spec.id,
        found.metric,
        found.difference,
        found.low,
        found.high,
        _seconds(together) / _seconds(single),
        found.better == 1,
    )


def _seconds(model: TrainedModel) -> float:
    """How long it takes to answer for the background rows, the median of three times."""
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        scored(model, model.background)
        took.append(time.perf_counter() - begun)
    return median(took)
