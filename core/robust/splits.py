"""How much another way to hold customers out would flatter a model."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from core.errors import CannotSetAside
from core.progress import Report, parts
from core.robust.ground import Ground, said, score
from core.schema import Kind, Role, Schema
from core.search.folding import Fold, folds
from core.train.spec import Split, SplitKind

PARTS = 4
STAGE = "robust.stage.splits"
FLATTERS = 0.01  # of the score; less is nothing to speak of


@dataclass(frozen=True)
class Way:
    """A way to set customers aside, the mean score of its folds, and that mean's standard error."""

    kind: SplitKind
    column: str
    score: float
    error: float | None


def ways(schema: Schema, target: str) -> tuple[Split, ...]:
    """How rows of a table can be held out: at random, by each group or id that repeats, by each
    date, the last ones where there is no date."""
    known = [column for column in schema.columns if column.name != target]
    groups = [c.name for c in known if c.role is Role.GROUP]
    dates = [c.name for c in known if c.kind is Kind.DATE]
    found = [Split()]
    found += [replace(Split(), kind=SplitKind.GROUP, column=name) for name in groups]
    found += [replace(Split(), kind=SplitKind.DATE, column=name) for name in dates]
    return (*found, *([] if dates else [replace(Split(), kind=SplitKind.LAST)]))


def compared(of: Ground, among: tuple[Split, ...], report: Report) -> tuple[Way, ...]:
    """The same wish judged in each way, by folds of all its rows; one that is impossible is left
    out. The table of ``of`` has the columns that the ways name."""
    found = []
    for split, told in zip(among, parts(report, len(among)), strict=True):
        try:
            cut = folds(of.table, of.y, split, PARTS, of.spec.seed)
        except CannotSetAside:
            continue
        found.append(_judged(of, split, cut, told))
    report(1.0, STAGE)
    return tuple(found)


def _judged(of: Ground, split: Split, cut: tuple[Fold, ...], report: Report) -> Way:
    """A column that tells which rows are held out is not learned from."""
    features = tuple(c for c in of.spec.features if c.name != split.column)
    alone = replace(of, spec=replace(of.spec, features=features))
    scores = []
    for fold, told in zip(cut, parts(report, len(cut)), strict=True):
        scores.append(score(alone, said(alone, fold.learn, fold.judge, told), fold.judge))
    error = float(np.std(scores, ddof=1)) / math.sqrt(len(scores)) if len(scores) > 1 else None
    return Way(split.kind, split.column, float(np.mean(scores)), error)
