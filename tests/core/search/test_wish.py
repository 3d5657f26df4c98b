"""A search is for the same wish the same, however long it may take."""

import hashlib
from dataclasses import replace

import msgspec
import pytest

from core.errors import BadSetting, FamilyCannot, NoFamilies, UnknownFamily
from core.models.family import Task, families
from core.schema import Column, Kind, Role
from core.search.wish import search
from core.train.spec import ModelSpec, Split, SplitKind

TARGET = Column("buys", Kind.BOOLEAN, Role.TARGET, ("no", "yes"))
SPEC = ModelSpec("d" * 64, Task.BINARY, TARGET, (Column("age", Kind.NUMBER),), "forest", "yes")


def test_family_and_settings_are_what_is_looked_for_and_no_part_of_the_wish() -> None:
    other = replace(SPEC, family="svm", params={"c": 3.0})
    assert search(SPEC).id == search(other).id
    assert search(replace(SPEC, seed=1)).id != search(SPEC).id
    assert search(replace(SPEC, split=Split(SplitKind.LAST))).id != search(SPEC).id
    assert search(SPEC, ("forest",)).id != search(SPEC).id


def test_what_is_best_is_part_of_the_wish_where_it_is_not_the_usual() -> None:
    usual, other = search(SPEC), search(SPEC, by="log_loss")
    assert usual.metric.key == "roc_auc"
    assert search(SPEC, by="roc_auc") == usual
    assert usual.id == hashed(usual.spec.id, sorted(usual.families), 5)  # as ever: none is lost
    assert other.metric.key == "log_loss"
    assert other.id == hashed(usual.spec.id, sorted(usual.families), 5, "log_loss")
    of_brands = replace(SPEC, task=Task.MULTICLASS)
    assert search(of_brands, by="accuracy").metric.key == "accuracy"
    assert search(replace(SPEC, task=Task.REGRESSION), by="mae").metric.key == "mae"


def hashed(*said: object) -> str:
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:12]


@pytest.mark.parametrize("by", ["accuracy", "f1", "mae", "magic", "ROC_AUC"])
def test_what_models_cannot_be_ranked_by_is_said_with_what_they_can(by: str) -> None:
    """Where there are two answers, how often one is right hangs on a threshold."""
    with pytest.raises(BadSetting) as told:
        search(SPEC, by=by)
    allowed = "roc_auc, average_precision, log_loss, brier"
    assert told.value.facts == {"setting": "by", "value": by, "allowed": allowed}


def test_all_families_that_can_do_the_task_on_tables_are_tried() -> None:
    asked = search(SPEC).families
    assert {"forest", "boosting", "svm", "mlp", "linear"} <= set(asked)
    for key in asked:
        assert Task.BINARY in families()[key].tasks
        assert not families()[key].beside
    assert "bayes" not in search(replace(SPEC, task=Task.REGRESSION)).families


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(FamilyCannot):
        search(replace(SPEC, task=Task.REGRESSION), ("bayes",))
    with pytest.raises(UnknownFamily):
        search(SPEC, ("magic",))
    with pytest.raises(NoFamilies):
        search(SPEC, ("baseline",))
