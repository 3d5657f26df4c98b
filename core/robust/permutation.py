"""Whether there is anything to be learned at all: the same model with shuffled answers.

A permutation test (Ojala & Garriga 2010, test 1): how often a model that learned from shuffled
answers is as good on held-out rows, with the model itself counted as one of them. Rows that stand
together are alike, and are in what is shuffled too: the answers of one customer stay together and
go to another (after Winkler et al. 2015, "Multi-level block permutation"; where groups are not
equally large, a few are shared out between two).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.evaluate.metric import Better
from core.progress import Report, parts
from core.robust.ground import Ground, in_any_order, said, score

TIMES = 19  # the fewest with which chance can be ruled out at 5 %
ROWS_AT_MOST = 5_000
STAGE = "robust.stage.shuffled"


@dataclass(frozen=True)
class Permutation:
    """The score of the model and of those that learned from shuffled answers, and in how many
    rows; ``p`` is the chance of doing as well by luck."""

    score: float
    shuffled: tuple[float, ...]
    rows: int
    p: float


def permutation(of: Ground, report: Report, times: int = TIMES) -> Permutation:
    """The model on at most 5,000 training rows, and as often with their answers shuffled."""
    few = _few(of)
    each_told, found = parts(report, times + 1), list[float]()
    real = score(few, said(few, few.learn, few.judge, next(each_told)), few.judge)
    for time, told in enumerate(each_told):
        mixed = _shuffled(few, time)
        found.append(score(few, said(mixed, few.learn, few.judge, told), few.judge))
    report(1.0, STAGE)
    return Permutation(real, tuple(found), len(few.learn), p_value(real, found, of.metric.better))


def p_value(real: float, shuffled: list[float], better: Better) -> float:
    """(1 + as good ones) / (1 + all); one that is not defined counts as good."""
    as_good = sum(not better.sign * each < better.sign * real for each in shuffled)
    return (1 + as_good) / (1 + len(shuffled))


def _few(of: Ground) -> Ground:
    if len(of.learn) <= ROWS_AT_MOST:
        return of
    order = in_any_order(of, of.learn, np.random.default_rng(of.spec.seed))
    chosen = order[:ROWS_AT_MOST]
    if of.classes:  # of each class at least one
        chosen = np.union1d(chosen, order[np.unique(of.y[order], return_index=True)[1]])
    return replace(of, learn=np.sort(chosen))


def _shuffled(of: Ground, time: int) -> Ground:
    """Only what is learned from: what it is judged by stays."""
    chance, y = np.random.default_rng([of.spec.seed, time]), of.y.copy()
    givers, takers = (in_any_order(of, of.learn, chance) for _ in range(2))
    y[takers] = of.y[givers]
    return replace(of, y=y)
