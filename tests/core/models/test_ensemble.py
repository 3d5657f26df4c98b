"""What several models say together is what a hand calculation makes of what each says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.errors import BadSetting, ModelDamaged
from core.models.ensemble import FAMILY, RECORD, _numbers
from core.models.family import Problem, Task, families, family
from core.models.member import Member, as_text, of_text
from core.progress import silent
from tests.core.models.problems import problem

MEMBERS = (Member("tree", 3.0, {"max_depth": 3}), Member("linear", 1.0))


def params(way: str, members: tuple[Member, ...] = MEMBERS, shifts: str = "") -> dict[str, str]:
    return {"way": way, "members": as_text(members), "shifts": shifts}


def apart(given: Problem) -> list[np.ndarray]:
    """What each member says that was fitted by itself."""
    found = []
    for member in MEMBERS:
        kind = family(member.family)
        made = kind.fit(kind.settings(dict(member.params)), given, 7, silent)
        found.append(kind.scores(made.estimator, given.x))
    return found


def together(given: Problem, way: str, shifts: str = "") -> np.ndarray:
    made = FAMILY.fit(FAMILY.settings(dict(params(way, shifts=shifts))), given, 7, silent)
    return FAMILY.scores(made.estimator, given.x)


@pytest.mark.parametrize("task", list(Task))
def test_a_mean_is_three_parts_of_one_and_one_of_the_other(task: Task) -> None:
    given = problem(task)
    one, other = apart(given)
    np.testing.assert_allclose(together(given, "mean"), (3 * one + other) / 4, rtol=1e-12)


def test_a_stack_adds_log_odds() -> None:
    given = problem(Task.BINARY)
    one, other = (np.clip(each, 1e-6, 1 - 1e-6) for each in apart(given))
    odds = (one / (1 - one)) ** 3 * (other / (1 - other)) * np.exp(-0.5)
    np.testing.assert_allclose(
        together(given, "stack", "-0.5"), odds / (1 + odds), rtol=1e-9, atol=1e-15
    )


def test_a_stack_of_several_answers_multiplies_chances() -> None:
    given = problem(Task.MULTICLASS)
    one, other = (np.clip(each, 1e-6, 1 - 1e-6) for each in apart(given))
    raw = one**3 * other * np.exp([0.1, 0.0, -0.2])
    expected = raw / raw.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(together(given, "stack", "0.1 0 -0.2"), expected, rtol=1e-9)


def test_a_stack_of_values_is_their_weighted_sum() -> None:
    given = problem(Task.REGRESSION)
    one, other = apart(given)
    np.testing.assert_allclose(together(given, "stack", "5"), 3 * one + other + 5, rtol=1e-12)


def test_each_member_looks_at_its_own_columns() -> None:
    """Of blocks of three cells the first is a code, for trees, and the others are scaled."""
    given = problem(Task.BINARY, columns=6)
    blocked = Problem(**{**vars(given), "blocks": ((0, 3), (3, 6))})
    made = FAMILY.fit(FAMILY.settings(dict(params("mean"))), blocked, 7, silent).estimator
    assert [each.tolist() for each in made.columns] == [[0, 3], [1, 2, 4, 5]]


def one(weight: object) -> str:
    return f'[{{"family": "tree", "weight": {weight}}}]'


@pytest.mark.parametrize("text", ["", "[]", "{", one(0.0), one(-1.0), one('"much"'), "[1]"])
def test_members_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadSetting):
        FAMILY.settings({"members": text})


@pytest.mark.parametrize("key", ["ensemble", "baseline", "reference"])
def test_what_is_on_no_menu_cannot_be_a_member(key: str) -> None:
    asked = FAMILY.settings(dict(params("mean", (Member(key, 1.0),))))
    with pytest.raises(BadSetting):
        FAMILY.fit(asked, problem(Task.BINARY), 7, silent)
    assert not families()[key].on_menu


def test_a_member_that_cannot_do_the_task_is_named() -> None:
    asked = FAMILY.settings(dict(params("mean", (Member("bayes", 1.0),))))
    with pytest.raises(BadSetting) as told:
        FAMILY.fit(asked, problem(Task.REGRESSION), 7, silent)
    assert told.value.value == "bayes"


@pytest.mark.parametrize(
    "change",
    [
        {"way": "vote"},
        {"columns": []},
        {"columns": [[0], [-1]]},
        {"columns": [[], [0]]},
        {"members": [{"family": "tree", "weight": 0.0}, {"family": "linear", "weight": 0.0}]},
        {"members": [{"family": "ensemble", "weight": 1.0}, {"family": "linear", "weight": 0.0}]},
        {"members": [{"family": "magic", "weight": 1.0}, {"family": "linear", "weight": 0.0}]},
        {"task": "guess"},
    ],
)
def test_a_record_that_cannot_be_is_damage(change: dict[str, object], tmp_path: Path) -> None:
    given = problem(Task.BINARY)
    made = FAMILY.fit(FAMILY.settings(dict(params("mean"))), given, 7, silent).estimator
    FAMILY.save(made, tmp_path)
    FAMILY.load(tmp_path)
    known = msgspec.json.decode((tmp_path / RECORD).read_bytes())
    (tmp_path / RECORD).write_bytes(msgspec.json.encode(known | change))
    with pytest.raises(ModelDamaged):
        FAMILY.load(tmp_path)


def test_members_and_numbers_are_texts() -> None:
    assert of_text(as_text(MEMBERS)) == MEMBERS
    assert _numbers("1 -2.5 1e3") == (1.0, -2.5, 1000.0)
    assert _numbers("") == ()
    assert _numbers("nan") is None
    assert _numbers("one") is None


def test_it_takes_as_much_memory_as_its_largest_member() -> None:
    each = [family(m.family).memory(family(m.family).params(), 1000, 10) for m in MEMBERS]
    assert FAMILY.memory(FAMILY.settings(dict(params("mean"))), 1000, 10) == max(each)
