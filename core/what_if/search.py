"""Looks for changes that reach an aim: all of them where they are few, else the promising ones.

Single columns on a grid, pairs of columns, a beam of the best combinations, what customers with
the wanted answer hold, and at last a climb from the best. A tree's score only changes at its
thresholds, so one place between two of them stands for all; where trees answer together with other
models, places beside the thresholds are tried along with a spread of places.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from core.models.family import Floats
from core.predict import scored
from core.schema import Kind
from core.train.preparation import encode
from core.what_if import axis as axes_of
from core.what_if import space as spaces
from core.what_if.aim import lead
from core.what_if.axis import UNMOVED, Axis, Places
from core.what_if.space import Moves
from core.what_if.steps import only_steps, thresholds
from core.what_if.support import Support, plain_value
from core.what_if.trials import Trials, column_sets

ALL_AT_MOST = 4096  # combinations that are simply all tried
GRID = 128  # places tried of one column, more where few are free
GRIDS = 2048  # places tried of all columns, at least where there are so many
PAIRS_AT_MOST = 4096  # combinations of two columns
FRONTIER = 6  # promising places of one column, in combination with others
PAIRED = 12  # columns combined in pairs, the promising first
BEAM = 12  # combinations that a further column is added to
DEEPER = 3  # columns changed together, once something was found
DEEPEST = 6  # columns that the beam changes together
NEAREST = 16  # customers with the wanted answer that are looked at
CLIMBS = 3  # from so many different starts
CLIMBED = 12  # columns changed one after the other in one climb

Grids = list[Places]


def searched(trials: Trials, known: Support, answers: int, seed: int) -> bool:
    """Tries moves until ``answers`` different ones reach the aim; True where all were tried."""
    grids = [grid(trials, number, axis) for number, axis in enumerate(trials.space.axes)]
    if _combinations(trials, grids) <= ALL_AT_MOST:
        trials.lead(_all(grids))
        return True
    leads = [trials.lead(_alone(trials, i, places)) for i, places in enumerate(grids)]
    if _enough(trials, answers):
        return False
    frontiers = [frontier(trials, i, grids[i], leads[i]) for i in range(len(grids))]
    gains = [found.max(initial=-np.inf) for found in leads]
    pairs(trials, grids, frontiers, gains)
    from_customers(trials, known)
    deepen(trials, frontiers, answers)
    if not len(trials.reached()):
        climb(trials, frontiers, grids, seed)
    return False


def _enough(trials: Trials, answers: int) -> bool:
    return len(set(column_sets(trials.reached()))) >= answers


def grid(trials: Trials, number: int, axis: Axis) -> Places:
    """Places of one axis to try: all, one a cell of the trees, or spread evenly over all; where
    trees answer together with others, each end of a cell too."""
    space, most = trials.space, max(GRID, GRIDS // len(trials.space.axes))
    places = _spread(axis, most)
    if axis.numeric and axes_of.count(axis):
        cuts = thresholds(space.model, space.blocks[number][0])
        places = _numbers(axis, cuts, only_steps(space.model), most)
    places = axes_of.settled(axis, places)
    places = places[places != UNMOVED]
    return places[np.argsort(axes_of.sizes(axis, places), kind="stable")]


def _spread(axis: Axis, most: int) -> Places:
    """All places, or a subset: evenly over the range, and finer around where the row stands."""
    many = axes_of.count(axis)
    if many <= most or not axis.numeric:
        return np.arange(axis.first, axis.last + 1)
    here = (axis.start - axis.anchor) / axis.step
    even = np.linspace(axis.first, axis.last, most // 2).round()
    near = np.unique(np.geomspace(1, many, most // 4).round())
    every = np.concatenate([even, np.floor(here) + near, np.ceil(here) - near])
    return np.unique(every[(every >= axis.first) & (every <= axis.last)].astype("int64"))


def _numbers(axis: Axis, cuts: Floats, only_cuts: bool, most: int) -> Places:
    if only_cuts:
        return _places_at(axis, cuts, most)
    if not len(cuts) or axes_of.count(axis) <= most:
        return _spread(axis, most)
    at = _around(axis, cuts, most // 2)
    return np.union1d(at, _spread(axis, most - len(at)))


def _around(axis: Axis, cuts: Floats, most: int) -> Places:
    """The places on both sides of each threshold.

    Between two of them what others say bends little, and is most at one end where it only rises
    or only falls.
    """
    exact = (cuts - axis.anchor) / axis.step
    every = np.concatenate([np.floor(exact + axes_of.NEARLY), np.floor(exact) + 1])
    return _at_most(np.unique(every[(every >= axis.first) & (every <= axis.last)]), most)


def _places_at(axis: Axis, cuts: Floats, most: int) -> Places:
    """The place just beyond each threshold, as seen from where the row stands."""
    exact = (cuts - axis.anchor) / axis.step
    above = np.floor(exact[cuts >= axis.start]) + 1
    below = np.floor(exact[cuts < axis.start] + axes_of.NEARLY)
    here = (axis.start - axis.anchor) / axis.step
    ends = [axis.first, axis.last, np.ceil(here) - 1, np.floor(here), np.floor(here) + 1]
    every = np.concatenate([above, below, ends])
    return _at_most(np.unique(every[(every >= axis.first) & (every <= axis.last)]), most)


def _at_most(places: Floats, most: int) -> Places:
    """So many of them, spread evenly."""
    kept = places.astype("int64")
    if len(kept) <= most:
        return kept
    return kept[np.unique(np.linspace(0, len(kept) - 1, most).round().astype(int))]


def _combinations(trials: Trials, grids: Grids) -> float:
    """How many moves there are; infinite where a grid may leave places out that matter."""
    trees = only_steps(trials.space.model)
    most = max(GRID, GRIDS // len(grids))
    for axis, places in zip(trials.space.axes, grids, strict=True):
        whole = len(places) < most - 1 if trees else axes_of.count(axis) <= most
        if axis.numeric and not whole:
            return np.inf
    return float(np.prod([len(places) + 1.0 for places in grids]))


def _all(grids: Grids) -> Moves:
    lines = np.meshgrid(*(np.concatenate([[UNMOVED], places]) for places in grids), indexing="ij")
    return np.stack([line.ravel() for line in lines], axis=1).astype(np.int64)


def _alone(trials: Trials, number: int, places: Places) -> Moves:
    moves = spaces.unmoved(trials.space, len(places))
    moves[:, number] = places
    return moves


def frontier(trials: Trials, number: int, places: Places, leads: Floats) -> Places:
    """Few places of one axis that promise most: each leads farther than all that are nearer.

    Among them the best each way, for another column may turn the effect round. What reaches the
    aim alone is left out: it needs no other column.
    """
    places, leads = places[leads < 0], leads[leads < 0]
    if len(places) <= FRONTIER:
        return places
    best = np.maximum.accumulate(np.concatenate([[-np.inf], leads[:-1]]))
    better = np.flatnonzero(leads > best)
    kept = better[np.unique(np.linspace(0, len(better) - 1, FRONTIER).round().astype(int))]
    axis = trials.space.axes[number]
    if axis.numeric:
        up = axes_of.numbers(axis, places) > axis.start
        for side in (np.flatnonzero(up), np.flatnonzero(~up)):
            kept = np.append(kept, side[np.argmax(leads[side])]) if len(side) else kept
    return places[np.unique(kept)]


def pairs(trials: Trials, grids: Grids, frontiers: Grids, gains: list[float]) -> None:
    """Two columns at a time: on their whole grids where that is few, else on their frontiers."""
    lengths = [len(places) for places in grids]
    whole = (sum(lengths) ** 2 - sum(n * n for n in lengths)) / 2
    used = grids if whole <= PAIRS_AT_MOST else frontiers
    promising = sorted(range(len(grids)), key=lambda i: -gains[i])[:PAIRED]
    both = [_both(trials, pair, used) for pair in combinations(sorted(promising), 2)]
    if both:
        trials.lead(np.concatenate(both))


def _both(trials: Trials, pair: tuple[int, int], grids: Grids) -> Moves:
    first, second = pair
    one, other = np.meshgrid(grids[first], grids[second], indexing="ij")
    moves = spaces.unmoved(trials.space, one.size)
    moves[:, first], moves[:, second] = one.ravel(), other.ravel()
    return moves


def deepen(trials: Trials, frontiers: Grids, answers: int) -> None:
    """Adds one column after another to the best combinations."""
    for depth in range(3, 1 + min(DEEPEST, len(frontiers))):
        if _enough(trials, answers) or (depth > DEEPER and len(trials.reached())):
            return
        moves, leads = trials.all()
        wide = (moves != UNMOVED).sum(axis=1) == depth - 1
        starts = _best_sets(moves[wide], leads[wide], BEAM)
        if len(starts):
            trials.lead(np.concatenate([_extended(start, frontiers) for start in starts]))


def _best_sets(moves: Moves, leads: Floats, most: int) -> Moves:
    """The moves that lead farthest, at most one a set of columns, none that reaches the aim."""
    open_ones = np.flatnonzero((leads < 0) & np.isfinite(leads))
    ordered = open_ones[np.argsort(-leads[open_ones], kind="stable")][: 50 * most]
    first = dict(zip(reversed(column_sets(moves[ordered])), reversed(ordered), strict=True))
    chosen = sorted(first.values(), key=lambda i: -leads[i])[:most]
    return moves[np.array(chosen, int)]


def _extended(start: Moves, frontiers: Grids) -> Moves:
    """One move (axes,) with each promising place of each column that it leaves as it is."""
    found = [
        np.where(np.arange(len(start)) == number, place, start)
        for number in np.flatnonzero(start == UNMOVED)
        for place in frontiers[number]
    ]
    return np.array(found, np.int64).reshape(-1, len(start))


def from_customers(trials: Trials, known: Support) -> None:
    """What the nearest training rows with the wanted answer hold in the free columns."""
    space, model = trials.space, trials.space.model
    wanted = lead(trials.aim, model, scored(model, model.background)) >= 0
    here = encode(known.preparation, space.row).astype("float64")[0]
    far = ((known.points - here) ** 2).sum(axis=1)
    order = [i for i in np.argsort(far, kind="stable") if wanted[i]][:NEAREST]
    if order:
        trials.lead(np.array([_towards(trials, i) for i in order]))


def _towards(trials: Trials, row: int) -> Moves:
    """The places that come nearest to a training row's cells."""
    space = trials.space
    move = spaces.unmoved(space, 1)[0]
    for number, axis in enumerate(space.axes):
        cell = space.model.background[axis.column.name].iloc[row]
        place = _place_of(axis, plain_value(axis.column, cell))
        if place is not None and axes_of.count(axis):
            move[number] = axes_of.settled(axis, np.array([place]))[0]
    return move


def _place_of(axis: Axis, value: float | str | None) -> int | None:
    if isinstance(value, float) and axis.column.kind in (Kind.NUMBER, Kind.DATE):
        return int(np.clip(round((value - axis.anchor) / axis.step), axis.first, axis.last))
    levels = axis.limit.levels
    return levels.index(value) if isinstance(value, str) and value in levels else None


def climb(trials: Trials, frontiers: Grids, grids: Grids, seed: int) -> None:
    """From the best moves and from drawn ones, takes the best single change again and again."""
    moves, leads = trials.all()
    starts = list(_best_sets(moves, leads, CLIMBS - 1))
    chance = np.random.default_rng(seed)
    drawn = [chance.choice(np.append(places, UNMOVED)) for places in frontiers]
    for start in [*starts, np.array(drawn, np.int64)]:
        _climbed(trials, start, grids)


def _climbed(trials: Trials, start: Moves, grids: Grids) -> None:
    here, best = start, float(trials.lead(start[None])[0])
    for _ in range(CLIMBED):
        steps = _neighbours(here, grids)
        leads = trials.lead(steps)
        if not len(leads) or leads.max() <= best or best >= 0:
            return
        here, best = steps[leads.argmax()], float(leads.max())


def _neighbours(here: Moves, grids: Grids) -> Moves:
    """The move (axes,) with one of its columns at another place of a thinned grid."""
    found = [
        np.where(np.arange(len(here)) == number, place, here)
        for number, places in enumerate(grids)
        for place in (UNMOVED, *places[:: max(1, len(places) // 24)], *places[-1:])
    ]
    return np.array(found, np.int64).reshape(-1, len(here))
