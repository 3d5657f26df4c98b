"""Segments of customers described: how many, what sets each apart, and what they answered."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.privacy.counts import suppressed
from core.errors import NoRule
from core.explore.clusters import Clusters, Labels, Tried, Wish
from core.explore.groups import Group
from core.explore.relation import Measure, Part, Relation, relation
from core.explore.rule import Rule, rule
from core.explore.traits import Trait, traits
from core.progress import Report, silent
from core.schema import Column, Kind, Schema

TRAITS_AT_MOST = 60
ROWS = "rows"
STAGE = "segments.stage.describing"


@dataclass(frozen=True)
class Answered:
    """The target in a segment, over the ``rows`` whose answer is known, with 95 % intervals.

    A rate or mean is one value; of several classes there is a share each. A bound is None where
    too few rows give none.
    """

    rows: int
    values: tuple[float, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]


@dataclass(frozen=True)
class Segments:
    """The segments of a table, the largest first.

    ``rows`` of the table's ``rows_of_table`` were looked at. ``traits`` are the strongest, of all
    segments each. ``overall`` are the target's values over all rows, ``answers`` those of each
    segment (None where nobody's answer is known); ``classes`` name them where there are several.
    ``rules`` are conditions that stand for each segment, None where none do.
    """

    wish: Wish
    rows: int
    rows_of_table: int
    fitted: int
    columns: tuple[str, ...]
    chosen: Tried
    tried: tuple[Tried, ...]
    sizes: tuple[int, ...]
    traits: tuple[Trait, ...]
    target: Column
    outcome: str
    measure: Measure
    classes: tuple[Group, ...]
    overall: tuple[float, ...]
    answers: tuple[Answered | None, ...]
    rules: tuple[Rule | None, ...]


@dataclass(frozen=True)
class Aim:
    """What is asked of the table, and by which columns its customers were compared."""

    target: str
    outcome: str
    columns: tuple[Column, ...]


def described(
    table: pd.DataFrame, schema: Schema, aim: Aim, found: tuple[Wish, Clusters],
    report: Report = silent,
) -> Segments:  # fmt: skip
    """The segments of a typed table, whose rows are those of the clusters.

    Raises what ``relation`` raises.
    """
    wish, clusters = found
    report(0.0, STAGE)
    answers = answered(table, schema[aim.target], aim.outcome, clusters.labels)
    by_number = {part.group.level: _answered(part) for part in answers.parts}
    sizes = tuple(int(rows) for rows in np.bincount(clusters.labels))
    return Segments(
        wish=wish,
        rows=len(table),
        rows_of_table=len(table),
        fitted=clusters.fitted,
        columns=tuple(column.name for column in aim.columns),
        chosen=clusters.chosen,
        tried=clusters.tried,
        sizes=sizes,
        traits=traits(table, aim.columns, clusters.labels)[:TRAITS_AT_MOST],
        target=schema[aim.target],
        outcome=aim.outcome,
        measure=answers.measure,
        classes=answers.classes,
        overall=answers.overall,
        answers=tuple(by_number.get(str(place)) for place in range(len(sizes))),
        rules=tuple(_rules(table, aim.columns, clusters.labels, report)),
    )


def answered(table: pd.DataFrame, target: Column, outcome: str, labels: Labels) -> Relation:
    """How the target goes along with groups ``labels`` (rows,), named by number from 0.

    Raises TargetMissing and UnknownOutcome.
    """
    name = "segment" if target.name != "segment" else "segments"
    levels = tuple(str(place) for place in range(int(labels.max()) + 1))
    numbered = Column(name, Kind.CATEGORY, levels=levels, ordered=True)
    texts = pd.Series(labels, index=table.index).astype(str).astype(object)
    both = pd.DataFrame({name: texts, target.name: table[target.name]})
    return relation(both, numbered, target, outcome)


def hidden(found: Segments) -> frozenset[int]:
    """The segments of too few customers to be shown, from 0."""
    table, _ = suppressed(pd.DataFrame({ROWS: found.sizes}), ROWS)
    return frozenset(np.flatnonzero(table[ROWS].isna()).tolist())


def _rules(
    table: pd.DataFrame, columns: tuple[Column, ...], labels: Labels, report: Report
) -> Iterator[Rule | None]:
    segments = int(labels.max()) + 1
    for place in range(segments):
        report(place / segments, STAGE)
        try:
            yield rule(table, columns, labels == place, place + 1)
        except NoRule:
            yield None


def _answered(part: Part) -> Answered:
    return Answered(
        part.rows, part.values, tuple(map(_known, part.lows)), tuple(map(_known, part.highs))
    )


def _known(bound: float) -> float | None:
    return float(bound) if math.isfinite(bound) else None
