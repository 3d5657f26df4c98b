"""The smallest changes that would bring one customer over or under a bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.models.family import family
from core.predict import known_columns, scored
from core.progress import Cancelled, Report, silent
from core.what_if import space as spaces
from core.what_if.aim import Aim, checked, lead, shown
from core.what_if.limits import Limit, Limits
from core.what_if.scenario import Cell, Scenario, edited
from core.what_if.search import searched
from core.what_if.shrink import spared
from core.what_if.space import Moves, Space
from core.what_if.support import Support, outside
from core.what_if.trials import Trials
from core.what_if.variety import different, first_found, minimal

ANSWERS = 4


@dataclass(frozen=True)
class Change:
    """One column before and after."""

    column: str
    before: Cell
    after: Cell


@dataclass(frozen=True)
class Answer:
    """One way to change a customer.

    ``edits`` is all that differs, ready for a Scenario: ``changes`` of free columns and
    ``following`` of derived ones. ``output`` is what the model then says, ``size`` the sum of the
    changes in deviations of the training rows (1 for another level). ``price`` is None where no
    changed column has one. ``distance`` is that of ``Outside``: above 1 no training row is alike;
    ``beyond`` are columns outside what training rows held.
    """

    edits: dict[str, Cell]
    changes: tuple[Change, ...]
    following: tuple[Change, ...]
    output: float
    size: float
    price: float | None
    distance: float
    beyond: tuple[str, ...]

    @property
    def usual(self) -> bool:
        """True where training rows are like it."""
        return self.distance <= 1.0 and not self.beyond


@dataclass(frozen=True)
class Found:
    """What a search gave.

    ``before`` is what the model says of the customer as they are, who may be there ``already``.
    ``answers`` reach the aim, the best first. Without any, ``nearest`` came closest (None where
    nothing comes closer than no change). ``tried`` counts the changes tried; where ``all_tried``,
    there are no others. A search that was ``stopped`` gives what it had found by then.
    """

    aim: Aim
    before: float
    already: bool
    answers: tuple[Answer, ...]
    nearest: Answer | None
    tried: int
    all_tried: bool
    stopped: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is searched for: an aim, how many different answers, and the seed of what is drawn."""

    aim: Aim
    answers: int = ANSWERS
    seed: int = 0


@dataclass(frozen=True)
class Ask:
    """A whole wish as a value that can be written down: limits of every column, aim and seed."""

    limits: tuple[Limit, ...]
    aim: Aim
    seed: int = 0


def found_for(known: Support, row: pd.DataFrame, asked: Ask, report: Report = silent) -> Found:
    """What ``smallest`` finds for a wish."""
    limits = {limit.column: limit for limit in asked.limits}
    return smallest(known, row, limits, Wanted(asked.aim, seed=asked.seed), report)


def smallest(
    known: Support, row: pd.DataFrame, limits: Limits, wanted: Wanted, report: Report = silent
) -> Found:
    """Different small changes of one typed row (1, columns) that the model says reach the aim.

    Answers are ordered by how few columns they change, then those first that are like training
    rows, then by price, then by size. Each is minimal: no change can be left out, and no number
    taken back by 1, 2, 4, 8 ... steps. A report that raises Cancelled ends the search: what was
    found so far is given. Raises NothingFree, ColumnsMissing, UnknownOutcome, BadSetting and what
    formulas raise.
    """
    model = known.model
    aim = checked(wanted.aim, model)
    where = spaces.space(known, row, limits)
    scores = family(model.spec.family).scores(model.estimator, where.base)
    before = float(shown(aim, model, scores)[0])
    trials = Trials(where, aim, report)
    if lead(aim, model, scores)[0] >= 0:
        return Found(aim, before, True, (), None, 0, False)
    all_tried = stopped = False
    try:
        all_tried = searched(trials, known, wanted.answers, wanted.seed)
        moves = minimal(trials)
    except Cancelled:
        stopped, trials.report = True, silent
        tried, moves = trials.tried, first_found(trials, wanted.answers)
    else:
        tried = trials.tried
    chosen = _chosen(known, trials, moves, wanted.answers)
    nearest = None if chosen else _nearest(trials, known)
    return Found(aim, before, False, chosen, nearest, tried, all_tried, stopped)


def _chosen(known: Support, trials: Trials, moves: Moves, most: int) -> tuple[Answer, ...]:
    """Different ones of the moves as answers that the model itself confirms, the best first."""
    where, aim = trials.space, trials.aim
    answers = [(move, _answer(known, where, aim, move)) for move in moves]
    good = [(move, answer) for move, answer in answers if _holds(known, where, aim, answer)]
    good.sort(key=lambda one: (len(one[1].changes), not one[1].usual))  # a stable sort
    left = np.array([move for move, _ in good], np.int64).reshape(-1, len(where.axes))
    return tuple(good[number][1] for number in different(left, most))


def _answer(known: Support, where: Space, aim: Aim, move: Moves) -> Answer:
    free, after = spaces.edits(where, move), spaces.consequences(where, move)
    changed = edited(Scenario(where.row, free | after), known.model)
    lies = outside(known, changed)
    priced = any(a.limit.price is not None and a.column.name in free for a in where.axes)
    return Answer(
        edits=free | after,
        changes=tuple(Change(name, _cell(where, name), cell) for name, cell in free.items()),
        following=tuple(Change(name, _cell(where, name), cell) for name, cell in after.items()),
        output=float(shown(aim, known.model, scored(known.model, changed))[0]),
        size=float(spaces.sizes(where, move[None])[0]),
        price=float(spaces.prices(where, move[None])[0]) if priced else None,
        distance=lies.distance,
        beyond=lies.columns,
    )


def _cell(where: Space, name: str) -> Cell:
    cell = where.row[name].iloc[0]
    if pd.isna(cell):
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.to_pydatetime()
    return cell if isinstance(cell, str) else float(cell)


def _holds(known: Support, where: Space, aim: Aim, answer: Answer) -> bool:
    """Whether the model itself says so of the decoded, typed row."""
    changed = edited(Scenario(known_columns(known.model, where.row), answer.edits), known.model)
    return bool(lead(aim, known.model, scored(known.model, changed))[0] >= 0)


def _nearest(trials: Trials, known: Support) -> Answer | None:
    """The change that leads closest to the aim, without what does not help."""
    moves, leads = trials.all()
    start = float(trials.lead(spaces.unmoved(trials.space, 1))[0])
    if not len(leads) or leads.max() <= start:
        return None
    return _answer(known, trials.space, trials.aim, spared(trials, moves[leads.argmax()]))
