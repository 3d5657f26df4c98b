"""Interventional Shapley values of any model: all coalitions of a few columns, orders of many.

Each background row walks to the explained row along a random order of its own, one column at a
time, forwards and backwards (Strumbelj & Kononenko 2014; Mitchell et al. 2022). A round takes
every background row once: an unbiased estimate that adds up exactly and is exact where no more
than two columns act together. Orders of its own for each background row, instead of one order for
all, leave a fraction of the variance for the same work; and the spread of a background row's
rounds gives the standard error with (rounds - 1) * background degrees of freedom.

Orders are drawn from the seed and the row's content: a row has the same values alone and among
others, and rows that differ have independent errors, so that a mean over rows is the better for
their number. Rounds go on until no standard error is above the goal; a first picture is there
after two, and later ones continue it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.subsets import PLAYERS_AT_MOST, every, value_weights
from core.explain.shapley.worth import (
    Contest,
    Worth,
    contests,
    outputs,
    pieces,
    unit,
    worth,
    worths,
)
from core.models.family import Floats, Matrix
from core.progress import Report, part, parts, silent
from core.train.training import TrainedModel

ALWAYS_ENUMERATED = 8  # columns; so few coalitions that orders would not be quicker
QUICK_STEPS = 300_000_000  # multiplications of all a row's coalitions; a few hundredths of a second
LEAST_DEGREES = 30  # of freedom behind a standard error
GROWTH = 4  # no look has more than so many times the rounds of the one before
RESERVE = 1.1  # rounds above what the last look's errors ask for
ASKED_AT_MOST = 2_000_000  # mixed rows that a model is asked about for one row
STAGE = "explain.stage.reasons"

Orders = NDArray[np.int64]
# the values (players,) of each row in turn, None for one that would take long
Exact = Callable[[list[Contest]], Iterable[Floats | None]]


@dataclass(frozen=True, eq=False)
class SoFar:
    """What is known of one row after so many rounds; none where all coalitions were taken.

    ``means`` (background rows, players) are running means, ``squares`` (players,) the squared
    distances from them, summed over rounds and background rows (Welford 1962).
    """

    rounds: int
    means: Floats
    squares: Floats


def prepare(model: TrainedModel, asked: Asked) -> Worth:
    """What all rows share."""
    return worth(model, asked)


def effects(state: Worth, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output; standard errors up to the goal, 0 if exact."""
    each = zip(contests(state, x, of), parts(report, len(x)), strict=True)
    known = [found(contest, told) for contest, told in each]
    report(1.0, STAGE)
    return shown_so_far(state, known, of)


def where_not_exact(state: Worth, x: Matrix, of: int, exact: Exact, report: Report) -> Effects:
    """Effects of rows x (n, width) that are ``exact``, and of orders where they would take long."""
    values, spread = np.zeros((2, len(x), state.players))
    rows = contests(state, x, of)
    each = zip(rows, exact(rows), parts(report, len(x)), strict=True)
    for place, (row, known, told) in enumerate(each):
        told(0.0, STAGE)
        if known is None:
            so_far = found(row, told)
            values[place], spread[place] = so_far.means.mean(axis=0), errors(so_far)
        else:
            values[place] = known
    report(1.0, STAGE)
    base = float(outputs(state, state.background, of).mean())
    return Effects(base, values, spread, note_of(spread))


def found(contest: Contest, report: Report = silent) -> SoFar:
    """One row, looked at until it is settled."""
    so_far = refined(contest, None, report)
    while not settled(contest, so_far):
        so_far = refined(contest, so_far, report)
    return so_far


def pictures(state: Worth, x: Matrix, of: int, report: Report = silent) -> Iterator[Effects]:
    """Effects that get better while one looks: the first soon, the last what ``effects`` gives."""
    rows = contests(state, x, of)
    known = [refined(contest, None, report) for contest in rows]
    yield shown_so_far(state, known, of)
    while unsettled := [i for i, row in enumerate(rows) if not settled(row, known[i])]:
        for i in unsettled:
            known[i] = refined(rows[i], known[i], report)
        yield shown_so_far(state, known, of)


def refined(contest: Contest, so_far: SoFar | None, report: Report = silent) -> SoFar:
    """The next look at a row: a few rounds first, then as many as its errors ask for."""
    if so_far is None and _at_once(contest.worth):
        return enumerated(contest, report)
    rounds = _first_rounds(contest.worth) if so_far is None else _next_rounds(contest, so_far)
    if _takes_all(contest.worth, rounds):
        return enumerated(contest, report)
    for done in range(so_far.rounds if so_far else 0, rounds):
        told = part(report, done / rounds, (done + 1) / rounds)
        so_far = with_round(so_far, one_round(contest, done, told))
    return cast(SoFar, so_far)  # there is at least one round


def settled(contest: Contest, so_far: SoFar) -> bool:
    """True where no error is above the goal, or the model was asked as often as it may be."""
    given = contest.worth
    largest = float(errors(so_far).max(initial=0.0))
    return largest <= given.asked.goal * unit(given) or so_far.rounds >= _most_rounds(given)


def errors(so_far: SoFar) -> Floats:
    """Standard errors (players,) of the means over background rows; 0 where they are exact."""
    rows = len(so_far.means)
    if so_far.rounds < 2:
        return np.zeros(so_far.means.shape[1])
    spread = so_far.squares / (so_far.rounds - 1)  # variances summed over background rows
    return np.asarray(np.sqrt(spread / so_far.rounds) / rows)


def enumerated(contest: Contest, report: Report = silent) -> SoFar:
    """Exact values from all coalitions of at most ``PLAYERS_AT_MOST`` players."""
    players = contest.worth.players
    value = coalition_worths(contest, report)
    return SoFar(0, (value_weights(players) @ value)[None], np.zeros(players))


def coalition_worths(contest: Contest, report: Report = silent) -> Floats:
    """The mean output over the background of every coalition: (2^players,)."""
    masks = every(contest.worth.players)
    found = np.zeros(len(masks))
    parts = pieces(contest.worth, len(masks))
    for place, some in enumerate(parts):
        report(place / len(parts), STAGE)
        found += worths(contest, masks, some).sum(axis=0)
    found /= len(contest.behind)
    found[0], found[-1] = contest.behind.mean(), contest.prediction
    return found


def chance_of(contest: Contest, number: int, purpose: int = 0) -> np.random.Generator:
    """What is drawn for a row in one round: by the seed and what the row holds."""
    content = crc32((contest.row + 0.0).tobytes())
    return np.random.default_rng([contest.worth.asked.seed, content, number, purpose])


def with_round(so_far: SoFar | None, found: Floats) -> SoFar:
    """What is known after one more round: (background rows, players)."""
    if so_far is None:
        return SoFar(1, found, np.zeros(found.shape[1]))
    rounds, apart = so_far.rounds + 1, found - so_far.means
    means = so_far.means + apart / rounds
    return SoFar(rounds, means, so_far.squares + (apart * (found - means)).sum(axis=0))


def shown_so_far(state: Worth, known: list[SoFar], of: int) -> Effects:
    """The effects and errors of rows as far as they are known."""
    base = float(outputs(state, state.background, of).mean())
    shape = (len(known), state.players)
    values = np.array([one.means.mean(axis=0) for one in known]).reshape(shape)
    spread = np.array([errors(one) for one in known]).reshape(shape)
    return Effects(base, values, spread, note_of(spread))


def note_of(errors: Floats) -> tuple[str, ...]:
    """Whether anything is an estimate."""
    return ("estimated" if errors.any() else "exact",)


def one_round(contest: Contest, number: int, report: Report) -> Floats:
    """One walk forwards and backwards from each background row: (background rows, players)."""
    rows, players = len(contest.behind), contest.worth.players
    start = np.tile(np.arange(players), (rows, 1))
    orders = chance_of(contest, number).permuted(start, axis=1)
    found = np.empty((rows, players))
    parts = pieces(contest.worth, 2 * (players - 1))
    for place, some in enumerate(parts):
        report(place / len(parts), STAGE)
        found[some] = _walks(contest, orders[some], some)
    return found


def _walks(contest: Contest, orders: Orders, some: slice) -> Floats:
    players = orders.shape[1]
    places = np.argsort(orders, axis=1)[:, None, :]
    steps = np.arange(1, players)[:, None]
    masks = np.concatenate([places < steps, places >= players - steps], axis=1)
    between = worths(contest, masks, some)
    along = np.empty((2, len(orders), players + 1))
    along[:, :, 0], along[:, :, -1] = contest.behind[some], contest.prediction
    along[0, :, 1:-1], along[1, :, 1:-1] = between[:, : players - 1], between[:, players - 1 :]
    gains = np.diff(along, axis=2)
    found = np.empty(orders.shape)  # on the way back the last of an order comes first
    found[np.arange(len(orders))[:, None], orders] = (gains[0] + gains[1][:, ::-1]) / 2
    return found


def _at_once(given: Worth) -> bool:
    """True where all coalitions are quick enough not to try anything else."""
    if given.players <= ALWAYS_ENUMERATED or given.network is None:
        return given.players <= ALWAYS_ENUMERATED
    weights = given.network.weights
    steps = given.players * weights[0].shape[1] + sum(w.size for w in weights[1:])
    many = len(given.background) * 2**given.players
    return given.players <= PLAYERS_AT_MOST and many * steps <= QUICK_STEPS


def _takes_all(given: Worth, rounds: int) -> bool:
    """True where so many rounds ask for more than all coalitions do."""
    few = given.players <= PLAYERS_AT_MOST
    return few and rounds * 2 * (given.players - 1) >= 2**given.players


def _first_rounds(given: Worth) -> int:
    return 1 + max(1, -(-LEAST_DEGREES // len(given.background)))


def _most_rounds(given: Worth) -> int:
    one = max(1, 2 * (given.players - 1) * len(given.background))
    return max(_first_rounds(given), ASKED_AT_MOST // one)


def _next_rounds(contest: Contest, so_far: SoFar) -> int:
    given = contest.worth
    goal = given.asked.goal * unit(given)
    most = min(GROWTH * so_far.rounds, _most_rounds(given))
    largest = float(errors(so_far).max(initial=0.0))
    wanted = RESERVE * so_far.rounds * (largest / goal) ** 2 if goal > 0 else np.inf
    return int(min(most, max(so_far.rounds + 1, np.ceil(wanted))))


METHOD = Method(
    "sampled", prepare, effects, lambda state: len(state.background), lambda model: True
)
