"""Several models that answer together: their mean, or a curve through what they say (stacking).

A mean weighs chances or values (Caruana et al. 2004 find the weights; ``core.search.weights``). A
stack weighs log-odds, or logarithms of chances, and adds a number for each class (Wolpert 1992; a
logarithmic pool, Genest & Zidek 1986); of values it is a weighted sum and a number. The weights
are settings: whoever finds them does so on rows that the members did not learn from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core import wire
from core.errors import BadSetting, ModelDamaged, UnknownFamily
from core.models.family import (
    Encoding,
    Family,
    Fitted,
    Floats,
    Matrix,
    Problem,
    Reasons,
    Task,
    family,
    setting,
)
from core.models.member import Member, as_text, of_text
from core.models.outputs import shown
from core.progress import Report, parts

MEAN, STACK = "mean", "stack"
USUAL = as_text((Member("forest", 0.5), Member("linear", 0.5)))
RECORD = "ensemble.json"
MOST = 8  # members
NEAR = 1e-6  # no chance is nearer to 0 or 1 where its logarithm is taken
PLACES = {Encoding.CODES: slice(0, 1), Encoding.SCALED: slice(1, None)}


def _is_known(text: str) -> bool:
    try:
        members = of_text(text)
    except BadSetting:
        return False
    return len(members) <= MOST and _can_weigh(members)


def inside(place: int) -> str:
    """The folder of a member's files within the ensemble's."""
    return f"member-{place}"


def _can_weigh(members: tuple[Member, ...]) -> bool:
    """Whether shares can be made of their weights: none below 0, and not all of them 0."""
    weights = [member.weight for member in members]
    return all(np.isfinite(weights)) and min(weights, default=-1.0) >= 0 and max(weights) > 0


@dataclass(frozen=True)
class Params:
    """``members`` and ``shifts`` are texts: the members with their weights, and what a stack adds
    for each class (or the value), numbers with spaces between them; empty for none."""

    way: str = setting(MEAN, choices=(MEAN, STACK))
    members: str = setting(USUAL, check=_is_known)
    shifts: str = setting("", check=lambda text: _numbers(text) is not None)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Fitted members and which columns of the matrix each looks at; ``shifts`` is (outputs,)."""

    task: Task
    way: str
    members: tuple[Member, ...]
    estimators: tuple[Any, ...]
    columns: tuple[NDArray[np.int64], ...]
    shifts: Floats


class _Record(msgspec.Struct, frozen=True):
    task: Task
    way: str
    members: tuple[Member, ...]
    columns: tuple[tuple[int, ...], ...]
    shifts: tuple[float, ...]


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Each member on all rows, with the columns of its own encoding.

    Raises what members raise, and BadSetting for one that cannot do the task.
    """
    members = of_text(params.members)
    _refuse(members, problem.task)
    columns = [_columns(problem, family(each.family).encoding) for each in members]
    estimators, notes, engines = [], list[str](), set[str]()
    each_told = parts(report, len(members))
    for member, cells, told in zip(members, columns, each_told, strict=True):
        kind = family(member.family)
        narrow = _narrow(problem, kind.encoding, cells)
        made = kind.fit(kind.settings(member.params), narrow, seed, told)
        estimators.append(made.estimator)
        notes += [note for note in made.notes if note not in notes]
        engines |= {made.engine} - {""}
    shifts = _numbers(params.shifts) or ()
    known = np.array(shifts) if shifts else np.zeros(_outputs(problem.task, problem.classes))
    made_of = (members, tuple(estimators), tuple(columns))
    together = Ensemble(problem.task, params.way, *made_of, known)
    return Fitted(together, notes=tuple(notes), engine=", ".join(sorted(engines)))


def _refuse(members: tuple[Member, ...], task: Task) -> None:
    for member in members:
        kind = family(member.family)
        if task not in kind.tasks or not kind.on_menu or kind.columns:
            raise BadSetting("members", member.family, "–")


def _outputs(task: Task, classes: int) -> int:
    return classes if task is Task.MULTICLASS else 1


def _columns(problem: Problem, encoding: Encoding) -> NDArray[np.int64]:
    """Of each user column's cells the first is its code and the others are scaled.

    Where it is not known which are whose, every member looks at all.
    """
    if not problem.blocks:
        return np.arange(problem.x.shape[1])
    return np.concatenate(_cells(problem, encoding))


def _cells(problem: Problem, encoding: Encoding) -> list[NDArray[np.int64]]:
    """The cells of each user column that are of an encoding: all of a shared block."""
    return [
        np.arange(start, stop)[slice(None) if number in problem.shared else PLACES[encoding]]
        for number, (start, stop) in enumerate(problem.blocks)
    ]


def _narrow(problem: Problem, encoding: Encoding, cells: NDArray[np.int64]) -> Problem:
    widths = [len(each) for each in _cells(problem, encoding)]
    blocks = tuple(pairwise((0, *np.cumsum(widths, dtype=int).tolist())))
    return replace(problem, x=np.ascontiguousarray(problem.x[:, cells]), blocks=blocks)


def scores(estimator: Ensemble, x: Matrix) -> Floats:
    """Chances or values of the rows of x."""
    said = [
        family(member.family).scores(made, np.ascontiguousarray(x[:, cells]))
        for member, made, cells in zip(
            estimator.members, estimator.estimators, estimator.columns, strict=True
        )
    ]
    weights = np.array([member.weight for member in estimator.members])
    if estimator.way == MEAN:
        return mean(weights, said)
    return stacked(estimator.task, weights, estimator.shifts, said)


def mean(weights: Floats, said: list[Floats]) -> Floats:
    """The weighted mean of what members say: (n,) or (n, classes)."""
    return np.asarray(np.tensordot(weights / weights.sum(), np.stack(said), 1))


def stacked(task: Task, weights: Floats, shifts: Floats, said: list[Floats]) -> Floats:
    """What a stack makes of what its members say: (n,) or (n, classes)."""
    raw = sum(w * logarithms(task, each) for w, each in zip(weights, said, strict=True))
    return shown(task, raw + shifts)


def logarithms(task: Task, said: Floats) -> Floats:
    """Log-odds (n, 1), logarithms of chances (n, classes), or values (n, 1)."""
    if task is Task.REGRESSION:
        return said[:, None]
    chances = np.clip(said, NEAR, 1 - NEAR)
    if task is Task.BINARY:
        return np.asarray(np.log(chances) - np.log1p(-chances))[:, None]
    return np.asarray(np.log(chances))


def save(estimator: Ensemble, folder: Path) -> None:
    """Each member in a folder of its own, in its family's format."""
    columns = tuple(tuple(map(int, each)) for each in estimator.columns)
    shifts = tuple(map(float, estimator.shifts))
    known = _Record(estimator.task, estimator.way, estimator.members, columns, shifts)
    (folder / RECORD).write_bytes(msgspec.json.encode(known))
    for place, (member, made) in enumerate(
        zip(estimator.members, estimator.estimators, strict=True)
    ):
        own = folder / inside(place)
        own.mkdir()
        family(member.family).save(made, own)


def load(folder: Path) -> Ensemble:
    """Read them back. Raises ModelDamaged."""
    try:
        known = wire.read((folder / RECORD).read_bytes(), _Record)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as fault:
        raise ModelDamaged(folder.name, f"{RECORD}: {fault}") from fault
    columns = tuple(np.array(each, np.int64) for each in known.columns)
    sound = (
        known.way in (MEAN, STACK)
        and len(columns) == len(known.members) > 0
        and all(len(each) and each.min() >= 0 for each in columns)
        and _can_weigh(known.members)
    )
    if not sound:
        raise ModelDamaged(folder.name, RECORD)
    try:
        _refuse(known.members, known.task)
        made = tuple(
            family(member.family).load(folder / inside(place))
            for place, member in enumerate(known.members)
        )
    except (BadSetting, UnknownFamily) as fault:
        raise ModelDamaged(folder.name, f"{RECORD}: {fault}") from fault
    shifts = np.array(known.shifts)
    return Ensemble(known.task, known.way, known.members, made, columns, shifts)


def memory(params: Params, rows: int, columns: int) -> float:
    """The most that a member takes: they are fitted one after the other."""
    each = [(family(member.family), member.params) for member in of_text(params.members)]
    return max(kind.memory(kind.settings(given), rows, columns) for kind, given in each)


def members(params: Params) -> tuple[Member, ...]:
    """What it is made of."""
    return of_text(params.members)


def _numbers(text: str) -> tuple[float, ...] | None:
    """The numbers of a text; None where it holds something else."""
    try:
        found = tuple(map(float, text.split()))
    except ValueError:
        return None
    return found if np.isfinite(found).all() else None


FAMILY = Family(
    key="ensemble",
    order=12,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.BOTH,
    reasons=Reasons.MIXED,
    fit=fit,
    scores=scores,
    save=save,
    load=load,
    memory=memory,
    members=members,
)
