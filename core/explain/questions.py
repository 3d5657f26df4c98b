"""A decision tree in the user's own columns: which questions it asks, and who answers how."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from core.explain.explanation import Scale
from core.explain.output import Output, encoded, output
from core.models.family import Encoding, Matrix, family
from core.schema import Kind
from core.train.field import Field
from core.train.preparation import Preparation
from core.train.training import TrainedModel

WORDS_NAMED = 3  # of a direction along which texts differ


class Ask(StrEnum):
    """How customers on one side of a question answered."""

    AT_MOST = "at_most"
    ABOVE = "above"
    ONE_OF = "one_of"
    MISSING = "missing"
    KNOWN = "known"
    MORE_OF = "more_of"
    LESS_OF = "less_of"
    LONGER = "longer"
    SHORTER = "shorter"


@dataclass(frozen=True)
class Answer:
    """One side of a question about ``column``.

    ``bound`` is a number or a date. ``levels`` are those that get here, of the ``asked`` ones that
    came to the question, the most frequent first; of a text they are the words that it says more or
    less of, and ``bound`` is how many characters. ``gaps`` is true where customers without a value
    are among them.
    """

    column: str
    ask: Ask
    bound: float | pd.Timestamp | None = None
    levels: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    gaps: bool = False


@dataclass(frozen=True)
class Node:
    """Customers who answered alike so far.

    ``rows`` is how many of them the tree learned from, ``value`` their share of the outcome or
    their average. ``answer`` brought them here (None at the top); ``below`` are the two sides of
    the next question, empty at the end.
    """

    number: int
    depth: int
    rows: int
    value: float
    answer: Answer | None
    below: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree of a model: ``number`` of ``trees``, from 0.

    ``apart`` is the mean distance of its answers from the model's own over the background rows, on
    the explanation's scale: 0 where it is the model.
    """

    top: Node
    of: str
    scale: Scale
    number: int
    trees: int
    apart: float


@dataclass(frozen=True)
class _Alive:
    """What can still be on the way down: by column, the levels, and whether gaps."""

    levels: dict[str, tuple[str, ...]]
    gaps: dict[str, bool]


def can_be_drawn(model: TrainedModel) -> bool:
    """True for trees and forests."""
    return family(model.spec.family).encoding is Encoding.CODES and bool(_trees(model.estimator))


def tree(model: TrainedModel, of: str = "", number: int | None = None) -> Tree:
    """One tree of a model: by default the one whose answers are closest to the model's.

    Raises UnknownOutcome, and ValueError for a model without trees or of fewer trees.
    """
    trees = _trees(model.estimator)
    if not can_be_drawn(model):
        raise ValueError(f"a {model.spec.family} has no trees")
    shown = output(model, of)
    apart = _apart(trees, encoded(model, model.background), shown)
    chosen = int(apart.argmin()) if number is None else number
    if not 0 <= chosen < len(trees):
        raise ValueError(f"there is no tree {chosen}")
    fields = {field.column: field for field in model.fields}
    levels = {name: tuple(fields[name].levels) for name in model.preparation.levels}
    start = _Alive(levels, {name: field.gaps for name, field in fields.items()})
    grower = _Grower(trees[chosen], model.preparation, fields, shown)
    top = grower.node(0, 0, None, start)
    return Tree(top, shown.of, shown.scale, chosen, len(trees), float(apart[chosen]))


def path(model: TrainedModel, drawn: Tree, row: pd.DataFrame) -> tuple[Node, ...]:
    """The nodes that one typed row (1, columns) comes through, from the top to its end.

    Raises ColumnsMissing.
    """
    raw, x = _trees(model.estimator)[drawn.number], encoded(model, row)[0]
    nodes = [drawn.top]
    while nodes[-1].below:
        at = nodes[-1].number
        right = not x[raw.feature[at]] <= raw.threshold[at]
        nodes.append(nodes[-1].below[right])
    return tuple(nodes)


def ends(top: Node) -> Iterator[tuple[Node, ...]]:
    """The way to each end of a tree, left to right, with the top first."""
    for way in ways(top):
        if not way[-1].below:
            yield way


def ways(top: Node) -> Iterator[tuple[Node, ...]]:
    """The way to each node of a tree, a question before its sides."""
    yield (top,)
    for side in top.below:
        for way in ways(side):
            yield (top, *way)


def summary(way: tuple[Node, ...]) -> tuple[Answer, ...]:
    """The answers on a way, of each column and side only the last: it is the narrowest."""
    last: dict[tuple[str, Ask, tuple[str, ...]], Answer] = {}
    for node in way:
        if node.answer is not None:
            said = () if node.answer.asked else node.answer.levels  # of a text, which words
            key = (node.answer.column, node.answer.ask, said)
            last.pop(key, None)
            last[key] = node.answer
    return tuple(last.values())


def _trees(estimator: Any) -> list[Any]:
    """scikit-learn's ``Tree`` of a tree, or of each tree of a forest."""
    grown = getattr(estimator, "estimators_", [estimator])
    return [one.tree_ for one in grown if hasattr(one, "tree_")]


def _apart(trees: list[Any], x: Matrix, shown: Output) -> np.ndarray:
    """Each tree's mean distance from the mean of all: (trees,)."""
    each = np.stack([one.predict(x)[:, shown.number] for one in trees])
    return np.asarray(np.abs(each - each.mean(axis=0)).mean(axis=1))


@dataclass(frozen=True, eq=False)
class _Grower:
    """What is needed to put scikit-learn's arrays into the user's words."""

    raw: Any
    preparation: Preparation
    fields: dict[str, Field]
    shown: Output

    def node(self, at: int, depth: int, answer: Answer | None, alive: _Alive) -> Node:
        raw = self.raw
        below: tuple[Node, ...] = ()
        if raw.children_left[at] >= 0:
            left, right = self.sides(int(raw.feature[at]), float(raw.threshold[at]), alive)
            below = (
                self.node(int(raw.children_left[at]), depth + 1, left, _narrowed(alive, left)),
                self.node(int(raw.children_right[at]), depth + 1, right, _narrowed(alive, right)),
            )
        value = float(raw.value[at, 0, self.shown.number])
        return Node(at, depth, int(raw.n_node_samples[at]), value, answer, below)

    def sides(self, feature: int, threshold: float, alive: _Alive) -> tuple[Answer, Answer]:
        """The two answers to a question: at most the threshold, and above it."""
        starts = [start for start, _ in self.preparation.blocks]
        place = bisect_right(starts, feature) - 1
        name = self.preparation.columns[place].name
        if name in self.preparation.texts:
            return self.by_text(name, feature - starts[place], threshold, alive.gaps[name])
        if name in self.preparation.levels:
            return self.by_level(name, threshold, alive)
        return self.by_number(name, threshold, alive.gaps[name])

    def by_number(self, name: str, threshold: float, gaps: bool) -> tuple[Answer, Answer]:
        """A gap is filled below every value, so that it goes left if anything does."""
        field = self.fields[name]
        if gaps and (field.low is None or np.float32(field.low) > threshold):
            return Answer(name, Ask.MISSING, gaps=True), Answer(name, Ask.KNOWN)
        bound = _bound(field, threshold)
        left = gaps and np.float32(self.preparation.numbers[name].fill) <= threshold
        return (
            Answer(name, Ask.AT_MOST, bound, gaps=bool(left)),
            Answer(name, Ask.ABOVE, bound, gaps=bool(gaps and not left)),
        )

    def by_text(self, name: str, cell: int, threshold: float, gaps: bool) -> tuple[Answer, Answer]:
        """Which words a text says more of, how long it is, or whether there is one; a gap is
        average in the first two."""
        part = self.preparation.texts[name]
        if cell > len(part.directions):
            return Answer(name, Ask.KNOWN), Answer(name, Ask.MISSING, gaps=gaps)
        left, right = gaps and threshold >= 0, gaps and threshold < 0
        if cell < len(part.directions):
            words = part.speaking(cell, WORDS_NAMED)
            return (
                Answer(name, Ask.LESS_OF, levels=words, gaps=left),
                Answer(name, Ask.MORE_OF, levels=words, gaps=right),
            )
        bound = float(math.floor(math.expm1(threshold * part.scales[cell] + part.means[cell])))
        return (
            Answer(name, Ask.SHORTER, bound, gaps=left),
            Answer(name, Ask.LONGER, bound, gaps=right),
        )

    def by_level(self, name: str, threshold: float, alive: _Alive) -> tuple[Answer, Answer]:
        """Levels are numbers in the order of their outcome: a question parts them in two."""
        part, asked, gaps = self.preparation.levels[name], alive.levels[name], alive.gaps[name]
        goes_left = {
            level: bool(np.float32(part.levels.get(level, part.unseen)[0]) <= threshold)
            for level in asked
        }
        gap_left = bool(np.float32(part.missing[0]) <= threshold)

        def side(left: bool) -> Answer:
            levels = tuple(level for level in asked if goes_left[level] is left)
            has_gaps = gaps and gap_left is left
            if has_gaps and not levels:
                return Answer(name, Ask.MISSING, gaps=True)
            if levels == asked and gaps and not has_gaps:
                return Answer(name, Ask.KNOWN, levels=levels, asked=asked)
            return Answer(name, Ask.ONE_OF, levels=levels, asked=asked, gaps=has_gaps)

        return side(True), side(False)


def _bound(field: Field, threshold: float) -> float | pd.Timestamp:
    """The threshold as the user would write it: whole where the column is, a date where it is."""
    bound = math.floor(threshold) if field.whole else threshold
    if field.kind is Kind.DATE:
        return pd.Timestamp("1970-01-01") + pd.Timedelta(days=bound)
    return float(bound)


def _narrowed(alive: _Alive, answer: Answer) -> _Alive:
    """What can still come after an answer."""
    levels = alive.levels
    if answer.column in levels:
        levels = levels | {answer.column: answer.levels}
    return replace(alive, levels=levels, gaps=alive.gaps | {answer.column: answer.gaps})
