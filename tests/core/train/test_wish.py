"""What a person chose, made into a complete wish."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from core.data.dataset import Dataset, Provenance
from core.errors import BadSetting, NoFeatures, UnknownColumn, UnknownFamily, UnknownOutcome
from core.models.family import Task, family
from core.models.forest import Params
from core.schema import Column, Kind, Role, Schema
from core.train.spec import Split, SplitKind
from core.train.wish import Choices, wish
from tests.core.train.shop import FEATURES, TARGETS

SCHEMA = Schema(
    (
        Column("customer", Kind.TEXT, Role.ID),
        *FEATURES,
        Column("household", Kind.NUMBER, Role.GROUP),
        Column("age", Kind.NUMBER, Role.SENSITIVE),
        Column("note", Kind.TEXT, Role.IGNORED),
        replace(TARGETS[Task.BINARY], role=Role.TARGET),
        TARGETS[Task.MULTICLASS],
    )
)
DATASET = Dataset("abc", "shop", Path("nowhere"), SCHEMA, 300, Provenance("shop.csv", 1, "csv"))


def names(split: Split, target: str = "buys", outcome: str = "yes") -> list[str]:
    return [c.name for c in wish(DATASET, target, outcome, Choices(split=split)).features]


def test_features_are_what_a_model_may_learn_from() -> None:
    expected = [*(c.name for c in FEATURES), "age", "brand"]
    assert names(Split()) == expected
    assert names(Split(SplitKind.GROUP, column="household")) == expected
    expected.remove("since")
    assert names(Split(SplitKind.DATE, column="since")) == expected


def test_another_target_makes_the_old_one_a_feature() -> None:
    assert names(Split(), "brand", "") == [*(c.name for c in FEATURES), "age", "buys"]


def test_everything_chosen_is_in_the_wish() -> None:
    choices = Choices("forest", {"trees": 50}, Split(held_out=0.4), balanced=True, seed=9)
    spec = wish(DATASET, "buys", "no", choices)
    assert (spec.dataset, spec.task, spec.outcome) == ("abc", Task.BINARY, "no")
    assert (spec.family, spec.split) == ("forest", Split(held_out=0.4))
    usual = {f.name: f.default for f in family("forest").choices}
    assert usual.keys() < {f.name for f in fields(Params)}  # what tells a form is not written out
    assert spec.params == usual | {"trees": 50}
    small = wish(DATASET, "buys", "no", replace(choices, params={"trees": 50, "kept": 7}))
    assert small.params == spec.params | {"kept": 7}
    assert (spec.balanced, spec.seed) == (True, 9)
    assert spec.target.role is Role.TARGET


@pytest.mark.parametrize(("target", "task"), [("brand", Task.MULTICLASS), ("age", Task.REGRESSION)])
def test_an_outcome_is_kept_for_two_levels_only(target: str, task: Task) -> None:
    spec = wish(DATASET, target, "yes", Choices())
    assert (spec.task, spec.outcome) == (task, "")
    assert spec.id == wish(DATASET, target, "", Choices()).id


def test_a_default_chosen_is_a_default_left_alone() -> None:
    def made(**params: float) -> str:
        return wish(DATASET, "buys", "yes", Choices("linear", dict(params))).id

    assert made() == made(penalty=1.0) == made(penalty=1)
    assert made() != made(penalty=2.0)


def test_what_cannot_be_wished_for() -> None:
    with pytest.raises(UnknownColumn):
        wish(DATASET, "luck", "yes", Choices())
    with pytest.raises(UnknownOutcome) as raised:
        wish(DATASET, "buys", "maybe", Choices())
    known = ("no", "yes")
    assert raised.value.facts == {"column": "buys", "outcome": "maybe", "known": known}
    alone = replace(DATASET, schema=Schema((TARGETS[Task.BINARY], SCHEMA["customer"])))
    with pytest.raises(NoFeatures) as none:
        wish(alone, "buys", "yes", Choices())
    assert none.value.target == "buys"
    with pytest.raises(UnknownFamily):
        wish(DATASET, "buys", "yes", Choices("oracle"))
    with pytest.raises(BadSetting):
        wish(DATASET, "buys", "yes", Choices("forest", {"trees": 0}))
