"""Which of many changes that reach an aim are shown: different ones, none larger than needed."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from core.what_if.axis import UNMOVED
from core.what_if.shrink import shrunk, undone
from core.what_if.space import Moves, Space
from core.what_if.trials import Trials, column_sets, smallest_first

KINDS = 60  # looked at, the smallest first
A_SET = 2  # kinds that change the same columns
OF_A_KIND = 8  # moves looked at for one that needs all of its changes
SHRUNK_AT_ONCE = 24
LOOKED_AT = 1000  # of what a stopped search reached, the smallest first


def minimal(trials: Trials) -> Moves:
    """Moves (n, axes) of many kinds that reach the aim, made minimal, the smallest first."""
    reached = trials.reached()
    kinds: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, move in enumerate(reached):
        kinds[kind(trials.space, move)].append(number)
    chosen = [_spread(numbers) for numbers in _varied(list(kinds.values()), reached)]
    best = _irreducible(trials, reached, chosen)
    found = np.unique(shrunk(trials, best[:SHRUNK_AT_ONCE]), axis=0)
    return found[smallest_first(trials.space, found)]


def first_found(trials: Trials, most: int) -> Moves:
    """Moves (n, axes) on different columns that reach the aim, few enough to be minimal at once.

    For a search that was stopped: what it has tried so far, the smallest first.
    """
    reached = trials.reached()[:LOOKED_AT]
    found = np.unique(shrunk(trials, reached[different(reached, most)]), axis=0)
    return found[smallest_first(trials.space, found)]


def kind(where: Space, move: Moves) -> tuple[object, ...]:
    """What tells answers apart: the columns, each number's way, each other column's level."""
    told: list[object] = []
    for axis, place in zip(where.axes, move, strict=True):
        here = (axis.start - axis.anchor) / axis.step
        told.append(None if place == UNMOVED else place > here if axis.numeric else int(place))
    return tuple(told)


def _varied(kinds: list[list[int]], reached: Moves) -> list[list[int]]:
    """The first kinds, few of them on the same columns."""
    sets: Counter[frozenset[int]] = Counter()
    kept = []
    for numbers, columns in zip(
        kinds, column_sets(reached[[numbers[0] for numbers in kinds]]), strict=True
    ):
        sets[columns] += 1
        if sets[columns] <= A_SET:
            kept.append(numbers)
    return kept[:KINDS]


def _spread(numbers: list[int]) -> list[int]:
    """Few of one kind, from the smallest to the largest."""
    places = np.unique(np.linspace(0, len(numbers) - 1, OF_A_KIND).round().astype(int))
    return [numbers[place] for place in places]


def _irreducible(trials: Trials, reached: Moves, kinds: list[list[int]]) -> Moves:
    """Of each kind the smallest move that needs all of its changes, where there is one.

    A kind without such a move stands for the smaller ones within it, which have kinds of their
    own: of these only the first few moves are kept.
    """
    every = [number for numbers in kinds for number in numbers]
    tries = [undone(reached[number]) for number in every]
    leads = trials.lead(np.concatenate(tries)) if tries else np.zeros(0)
    ends = np.cumsum([len(tried) for tried in tries])
    needed = {
        number: not (leads[end - len(tried) : end] >= 0).any()
        for number, tried, end in zip(every, tries, ends, strict=True)
    }
    firm = [next((n for n in numbers if needed[n]), None) for numbers in kinds]
    loose = [numbers[0] for numbers, found in zip(kinds, firm, strict=True) if found is None]
    return reached[np.array([n for n in firm if n is not None] + loose, int)]


def different(moves: Moves, most: int) -> list[int]:
    """Numbers of moves that are unlike, in order.

    First no two where one changes all the columns that another does; if these are too few, others.
    """
    sets = column_sets(moves)
    chosen: list[int] = []
    for same_columns in (False, True):
        for number, one in enumerate(sets):
            alike = number in chosen or (
                not same_columns and any(sets[other] <= one for other in chosen)
            )
            if not alike and len(chosen) < most:
                chosen.append(number)
    return sorted(chosen)
