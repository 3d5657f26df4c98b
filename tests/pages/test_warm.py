"""A server that nobody visits gets ready by itself; a visitor who comes at once is not held up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st

import pages.shared.warm as rooms


@pytest.mark.parametrize(("after", "begun"), [(0.0, 1), (3600.0, 0)])
def test_the_loading_begins_where_nobody_came(
    monkeypatch: pytest.MonkeyPatch, after: float, begun: int
) -> None:
    called: list[int] = []

    async def lived() -> None:
        seen = asyncio.Event()
        monkeypatch.setattr(rooms, "warm", lambda: (called.append(1), seen.set()))
        async with rooms.warming():
            if begun:
                await asyncio.wait_for(seen.wait(), 5)
            assert len(called) == begun
        assert not [
            t for t in asyncio.all_tasks() if t.get_name() == "whybuy-warm" and not t.cancelling()
        ]

    monkeypatch.setattr(rooms, "UNVISITED", after)
    with ThreadPoolExecutor(1) as apart:  # a browser of other tests keeps a loop in this thread
        apart.submit(asyncio.run, lived()).result()
    assert len(called) == begun


def test_the_loading_begins_once_though_answers_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time it leaves what is there out of garbage rounds: visitors' things would never go."""
    called: list[int] = []
    monkeypatch.setattr(rooms, "_load", lambda: called.append(1))
    rooms.warm.cache_clear()
    first = rooms.warm()
    for _ in range(3):
        st.cache_resource.clear()
        st.cache_data.clear()
        assert rooms.warm() is first
    first.join()
    assert called == [1]
    rooms.warm.cache_clear()
