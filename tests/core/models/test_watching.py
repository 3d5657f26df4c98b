"""Members of a network learn from some rows and are watched on others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.models.family import Task
from core.models.network import forward
from core.models.watching import parts, said_of, side_by_side
from tests.core.models.problems import problem


@pytest.mark.parametrize("members", [1, 3])
def test_members_are_networks_of_their_own_whose_outputs_are_averaged(members: int) -> None:
    """What Keras's layers give, by einsum, and what the one network gives that they become."""
    draw = np.random.default_rng(0)
    shapes = [(5, 6), (6, 4), (4, 2)]
    arrays = []
    for wide, narrow in shapes:
        arrays.append(draw.normal(size=(members, wide, narrow)).astype("float32"))
        arrays.append(draw.normal(size=(members, narrow)).astype("float32"))
    x = draw.normal(size=(7, 5)).astype("float32")
    by_hand = []
    for each in range(members):
        at = x
        for place in (0, 2):
            at = np.maximum(at @ arrays[place][each] + arrays[place + 1][each], 0)
        by_hand.append(at @ arrays[4][each] + arrays[5][each])
    made = side_by_side(arrays)
    for as_blocks in (members, 1):
        found = forward(made[::2], made[1::2], x, as_blocks)
        np.testing.assert_allclose(found, np.mean(by_hand, axis=0), rtol=1e-5, atol=1e-5)


def test_what_belongs_together_is_watched_or_learned_from_whole() -> None:
    """Rows know of no group after they were parted: each one's number stands in its first cell."""
    plain = problem(Task.BINARY)
    groups = np.arange(400) % 20
    x = plain.x.copy()
    x[:, 0] = groups
    learn, watched = parts(replace(plain, x=x, groups=groups), 1, 3, 1.0, 0.0)
    assert not set(learn.x[:, 0]) & set(watched.x[:, 0])
    assert 0 < len(watched.x) < 100


def test_where_each_class_is_a_group_of_its_own_rows_are_watched_all_the_same() -> None:
    plain = problem(Task.BINARY)
    learn, watched = parts(replace(plain, groups=plain.y), 1, 3, 1.0, 0.0)
    for part in (learn, watched):
        assert set(part.targets.ravel()) == {0.0, 1.0}


@pytest.mark.parametrize("task", list(Task))
def test_each_member_of_a_small_table_is_watched_on_rows_that_only_others_learn_from(
    task: Task,
) -> None:
    """A row's number stands in its first cell."""
    plain = problem(task, rows=400)
    x = plain.x.copy()
    x[:, 0] = np.arange(400)
    learn, *watched = parts(replace(plain, x=x), 4, 3, 1.0, 0.0)
    assert len(watched) == 4
    assert learn.x[:, 0].tolist() == list(range(400))
    for member, part in enumerate(watched):
        assert set(part.x[:, 0]) == set(np.flatnonzero(learn.weights[:, member] == 0))
        assert len(part.x) == pytest.approx(400 / 7, abs=3)
    assert len(np.unique(np.concatenate([part.x[:, 0] for part in watched]))) == sum(
        len(part.x) for part in watched
    )
    # as much is learned as if nobody was watched
    np.testing.assert_allclose(learn.weights.mean(axis=0), 1.0, rtol=1e-5)


def test_groups_of_a_members_own_rows_stay_whole() -> None:
    plain = problem(Task.BINARY)
    groups = np.arange(400) % 20
    x = plain.x.copy()
    x[:, 0] = groups
    learn, *watched = parts(replace(plain, x=x, groups=groups), 4, 3, 1.0, 0.0)
    assert len(watched) == 4
    for member, part in enumerate(watched):
        assert not set(part.x[:, 0]) & set(learn.x[learn.weights[:, member] > 0, 0])


@pytest.mark.parametrize(("rows", "members"), [(20_001, 4), (400, 1)])
def test_else_all_are_watched_on_the_same(rows: int, members: int) -> None:
    learn, watched = parts(problem(Task.BINARY, rows=rows), members, 3, 1.0, 0.0)
    assert len(learn.x) + len(watched.x) == rows
    assert len(watched.x) == pytest.approx(0.15 * rows, abs=2)


def test_a_class_of_one_row_is_known_to_all_members() -> None:
    given = problem(Task.MULTICLASS)
    rare = np.flatnonzero(given.y == 2)
    y = given.y.copy()
    y[rare[1:]] = 1
    learn, *watched = parts(replace(given, y=y), 7, 3, 1.0, 0.0)
    assert len(watched) == 1  # without its only row one of the seven would never see the class
    assert learn.weights.ndim == 1


def test_what_members_say_of_their_own_rows_is_what_each_says_alone() -> None:
    draw = np.random.default_rng(0)
    arrays = [
        draw.normal(size=size).astype("float32") for size in ((3, 5, 4), (3, 4), (3, 4, 2), (3, 2))
    ]
    learn, *watched = parts(problem(Task.BINARY), 3, 1, 1.0, 0.0)
    cells = [replace(part, x=part.x[:, :5]) for part in watched]
    said = said_of(arrays, cells)
    for member, (raw, part) in enumerate(zip(said, cells, strict=True)):
        hidden = np.maximum(part.x @ arrays[0][member] + arrays[1][member], 0)
        by_hand = hidden @ arrays[2][member] + arrays[3][member]
        np.testing.assert_allclose(raw, by_hand, rtol=1e-4, atol=1e-4)
    together = said_of(arrays, [replace(learn, x=learn.x[:, :5])])[0]
    whole = side_by_side(arrays)
    np.testing.assert_array_equal(together, forward(whole[::2], whole[1::2], learn.x[:, :5], 3))
