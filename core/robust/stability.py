"""What another seed, and the rows it learned from, say of a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.models.family import Floats, Task
from core.progress import Report, parts
from core.robust.ground import Ground, said, score

SEEDS = 5
TOP = 0.1
STAGE = "robust.stage.seeds"


@dataclass(frozen=True)
class Stability:
    """The scores of models that differ in nothing but their seed, the model's own first.

    ``apart`` is by how much two of them differ about a customer, the mean over customers and
    pairs: in chances, or in the target's unit. ``shared`` is the share of the tenth they rank
    first that two have in common, None where there is no such ranking. ``learned`` is the score on
    rows that the model learned from.
    """

    scores: tuple[float, ...]
    apart: float
    shared: float | None
    learned: float

    @property
    def gap(self) -> float:
        """By how much it knows the rows that it learned from better."""
        return self.learned - self.scores[0]


def stability(of: Ground, report: Report, seeds: int = SEEDS) -> Stability:
    """The model fitted with other seeds on the same rows and judged on the same held-out rows."""
    found, learned = [], np.nan
    both = np.concatenate([of.judge, of.learn])
    for place, told in enumerate(parts(report, seeds)):
        spoken = said(of, of.learn, both, told, of.spec.seed + place)
        found.append(spoken[: len(of.judge)])
        if place == 0:
            learned = score(of, spoken[len(of.judge) :], of.learn)
    report(1.0, STAGE)
    scores = tuple(score(of, each, of.judge) for each in found)
    return Stability(scores, apart(found), shared(found, of.spec.task), learned)


def apart(found: list[Floats]) -> float:
    """The mean distance between what two of them say of the same row; for several classes the
    mean over classes."""
    gaps = [
        float(np.abs(found[i] - found[j]).mean())
        for i in range(len(found))
        for j in range(i + 1, len(found))
    ]
    return float(np.mean(gaps)) if gaps else 0.0


def shared(found: list[Floats], task: Task) -> float | None:
    """Of the tenth that one ranks first, the share that another ranks there too."""
    if task is Task.MULTICLASS:
        return None
    many = max(1, round(TOP * len(found[0])))
    tops = [set(np.argsort(-each, kind="stable")[:many].tolist()) for each in found]
    common = [
        len(tops[i] & tops[j]) / many for i in range(len(tops)) for j in range(i + 1, len(tops))
    ]
    return float(np.mean(common)) if common else 1.0
