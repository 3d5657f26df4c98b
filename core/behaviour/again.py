"""A new log for a recipe: which tables stand where those stood that the recipe was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow.parquet as pq

from core.behaviour.meaning import Part, Use
from core.behaviour.question import Question, iso
from core.behaviour.recipe import Recipe
from core.behaviour.recorded import DAY, Recorded
from core.data.dataset import Dataset
from core.errors import BadSetting, ColumnsMissing, TableMissing
from core.schema import Kind, Role

OPTIONS = {Part.LOOKUP: Part.PRODUCTS}  # as what tables of words are brought


@dataclass(frozen=True)
class Brought:
    """A table and what it was said to be."""

    dataset: Dataset
    part: Part


def uses_again(recipe: Recipe, tables: Sequence[Brought]) -> tuple[Use, ...]:
    """The recipe's uses of the new tables. Raises TableMissing."""
    free = list(tables)
    found = []
    for use in recipe.uses:
        if use.part is Part.OTHER:
            continue
        match = _like(use, free)
        free.remove(match)
        found.append(replace(use, table=match.dataset.id, name=match.dataset.name))
    return tuple(found)


def _like(use: Use, free: Sequence[Brought]) -> Brought:
    """The table of that part with those columns; of several the one of the same name."""
    part = OPTIONS.get(use.part, use.part)
    columns = tuple(name for name in use.columns.values() if name)
    fitting = [
        each
        for each in free
        if each.part is part and all(name in each.dataset.schema for name in columns)
    ]
    if not fitting:
        raise TableMissing(use.name, part.value, columns)
    return max(fitting, key=lambda each: each.dataset.name == use.name)


def read_alike(recipe: Recipe, dataset: Dataset) -> Dataset:
    """The table with attributes of the kinds they had, whatever its few rows look like."""
    schema = dataset.schema
    for name, kind in recipe.plan.attributes:
        if name in schema and (schema[name].kind != kind or schema[name].role is not Role.FEATURE):
            schema = schema.changed(replace(schema[name], kind=Kind(kind), role=Role.FEATURE))
    return replace(dataset, schema=schema)


def question_again(recipe: Recipe, recorded: Recorded, cutoff: str) -> Question:
    """The question at another cutoff; without one at the end of the log. Raises BadSetting where
    the rows have moments of their own, and ColumnsMissing where customers lack attributes."""
    wanted = (*(name for name, _ in recipe.plan.attributes), *recipe.plan.dates)
    has = tuple(pq.read_schema(recorded.customers).names)
    if lacking := tuple(n for n in wanted if n not in has and n not in recipe.plan.left_out):
        raise ColumnsMissing(lacking, has)
    if recipe.question.has_moments:
        if cutoff:
            raise BadSetting("--cutoff", cutoff, "–")
        return recipe.question
    end = iso((recorded.story.last // DAY + 1) * DAY)
    return replace(recipe.question, cutoffs=(cutoff or end,))
