"""The whole of two tables compared: can a forest tell old rows from new ones?

A classifier two-sample test (Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.drift.comparison import Gives, Telling
from core.drift.copies import said
from core.evaluate.delong import area, area_interval
from core.intervals import Z
from core.models.family import Family, Matrix, Task, family
from core.models.folds import numbered
from core.progress import Report, part
from core.schema import Column, Kind, Role
from core.train.copies import COLUMN
from core.train.preparation import Preparation, encode
from core.train.spec import ModelSpec
from core.train.training import prepared

ROWS_AT_MOST = 5_000  # of each table
PARTS = 5
SHUFFLES = 3
BY = "forest"
SETTINGS: dict[str, int | float | str | bool] = {"trees": 100, "min_samples_leaf": 10}
APART = 0.6  # an area that matters; below, old and new are nearly alike
CLEARLY = 0.75
STAGE = "drift.stage.telling"
ANSWER = Column("\0new", Kind.BOOLEAN, Role.TARGET, ("no", "yes"))
SAID = frozenset((Kind.NUMBER, Kind.CATEGORY, Kind.BOOLEAN, Kind.TEXT))  # a date tells trivially
NOBODY = frozenset((Role.ID, Role.TIME, Role.IGNORED, Role.GROUP))


@dataclass(frozen=True, eq=False)
class _Part:
    """A forest that learned from the other parts, and the rows (n, ...) it did not see."""

    forest: Any
    ready: Preparation
    x: Matrix
    new: NDArray[np.bool_]


def among(columns: tuple[Column, ...], then: pd.DataFrame, now: pd.DataFrame) -> tuple[Column, ...]:
    """The columns that may tell old from new: no ids, no dates, none that is empty in a table."""
    return tuple(
        column
        for column in columns
        if column.kind in SAID
        and column.role not in NOBODY
        and column.name in now
        and then[column.name].notna().any()
        and now[column.name].notna().any()
    )


def telling(
    columns: tuple[Column, ...], then: pd.DataFrame, now: pd.DataFrame, seed: int, report: Report
) -> Telling | None:
    """How well old rows are told from new ones in parts set aside in turn; None without columns.

    At most 5,000 rows of each table, drawn by the seed. Rows that say the same stay in one part.
    """
    if not columns:
        return None
    names = [column.name for column in columns]
    old, new = (_some(each[names], seed + i) for i, each in enumerate((then, now)))
    rows = pd.concat([old, new], ignore_index=True)
    rows[COLUMN] = pd.factorize(said(rows, names))[0]
    y = np.repeat(np.array([0, 1], np.int64), [len(old), len(new)])
    spec = ModelSpec("", Task.BINARY, ANSWER, columns, BY, "yes", SETTINGS, seed=seed)
    found = list(_parts(spec, rows, y, part(report, 0.0, 0.7)))
    value, low, high = _area(found)
    gives: tuple[Gives, ...] = ()
    if low > 0.5:
        gives = _gives(found, names, seed, part(report, 0.7, 1.0))
    report(1.0, STAGE)
    return Telling(value, low, high, (len(old), len(new)), len(names), gives)


def _some(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    if len(table) <= ROWS_AT_MOST:
        return table
    chosen = np.random.default_rng(seed).choice(len(table), ROWS_AT_MOST, replace=False)
    return table.iloc[np.sort(chosen)]


def _parts(spec: ModelSpec, rows: pd.DataFrame, y: NDArray[Any], report: Report) -> Any:
    kind: Family = family(BY)
    alike = rows[COLUMN].to_numpy("int64")
    place = numbered(y, PARTS, spec.seed, None if len(set(alike)) == len(alike) else alike)
    for number in range(PARTS):
        report(number / PARTS, STAGE)
        aside = place == number
        if len(np.unique(y[aside])) < 2 or len(np.unique(y[~aside])) < 2:
            continue
        ready, problem = prepared(rows[~aside], y[~aside], spec, 2, kind.encoding)
        told = part(report, number / PARTS, (number + 1) / PARTS)
        made = kind.fit(kind.settings(spec.params), problem, spec.seed, told)
        yield _Part(made.estimator, ready, encode(ready, rows[aside]), y[aside] == 1)


def _scores(of: _Part, x: Matrix) -> Any:
    return family(BY).scores(of.forest, x)


def _area(found: list[_Part]) -> tuple[float, float, float]:
    """The mean area of the parts; each has DeLong's variance, given its forest.

    Forests share what they learned from, so that parts err together: the variance is widened as
    Nadeau and Bengio (2003, "Inference for the generalization error") do.
    """
    areas = [area(_scores(each, each.x), each.new) for each in found]
    if not areas:
        return 0.5, 0.0, 1.0
    value = float(np.mean([each.value for each in areas]))
    many = len(areas)
    wider = np.sqrt(1 + many / (many - 1)) if many > 1 else 1.0
    joined = wider * np.concatenate([each.parts for each in areas]) / many
    whole = replace(areas[0], value=value, parts=joined, least=min(each.least for each in areas))
    low, high = area_interval(whole)
    return value, float(low), float(high)


def _gives(found: list[_Part], names: list[str], seed: int, report: Report) -> tuple[Gives, ...]:
    """By how much the area falls when a column is shuffled among the rows set aside (Breiman
    2001), the column that gives most away first."""
    chance = np.random.default_rng(seed)
    told = []
    whole = [area(_scores(each, each.x), each.new).value for each in found]
    for place, name in enumerate(names):
        report(place / len(names), STAGE)
        falls = np.array(
            [
                np.mean([before - _shuffled(each, place, chance) for _ in range(SHUFFLES)])
                for each, before in zip(found, whole, strict=True)
            ]
        )
        error = float(falls.std(ddof=1) / np.sqrt(len(falls))) if len(falls) > 1 else 0.0
        mean = float(falls.mean())
        told.append(Gives(name, mean, mean - Z * error, mean + Z * error))
    return tuple(sorted(told, key=lambda one: (-one.fall, one.column)))


def _shuffled(of: _Part, place: int, chance: np.random.Generator) -> float:
    start, stop = of.ready.blocks[place]
    x = of.x.copy()
    x[:, start:stop] = x[chance.permutation(len(x)), start:stop]
    return area(_scores(of, x), of.new).value
