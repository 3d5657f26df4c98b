"""Which columns act together for one row: Shapley interaction values of any family of models.

As ``shap`` shares them: the interaction of two columns is halved between them, a column's own is
what is left of its effect, and each line adds up to the column's Shapley value (Grabisch &
Roubens 1999; Fujimoto et al. 2006; Lundberg et al. 2020). Up to twelve players every coalition is
taken and all is exact. Beyond, coalitions are drawn for the strongest players, those of the same
size and of all other sizes alike, each with the players it leaves out, and with an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.method import Effects
from core.explain.shapley.sampled import (
    LEAST_DEGREES,
    SoFar,
    chance_of,
    coalition_worths,
    errors,
    with_round,
)
from core.explain.shapley.subsets import PLAYERS_AT_MOST, pair_weights, value_weights
from core.explain.shapley.worth import Contest, pieces, unit, worths
from core.models.family import Floats
from core.progress import Report, part, silent

STRONGEST = 8
ASKED_AT_MOST = 1_000_000  # mixed rows that a model is asked about
APART = 7  # so that pairs are not drawn from what effects were
STAGE = "explain.stage.reasons"

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Interactions:
    """Interactions of k players of one row.

    ``players`` (k,) are their numbers. ``values`` (k, k) is symmetric: half of each pair's
    interaction, on the diagonal the main effect. ``others`` (k,) is what each shares with players
    that are not among them (0 where all are). ``values.sum(axis=1) + others == effects``.
    ``errors`` (k, k) and ``others_errors`` (k,) are standard errors, 0 where exact.
    """

    players: Whole
    values: Floats
    errors: Floats
    others: Floats
    others_errors: Floats
    effects: Floats


def interactions(
    contest: Contest, known: Effects, among: tuple[int, ...] = (), report: Report = silent
) -> Interactions:
    """Interactions of one row (``worth.contests``) whose effects are ``known``, of ``among``.

    By default of all players up to twelve, else of the strongest. Drawn until no error is above
    the goal that the reasons were asked with.
    """
    if contest.worth.players <= PLAYERS_AT_MOST:
        found = _exact(contest, report)
        return _some(found, np.array(among)) if among else found
    strongest = np.argsort(-np.abs(known.values[0]), kind="stable")[:STRONGEST]
    chosen = np.array(among) if among else np.sort(strongest)
    return _drawn(contest, known, chosen, report)


def _exact(contest: Contest, report: Report) -> Interactions:
    count = contest.worth.players
    worth = coalition_worths(contest, report)
    effects = value_weights(count) @ worth
    pairs = pair_weights(count) @ worth if count > 1 else np.zeros(0)
    values = _square(pairs, count)
    np.fill_diagonal(values, effects - values.sum(axis=1))
    nothing = np.zeros(count)
    return Interactions(np.arange(count), values, np.zeros_like(values), nothing, nothing, effects)


def _some(found: Interactions, among: Whole) -> Interactions:
    """Some of the players; what they share with the rest is with the others."""
    rest = np.setdiff1d(found.players, among)
    values = found.values[np.ix_(among, among)]
    others = found.values[np.ix_(among, rest)].sum(axis=1)
    return Interactions(
        among, values, np.zeros_like(values), others, np.zeros(len(among)), found.effects[among]
    )


def _drawn(contest: Contest, known: Effects, among: Whole, report: Report) -> Interactions:
    """Pairs of the chosen, and each of the chosen with one of the others at a time."""
    k, effects = len(among), known.values[0, among]
    pairs = k * (k - 1) // 2
    drawn = _until_settled(contest, among, report)
    means, spread = drawn.means.mean(axis=0), errors(drawn)
    values, error = (_square(each[:pairs], k) for each in (means, spread))
    others, others_error = (np.resize(each[pairs:], k) for each in (means, spread))
    if len(means) == pairs:
        others, others_error = np.zeros((2, k))
    np.fill_diagonal(values, effects - values.sum(axis=1) - others)
    squares = (error**2).sum(axis=1) + others_error**2 + known.errors[0, among] ** 2
    np.fill_diagonal(error, np.sqrt(squares))
    return Interactions(among, values, error, others, others_error, effects)


def _until_settled(contest: Contest, among: Whole, report: Report) -> SoFar:
    rows = len(contest.behind)
    least = 1 + max(1, -(-LEAST_DEGREES // rows))
    most = max(least, ASKED_AT_MOST // (8 * len(among) ** 2 * rows))
    goal = contest.worth.asked.goal * unit(contest.worth)
    so_far: SoFar | None = None
    while (
        so_far is None
        or so_far.rounds < least
        or (so_far.rounds < most and errors(so_far).max(initial=0.0) > goal)
    ):
        number = so_far.rounds if so_far else 0
        told = part(report, number / most, (number + 1) / most)
        so_far = with_round(so_far, _round(contest, among, number, told))
    report(1.0, STAGE)
    return so_far


def _round(contest: Contest, among: Whole, number: int, report: Report) -> Floats:
    """One draw for each background row: (background rows, pairs of the chosen, then chosen)."""
    chance = chance_of(contest, number, APART)
    rows, count = len(contest.behind), contest.worth.players
    first, second = np.array(list(combinations(among, 2)), np.int64).reshape(-1, 2).T
    rest = np.setdiff1d(np.arange(count), among)
    alone = among if len(rest) else among[:0]
    partner = rest[chance.integers(0, max(1, len(rest)), (rows, len(alone)))]
    one = np.tile(np.concatenate([first, alone]), (rows, 1))
    other = np.concatenate([np.tile(second, (rows, 1)), partner], axis=1)
    inside = _coalitions(chance, one, other, count)
    found = np.empty(one.shape)
    parts = pieces(contest.worth, one.shape[1])
    for place, some in enumerate(parts):
        report(place / len(parts), STAGE)
        found[some] = _crossed(contest, (one[some], other[some]), inside[some], some)
    found[:, len(first) :] *= len(rest)
    return found


def _coalitions(
    chance: np.random.Generator, one: Whole, other: Whole, count: int
) -> NDArray[np.bool_]:
    """For each pair a coalition of the rest, all sizes alike: (rows, pairs, players)."""
    keys = chance.random((*one.shape, count))
    for pair in (one, other):
        np.put_along_axis(keys, pair[..., None], np.inf, axis=2)
    sizes = chance.integers(0, count - 1, one.shape)
    places = np.argsort(np.argsort(keys, axis=2), axis=2)
    return np.asarray(places < sizes[..., None])


def _crossed(
    contest: Contest, pairs: tuple[Whole, Whole], inside: NDArray[np.bool_], some: slice
) -> Floats:
    """Half of ``v(S+i+j) - v(S+i) - v(S+j) + v(S)``, mean of S and of what S leaves out."""
    one, other = pairs
    found = np.zeros(one.shape)
    rest = np.ones_like(inside)
    for pair in (one, other):
        np.put_along_axis(rest, pair[..., None], False, axis=2)
    for coalition in (inside, rest & ~inside):
        for with_one, with_other in ((1, 1), (1, 0), (0, 1), (0, 0)):
            masks = coalition.copy()
            np.put_along_axis(masks, one[..., None], bool(with_one), axis=2)
            np.put_along_axis(masks, other[..., None], bool(with_other), axis=2)
            sign = 1.0 if with_one == with_other else -1.0
            found += sign * worths(contest, masks, some) / 4
    return found


def _square(pairs: Floats, count: int) -> Floats:
    """(count, count) symmetric of the values of ``combinations``; zeros on the diagonal."""
    found = np.zeros((count, count))
    found[np.triu_indices(count, 1)] = pairs
    return np.asarray(found + found.T)
