"""A search beside whoever waits: what it finds, what it raises, and how it stops."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from core.errors import NothingFree
from core.models.family import Task
from core.progress import Report
from core.what_if import searching
from core.what_if.aim import Aim
from core.what_if.limits import limits, only_free
from core.what_if.searching import Search
from core.what_if.smallest import Ask, Found, found_for
from core.what_if.support import Support, support
from tests.core.explain.models import table, trained

LONG = 60.0
MODEL = trained("forest", Task.BINARY)
KNOWN, ROW = support(MODEL), table().iloc[[3]]
ASKED = Ask(tuple(limits(MODEL).values()), Aim(0.6))


def test_it_finds_what_a_search_in_place_finds() -> None:
    search = Search(KNOWN, ROW, ASKED)
    assert search.wait(LONG) == found_for(KNOWN, ROW, ASKED)
    assert search.wait(0.0) == search.wait(LONG)
    assert not search.stopped
    assert 0 < search.share < 1


def test_what_it_raises_is_raised_to_whoever_waits() -> None:
    nothing = replace(ASKED, limits=tuple(only_free(limits(MODEL), ()).values()))
    search = Search(KNOWN, ROW, nothing)
    for _ in range(2):
        with pytest.raises(NothingFree):
            search.wait(LONG)


def test_it_goes_on_beside_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    on, told = threading.Event(), threading.Event()

    def held_up(known: Support, row: object, asked: Ask, report: Report) -> Found:
        def slowly(share: float, stage: str) -> None:
            report(share, stage)
            told.set()
            assert on.wait(LONG)

        return found_for(known, ROW, asked, slowly)

    monkeypatch.setattr(searching, "found_for", held_up)
    search = Search(KNOWN, ROW, ASKED)
    assert told.wait(LONG)
    assert search.wait(0.0) is None
    search.stop()
    on.set()
    found = search.wait(LONG)
    assert found is not None
    assert found.stopped
    assert search.stopped
