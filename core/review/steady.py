"""Whether reasons stay the same when the model is fitted anew, with other seeds and customers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from core.explain.explaining import explain, explainer
from core.explain.importance import importance
from core.explain.quality import Agreement, agreement
from core.explain.shapley.method import Asked
from core.models.family import Floats
from core.progress import Report, parts
from core.robust.ground import Ground, Places, again
from core.train.training import TrainedModel

SEEDS, RESAMPLES = 2, 3
COLUMNS = 10
ALIKE = 0.7  # of a rank correlation


class Draw(StrEnum):
    """What is other than in the model: its seed, or the customers it learned from."""

    SEED = "seed"
    RESAMPLE = "resample"


@dataclass(frozen=True)
class Refit:
    """One fit anew and how its reasons agree with the model's own."""

    draw: Draw
    agreement: Agreement


@dataclass(frozen=True)
class Place:
    """Where a column stands by importance: in the model, and at best and worst in all fits.

    ``same_way`` is the share of customers whose effect of it has the sign that it has in the
    model, the mean over the fits.
    """

    column: str
    rank: int
    best: int
    worst: int
    same_way: float


@dataclass(frozen=True)
class Steadiness:
    """Reasons of ``rows`` held-out customers in the model and in fits anew."""

    rows: int
    refits: tuple[Refit, ...]
    places: tuple[Place, ...]

    @property
    def same_top(self) -> float:
        """The share of a customer's strongest reasons that the worst fit has in common."""
        return min((each.agreement.same_top.value for each in self.refits), default=float("nan"))


def steadiness(
    of: Ground,
    model: TrainedModel,
    inputs: pd.DataFrame,
    way: tuple[str, str, Asked],
    report: Report,
) -> Steadiness | None:
    """Fits the model with two other seeds and on three draws of its customers (with replacement).

    ``inputs`` (n, ...) are held-out rows as typed, ``way`` is which class, method and questions
    reasons are asked with. None for fewer than two rows or columns.
    """
    outcome, method, asked = way
    first = explain(explainer(model, asked, method), inputs, outcome)
    told = parts(report, SEEDS + RESAMPLES)
    refits, effects, orders = [], [], []
    for draw, learn, seed in _draws(of):
        other = again(of, model, learn, seed, next(told))
        second = explain(explainer(other, asked, method), inputs, outcome)
        found = agreement(first, second)
        if found is None:
            return None
        refits.append(Refit(draw, found))
        effects.append(second.effects)
        orders.append([one.column for one in importance(second)])
    own = [one.column for one in importance(first)][:COLUMNS]
    places = tuple(
        _place(column, rank, orders, (first.effects, effects), first.columns.index(column))
        for rank, column in enumerate(own, start=1)
    )
    return Steadiness(len(inputs), tuple(refits), places)


def _draws(of: Ground) -> list[tuple[Draw, Places, int]]:
    """What each fit learns from. A draw holds every class that the model knows."""
    seeds = [(Draw.SEED, of.learn, of.spec.seed + 1 + i) for i in range(SEEDS)]
    drawn = []
    for i in range(RESAMPLES):
        chance = np.random.default_rng([of.spec.seed, 13, i])
        rows = np.sort(chance.choice(of.learn, len(of.learn)))
        if of.classes and len(np.unique(of.y[rows])) < len(of.classes):
            known = of.learn[np.unique(of.y[of.learn], return_index=True)[1]]
            rows = np.sort(np.concatenate([rows, known]))
        drawn.append((Draw.RESAMPLE, rows, of.spec.seed))
    return seeds + drawn


def _place(
    column: str, rank: int, orders: list[list[str]], effects: tuple[Floats, list[Floats]], at: int
) -> Place:
    ranks = [rank, *(order.index(column) + 1 for order in orders)]
    own, others = effects[0][:, at], [each[:, at] for each in effects[1]]
    same = float(np.mean([np.mean(np.sign(own) == np.sign(other)) for other in others]))
    return Place(column, rank, min(ranks), max(ranks), same)
