"""What a remedy moves: the same quick model with and without it, judged on the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.engine import engine
from core.data.finding import MEANING, Act, Remedy
from core.data.remedies import remedied, rewritten, rows_kept
from core.data.table import file_sql, frame, typed_sql
from core.errors import NoFeatures, SplitImpossible
from core.evaluate.compare import compare
from core.evaluate.metric import Better, metrics
from core.models.family import Encoding, Problem, Task, family
from core.predict import Predictions
from core.progress import Report, part
from core.schema import Column, Kind
from core.train.crossing import crossed
from core.train.owners import owners_among
from core.train.preparation import encode, encode_learned, learned
from core.train.target import Truth, task_of, truth

ROWS = 10_000
FOLDS = 5
FAMILY = "forest"
TREES = 60
STAGE = "check.stage.pricing"
Folds = NDArray[np.int64]


@dataclass(frozen=True)
class Price:
    """A metric ``before`` and ``after`` a remedy, and after minus before with its paired 95 %
    interval, over ``rows`` rows of ``rows_of_table``. ``better`` is 1 where the model is better
    after it beyond chance, -1 where worse, 0 where that is open."""

    metric: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    better: int
    rows: int
    rows_of_table: int


def gained(found: Price) -> tuple[float, float, float]:
    """How much better the model is with the remedy, with its interval; how much worse where it is
    worse beyond chance."""
    up = metrics()[found.metric].better is Better.HIGHER
    sign = 1 if up == (found.better >= 0) else -1
    low, high = sorted((sign * found.low, sign * found.high))
    return sign * found.difference, low, high


@dataclass(frozen=True, eq=False)
class _Side:
    """A table to model: typed rows by their number in the table before, and which fold each is
    in."""

    table: pd.DataFrame
    features: tuple[Column, ...]
    folds: Folds


def price(dataset: Dataset, outcome: str, remedy: Remedy, report: Report, seed: int = 0) -> Price:
    """What ``remedy`` moves in the headline metric of the table's target.

    A forest of 60 trees on at most 10,000 rows with a known target, five folds, each row judged by
    a forest that never saw it. Both sides use the same folds, except for the remedy that keeps all
    rows of one customer in one fold. Rows that only one side has are not judged. Copies and rows
    of one customer are drawn together. The interval tells of the rows, those of one owner counted
    once, not of the forests' chance. Raises what ``truth`` raises, NoFeatures and SplitImpossible.
    """
    target = dataset.schema.target
    if target is None or remedy.touches(target.name):
        raise NoFeatures("" if target is None else target.name)
    report(0.0, STAGE)
    before = _sampled(dataset, target, remedy)
    if not before.features:
        raise NoFeatures(target.name)
    known = truth(before.table[target.name], target, outcome)
    before = replace(before, folds=_folds(known, len(before.table), seed))
    whose = remedy.columns[0] if remedy.act is Act.SPLIT else ""
    owners = owners_among(dataset, before.table.index.tolist(), whose)
    after = _after(dataset, target, remedy, before)
    if whose and owners is not None:
        after = replace(after, folds=_whole_folds(owners.to_numpy(), seed))
    if not after.features:
        raise NoFeatures(target.name)
    y = pd.Series(known.y, index=before.table.index)
    facts = (task_of(target), target.name, known.classes)
    first = _judged(before, y, facts, part(report, 0.1, 0.5))
    second = _judged(after, y, facts, part(report, 0.5, 0.95))
    found = compare(second.owned(owners), first.owned(owners), seed=seed)
    better = {0: 0, 1: 1, 2: -1}[found.better]
    return Price(
        found.metric, found.second, found.first, found.difference, found.low, found.high,
        better, found.rows, dataset.rows,
    )  # fmt: skip


def _sampled(dataset: Dataset, target: Column, remedy: Remedy) -> _Side:
    together = (Act.REPEATS, Act.CONFLICTS, Act.SPLIT)
    unit = "file_row_number"
    if remedy.act in together:
        unit = ", ".join(typed_sql(dataset.schema[name]) for name in remedy.columns)
    with engine(dataset.folder) as connection:
        known = (
            f"SELECT file_row_number AS place, hash({unit}) % 1000000 AS draw"  # noqa: S608
            f" FROM {file_sql(dataset)}"
            f" WHERE ({typed_sql(target)}) IS NOT NULL"
        )
        rows = connection.execute(
            f"SELECT place FROM ({known}) ORDER BY draw, place LIMIT {ROWS}"  # noqa: S608
        ).fetchnumpy()["place"]
    return _side(dataset, target, np.asarray(rows, np.int64))


def _side(dataset: Dataset, target: Column, rows: NDArray[np.int64]) -> _Side:
    features = tuple(
        c for c in dataset.schema.features if c.kind is not Kind.TEXT and c.name != target.name
    )
    table = frame(dataset, [target.name, *(c.name for c in features)], rows.tolist())
    return _Side(table, features, np.zeros(0, np.int64))


def _after(dataset: Dataset, target: Column, remedy: Remedy, before: _Side) -> _Side:
    rows = before.table.index.to_numpy("int64")
    if remedy.act in MEANING:
        made = _side(replace(dataset, schema=remedied(dataset, remedy)), target, rows)
        return replace(made, folds=before.folds)
    if remedy.act in (Act.REPEATS, Act.CONFLICTS, Act.PEOPLE):
        kept = np.isin(rows, np.array(rows_kept(dataset, remedy), np.int64))
        return _Side(before.table[kept], before.features, before.folds[kept])
    with TemporaryDirectory(dir=dataset.folder, prefix=".pricing") as aside:
        changed = rewritten(dataset, remedy, Path(aside) / "made")
        return replace(_side(changed, target, rows), folds=before.folds)


def _folds(known: Truth, rows: int, seed: int) -> Folds:
    """A fold for each row at random, every class spread evenly."""
    folds = np.empty(rows, np.int64)
    chance = np.random.default_rng(seed)
    strata: Iterator[NDArray[Any]] = iter([np.arange(rows)])
    if known.classes:
        strata = (np.flatnonzero(known.y == c) for c in range(len(known.classes)))
    for members in strata:
        folds[chance.permutation(members)] = np.arange(len(members)) % FOLDS
    return folds


def _whole_folds(owners: Folds, seed: int) -> Folds:
    """A fold for each row, all rows of one owner in the same; rows without one on their own."""
    count = int(owners.max()) + 1
    return (np.random.default_rng(seed).permutation(count) % FOLDS)[owners].astype(np.int64)


def _told(report: Report) -> Report:
    """The share of the work, whatever the family calls its stage."""

    def within(share: float, stage: str) -> None:
        report(share, STAGE)

    return within


def _judged(
    side: _Side, y: pd.Series, facts: tuple[Task, str, tuple[str, ...]], report: Report
) -> Predictions:
    """What forests that never saw them say of all rows of a side."""
    task, target, classes = facts
    known = y.loc[side.table.index].to_numpy()
    shape = (len(known), len(classes)) if task is Task.MULTICLASS else (len(known),)
    scores = np.zeros(shape)
    kind = family(FAMILY)
    params = kind.settings({"trees": TREES})
    for fold in range(FOLDS):
        test = side.folds == fold
        if task is not Task.REGRESSION and len(np.unique(known[~test])) < len(classes):
            raise SplitImpossible("group", "")
        learn = side.table[~test]
        ready = learned(learn, side.features, known[~test], task, Encoding.CODES)
        parts = crossed(known[~test], 0)
        x = encode_learned(ready, learn, known[~test], task, Encoding.CODES, parts)
        weights = np.ones(len(learn))
        problem = Problem(task, x, known[~test], weights, len(classes), np.ones(len(classes)))
        within = _told(part(report, fold / FOLDS, (fold + 1) / FOLDS))
        fitted = kind.fit(params, problem, 0, within)
        if test.any():
            scores[test] = kind.scores(fitted.estimator, encode(ready, side.table[test]))
    rows = side.table.index.to_numpy("int64")
    return Predictions(task, target, classes, rows, scores, known)
