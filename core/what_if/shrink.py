"""Makes a change minimal: nothing of it can be undone or taken back by a step and still do."""

from __future__ import annotations

import numpy as np

from core.what_if import axis as axes_of
from core.what_if.axis import UNMOVED
from core.what_if.space import Moves
from core.what_if.trials import Trials, smallest_first

ROUNDS = 200  # each makes a move smaller; far more than is ever needed


def shrunk(trials: Trials, moves: Moves) -> Moves:
    """Moves (n, axes) that reach the aim, each made as small as single steps can make it.

    In each round every move tries to leave a column as it is, and to come 1, 2, 4, 8 ... steps
    back on a number; it becomes the smallest that still reaches the aim.
    """
    now, open_ones = moves.copy(), list(range(len(moves)))
    for _ in range(ROUNDS):
        tries = [_smaller(trials, now[i]) for i in open_ones]
        if not sum(map(len, tries)):
            break
        every = np.concatenate(tries)
        good = trials.lead(every) >= 0
        owner = np.repeat(open_ones, [len(tried) for tried in tries])
        open_ones = []
        for place in smallest_first(trials.space, every):
            if good[place] and owner[place] not in open_ones:
                now[owner[place]] = every[place]
                open_ones.append(int(owner[place]))
        if not open_ones:
            break
    return now


def spared(trials: Trials, move: Moves) -> Moves:
    """A move (axes,) that misses the aim without the changes that bring it no nearer."""
    here = move
    for _ in range(len(move)):
        tries = np.concatenate([here[None], undone(here)])
        leads = trials.lead(tries)
        as_good = np.flatnonzero(leads[1:] >= leads[0]) + 1
        if not len(as_good):
            break
        here = tries[as_good[smallest_first(trials.space, tries[as_good])[0]]]
    return here


def _smaller(trials: Trials, move: Moves) -> Moves:
    return np.concatenate([undone(move), _nearer(trials, move)])


def undone(move: Moves) -> Moves:
    """The move with one of its changes left out each time; never none at all."""
    changed = np.flatnonzero(move != UNMOVED)
    if len(changed) < 2:
        return np.zeros((0, len(move)), np.int64)
    return np.array([np.where(np.arange(len(move)) == i, UNMOVED, move) for i in changed])


def _nearer(trials: Trials, move: Moves) -> Moves:
    found = [
        np.where(np.arange(len(move)) == number, place, move)
        for number, axis in enumerate(trials.space.axes)
        if move[number] != UNMOVED
        for place in axes_of.nearer(axis, int(move[number]))
    ]
    return np.array(found, np.int64).reshape(-1, len(move))
