"""A search is for the same wish the same, however long it may take."""

from dataclasses import replace

import pytest

from core.errors import FamilyCannot, NoFamilies, UnknownFamily
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
