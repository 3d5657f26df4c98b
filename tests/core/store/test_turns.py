"""Turns are taken in order, one that died holds nobody up, and the wait is told."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.store.turns import begins_in, holders, ticket

ROOT = Path(__file__).resolve().parents[3]


def test_the_first_work_and_the_others_wait_in_their_order(tmp_path: Path) -> None:
    lane = tmp_path / "lane"
    with ExitStack() as first, ExitStack() as second, ExitStack() as others:
        one = first.enter_context(ticket(lane, "one"))
        two = second.enter_context(ticket(lane, "two"))
        three, four = (others.enter_context(ticket(lane, name)) for name in ("three", "four"))
        assert [each.place(2) for each in (one, two, three, four)] == [0, 0, 1, 2]
        assert [each.place(1) for each in (one, two, three, four)] == [0, 1, 2, 3]
        assert holders(lane) == ("one", "two", "three", "four")
        second.close()
        assert [each.place(2) for each in (one, three, four)] == [0, 0, 1]
        late = others.enter_context(ticket(lane, "two"))  # asked again: at the end of the line
        assert late.place(2) == 2
        first.close()
        assert [each.place(2) for each in (three, four, late)] == [0, 0, 1]
    assert holders(lane) == ()
    assert [file.name for file in lane.iterdir()] == ["lock"]


def test_one_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from core.store.turns import ticket\n"
        "with ticket(Path(sys.argv[1]), 'dead'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    with ticket(tmp_path, "before"):
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
        assert len(list(tmp_path.glob("*-dead"))) == 1
        with ticket(tmp_path, "after") as mine:
            assert mine.place(1) == 1  # behind the living one alone
            assert holders(tmp_path) == ("before", "after")
    assert not list(tmp_path.glob("*-dead"))


def test_nobody_waits_where_nobody_ever_did(tmp_path: Path) -> None:
    assert holders(tmp_path / "none") == ()


@pytest.mark.parametrize(
    ("left", "ahead", "each", "seconds"),
    [
        ([30.0], 0, 60.0, 30.0),
        ([30.0], 2, 60.0, 150.0),
        ([30.0, 10.0], 0, 60.0, 10.0),
        ([30.0, 10.0], 1, 60.0, 30.0),
        ([30.0, 10.0], 3, 60.0, 90.0),  # at 10 until 70, at 30 until 90, at 70 until 130
    ],
)
def test_a_wait_by_hand(left: list[float], ahead: int, each: float, seconds: float) -> None:
    assert begins_in(left, ahead, each) == seconds


@settings(max_examples=30)
@given(st.lists(st.integers(0, 99), min_size=1, max_size=4), st.integers(0, 12), st.integers(1, 60))
def test_a_wait_is_what_following_every_place_gives(left: list[int], ahead: int, each: int) -> None:
    ends, waiting, second = list(left), ahead, 0
    while True:
        free = [place for place, end in enumerate(ends) if end <= second]
        for place in free[:waiting]:
            ends[place] = second + each
        if len(free) > waiting:
            break
        waiting, second = waiting - len(free[:waiting]), second + 1
    assert begins_in(left, ahead, each) == max(second, 0)
