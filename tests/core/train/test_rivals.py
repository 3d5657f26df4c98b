"""Every model has its rivals: no model, and the established one where its answer is a column."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.behaviour.reference import CHANCE, COLUMN, PURCHASES, SPEND
from core.models.family import Task
from core.schema import Column, Kind, Role, Schema
from core.train.rivals import ANSWERING, baseline, reference, rivals
from core.train.spec import ModelSpec, Split, SplitKind

LABEL = Column("label", Kind.BOOLEAN, Role.TARGET, ("no", "yes"))
PAID = Column("label", Kind.NUMBER, Role.TARGET)
AGE = Column("recency", Kind.NUMBER)


def asked(target: Column = LABEL, outcome: str = "yes") -> ModelSpec:
    task = Task.REGRESSION if target.kind is Kind.NUMBER else Task.BINARY
    split = Split(SplitKind.GROUP, column="customer")
    params = {"trees": 50}
    return ModelSpec("d", task, target, (AGE,), "forest", outcome, params, split, True, 3)


def schema(column: str, target: Column = LABEL, role: Role = Role.IGNORED) -> Schema:
    return Schema((AGE, target, Column(column, Kind.NUMBER, role)))


def test_every_column_of_the_reference_answers_something() -> None:
    assert set(ANSWERING) == set(COLUMN.values())


@pytest.mark.parametrize(
    ("column", "target", "outcome", "of"),
    [
        (CHANCE, LABEL, "yes", "asked"),
        (CHANCE, LABEL, "no", "other"),
        (PURCHASES, PAID, "", "asked"),
        (SPEND, PAID, "", "asked"),
    ],
)
def test_the_reference_answers_on_the_same_rows(
    column: str, target: Column, outcome: str, of: str
) -> None:
    spec = asked(target, outcome)
    zero, found = rivals(spec, schema(column, target))
    assert zero == baseline(spec)
    assert found == reference(spec, schema(column, target))
    assert (found.family, found.params, found.balanced) == ("reference", {"of": of}, False)
    assert found.features == (Column(column, Kind.NUMBER),)
    assert (found.split, found.seed, found.target) == (spec.split, spec.seed, spec.target)


@pytest.mark.parametrize(
    "known",
    [
        Schema((AGE, LABEL)),
        schema(PURCHASES),
        schema(CHANCE, role=Role.FEATURE),
        schema("chance"),
        Schema((AGE, LABEL, Column(CHANCE, Kind.CATEGORY, Role.IGNORED))),
        Schema(
            (
                replace(LABEL, role=Role.FEATURE),
                replace(LABEL, name="other"),
                Column(CHANCE, Kind.NUMBER, Role.IGNORED),
            )
        ),
    ],
)
def test_elsewhere_no_model_is_the_only_rival(known: Schema) -> None:
    assert rivals(asked(), known) == (baseline(asked()),)


def test_another_tables_answers_are_not_yes_and_no() -> None:
    target = replace(LABEL, levels=("a", "b"))
    assert reference(asked(target, "a"), schema(CHANCE, target)) is None
