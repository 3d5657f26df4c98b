"""What a model must beat, trained beside it on the same rows: no model, and an established one."""

from __future__ import annotations

from dataclasses import replace

from core.behaviour.question import YES
from core.behaviour.reference import CHANCE, PURCHASES, SPEND
from core.models.family import Task
from core.models.reference import ASKED, OTHER
from core.schema import Column, Kind, Role, Schema
from core.train.spec import ModelSpec

BASELINE, REFERENCE = "baseline", "reference"
ANSWERING = {CHANCE: Task.BINARY, PURCHASES: Task.REGRESSION, SPEND: Task.REGRESSION}


def rivals(spec: ModelSpec, schema: Schema) -> tuple[ModelSpec, ...]:
    """The wishes for what a model of a table with that schema is compared with."""
    known = reference(spec, schema)
    return (baseline(spec),) if known is None else (baseline(spec), known)


def baseline(spec: ModelSpec) -> ModelSpec:
    """The wish for no model at all on the same rows: what every model must beat."""
    return replace(spec, family=BASELINE, params={}, balanced=False)


def reference(spec: ModelSpec, schema: Schema) -> ModelSpec | None:
    """The wish for the established model, where its answer to this very question is a column.

    That column is there to be compared with, not to learn from: it is ignored. It answers the
    table's own target and no other; a chance is that of "yes".
    """
    column = _column(spec, schema)
    if column is None:
        return None
    other = spec.task is Task.BINARY and spec.outcome != YES
    return replace(
        spec,
        features=(replace(column, role=Role.FEATURE),),
        family=REFERENCE,
        params={"of": OTHER if other else ASKED},
        balanced=False,
    )


def _column(spec: ModelSpec, schema: Schema) -> Column | None:
    if schema.target is not None and schema.target.name != spec.target.name:
        return None
    if spec.task is Task.BINARY and YES not in spec.target.levels:
        return None
    for column in schema.with_role(Role.IGNORED):
        if ANSWERING.get(column.name) is spec.task and column.kind is Kind.NUMBER:
            return column
    return None
