"""What may leave in a report: no customer's row, no cell that tells one, no answer of very few."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import singledispatch
from typing import Any

import numpy as np
import pandas as pd

from core.charts.beeswarm import BeeswarmPoints, Swarm
from core.charts.predicted_actual import ErrorLine, ErrorPoints
from core.data.dataset import Dataset, Note
from core.data.finding import Finding
from core.data.privacy.counts import K
from core.models.family import Task
from core.predict import Predictions
from core.review.piece import Drawn, Listed, Piece, Said
from core.schema import Role
from core.text.phrases import Phrases

DIGITS = 3  # of an amount that one customer's dot tells
# charts in which no customer stands alone; any other is named, and not drawn
OF_MANY = frozenset((
    "board", "calibration", "classes", "confusion", "gains", "importance", "learning_curve",
    "dotted", "lift", "precision_recall", "roc", "splits", "versus",
))  # fmt: skip
# a customer is a dot, whom ``_apart`` makes one that cannot be found in the table
OF_DOTS = frozenset(("beeswarm", "predicted_actual", "residuals"))
WITHOUT_NUMBERS = frozenset(("predicted_actual", "residuals"))  # theirs are a row a customer
# findings whose example is a figure of ours, and those where it is a level that ``count`` rows have
FIGURES = frozenset(("too_few_rows", "gives_away", "suspicious", "filled_after"))
LEVELS = frozenset(("constant", "one_class", "rare_class", "imbalance"))


def unnamed(predictions: Predictions, say: Phrases) -> Predictions:
    """The same predictions, rows numbered anew and small classes without their names.

    The two answers of a yes/no question are the question itself, and stay.
    """
    rows = np.arange(len(predictions.rows))
    if predictions.task is not Task.MULTICLASS or predictions.truth is None:
        return replace(predictions, rows=rows)
    counts = np.bincount(predictions.truth.astype(np.int64), minlength=len(predictions.classes))
    names, small = [], 0
    for name, count in zip(predictions.classes, counts, strict=False):
        small += bool(count < K)
        names.append(say("report.hidden.class", k=K, number=small) if count < K else name)
    return replace(predictions, rows=rows, classes=tuple(names))


def example(found: Finding, dataset: Dataset, sayable: frozenset[str], say: Phrases) -> str:
    """The example of a finding where it tells nobody, else words that stand for it.

    ``sayable`` are texts that are no cell of a customer: names of columns, answers of the question.
    """
    if not found.example or found.example in sayable or found.code in FIGURES:
        return found.example
    if found.code in LEVELS and found.column in dataset.schema:
        column = dataset.schema[found.column]
        if not column.mask and column.role not in (Role.ID, Role.GROUP):
            few = say("report.hidden.few", k=K)
            return found.example if found.count >= K else few
    return say("report.hidden.cell")


def finding_facts(
    found: Finding, dataset: Dataset, sayable: frozenset[str], say: Phrases
) -> dict[str, Any]:
    """The facts of a finding's sentences."""
    facts = asdict(found) | {"example": example(found, dataset, sayable, say)}
    del facts["remedies"]
    return facts


def note_facts(note: Note, sayable: frozenset[str], say: Phrases) -> dict[str, Any]:
    """The facts of a note's sentence: an example of what was met is a cell, or a column's name."""
    named = not note.example or note.example in sayable
    return asdict(note) | {"example": note.example if named else say("report.hidden.cell")}


def shared(piece: Piece, say: Phrases) -> Piece:
    """The piece as it may leave."""
    if isinstance(piece, Said | Listed) or piece.chart in OF_MANY:
        return piece
    if piece.chart in OF_DOTS:
        return Drawn(piece.chart, _apart(piece.points, say))
    return Said("report.hidden.chart")


@singledispatch
def _apart(points: Any, say: Phrases) -> Any:
    raise TypeError(type(points).__name__)


@_apart.register
def _(points: ErrorPoints, say: Phrases) -> ErrorPoints:
    """In the order of predictions, amounts to three digits."""
    return replace(points, lines=tuple(_of_line(line) for line in points.lines))


def _of_line(line: ErrorLine) -> ErrorLine:
    rest = line.rest
    order = np.lexsort((rest.actual, rest.predicted))
    dots = {name: _short(getattr(rest, name)[order]) for name in ("predicted", "actual")}
    return replace(line, rest=replace(rest, rows=np.arange(len(order)), **dots))


def _short(values: Any) -> Any:
    """To three significant digits."""
    given = np.asarray(values, np.float64)
    size = np.floor(np.log10(np.abs(given), out=np.zeros_like(given), where=given != 0))
    scale = 10.0 ** (size - DIGITS + 1)
    return np.round(given / scale) * scale


@_apart.register
def _(points: BeeswarmPoints, say: Phrases) -> BeeswarmPoints:
    """Each column's dots in an order of their own, without what the customers' cells hold."""
    return replace(points, swarms=tuple(_of_column(each, say) for each in points.swarms))


def _of_column(swarm: Swarm, say: Phrases) -> Swarm:
    order = np.argsort(swarm.effects, kind="stable")
    gone = swarm.values.isna().to_numpy()[order]
    cells = np.where(gone, None, say("report.hidden.cell"))  # type: ignore[call-overload]
    ranks = None if swarm.ranks is None else swarm.ranks[order]
    return replace(
        swarm,
        values=pd.Series(cells, dtype=object),
        effects=np.asarray(swarm.effects)[order],
        ranks=ranks,
    )
