"""Same wish, same id; another wish, another id."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from core.models.family import Task
from core.schema import Column, Kind, Role
from core.train.spec import ModelSpec, Split, SplitKind
from tests.core.train.shop import FEATURES, asked

SPEC = asked(params={"penalty": 2.0}, seed=3)
OTHERS: list[dict[str, Any]] = [
    {"dataset": "another"},
    {"task": Task.MULTICLASS},
    {"target": Column("member", Kind.BOOLEAN, levels=("no", "yes"))},
    {"target": replace(SPEC.target, levels=("yes", "no"))},
    {"features": FEATURES[:-1]},
    {"features": FEATURES[::-1]},
    {"features": (replace(FEATURES[0], role=Role.SENSITIVE), *FEATURES[1:])},
    {"features": (replace(FEATURES[0], pattern="comma"), *FEATURES[1:])},
    {"family": "forest"},
    {"outcome": "no"},
    {"params": {}},
    {"params": {"penalty": 3.0}},
    {"split": Split(held_out=0.3)},
    {"split": Split(SplitKind.GROUP, column="household")},
    {"split": Split(SplitKind.GROUP, column="city")},
    {"balanced": True},
    {"seed": 4},
    {"rows_at_most": 100},
]


def test_the_id_does_not_change_from_day_to_day() -> None:
    spec = ModelSpec("t", Task.REGRESSION, Column("y", Kind.NUMBER), (), "linear")
    assert spec.id == "2a7edec161c8"


def test_every_field_counts() -> None:
    ids = [replace(SPEC, **other).id for other in OTHERS]
    assert len({SPEC.id, *ids}) == len(OTHERS) + 1


def test_the_order_of_settings_does_not_count() -> None:
    one = replace(SPEC, params={"a": 1, "b": 2})
    assert one.id == replace(SPEC, params={"b": 2, "a": 1}).id


@pytest.mark.parametrize("other", OTHERS)
def test_json_brings_back_the_same_wish(other: dict[str, Any]) -> None:
    spec = replace(SPEC, **other)
    read = msgspec.json.decode(msgspec.json.encode(spec), type=ModelSpec)
    assert read == spec
    assert read.id == spec.id
    assert msgspec.convert(msgspec.to_builtins(spec), ModelSpec).id == spec.id
