"""Downloads of two visitors at the same time: each gets its own bytes, nobody else does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sessions.client import Visitor
from tests.sessions.served import ROOT, Served, serving

ROWS = 40_000  # 1.6 MB: Streamlit tells files over 1 MiB apart by their length and three samples
ODD = 9_000  # a row between two samples
LISTS = f"""
import pandas as pd
import streamlit as st
from pages.shared import show

who = st.query_params["who"]
cells = [f"customer {{row:06d}} of the shop's list" for row in range({ROWS})]
cells[{ODD}] = f"customer of {{who}} who is on one list"
table = pd.DataFrame({{"number": range({ROWS}), "customer": cells}})
st.caption(who)
show.download("ours", table, "list.csv", "ours")
st.download_button("bare", table.to_csv(index=False).encode(), "list.csv", key="bare")
"""
SERVE = (ROOT / "serve.py").read_text("utf-8")
PEOPLE = ("anna", "bert")


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page with one large list for each visitor, served as the app is."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "app.py").write_text(LISTS, "utf-8")
    (folder / "serve.py").write_text(SERVE, "utf-8")
    with serving(folder / "home", script=folder / "serve.py") as found:
        yield found


@pytest.fixture
def two(lists: Served) -> Iterator[dict[str, Visitor]]:
    """Two visitors on the page, each with a list."""
    people = {name: Visitor(lists.address).open(who=name) for name in PEOPLE}
    yield people
    for each in people.values():
        each.close()


def button(visitor: Visitor, label: str) -> object:
    """The download button of that label."""
    return next(each for each in visitor.downloads() if each.label == label)


def expected(name: str) -> str:
    """The SHA-256 of a visitor's list, written by hand."""
    cells = [f"customer {row:06d} of the shop's list" for row in range(ROWS)]
    cells[ODD] = f"customer of {name} who is on one list"
    lines = ["number,customer", *(f"{row},{cell}" for row, cell in enumerate(cells))]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def taken(data: bytes) -> str:
    """The SHA-256 of a download, whatever its line ends and its mark."""
    return hashlib.sha256(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")).hexdigest()


def test_e10_each_gets_the_own_large_file(two: dict[str, Visitor]) -> None:
    addresses = {name: each.media(button(each, "ours")) for name, each in two.items()}
    files = {name: two[name].wire.ask("GET", addresses[name]).body for name in PEOPLE}
    assert all(len(each) > 1 << 20 for each in files.values())
    assert {name: taken(each) for name, each in files.items()} == {
        name: expected(name) for name in PEOPLE
    }


def test_e10_streamlits_own_button_would_take_the_two_for_one(two: dict[str, Visitor]) -> None:
    """What our wrapper is for: were this to fail, the test above would show nothing."""
    one, other = (each.media(button(each, "bare")) for each in two.values())
    assert one == other


def test_e11_nobody_else_fetches_a_file(two: dict[str, Visitor], lists: Served) -> None:
    anna, bert = (two[name] for name in PEOPLE)
    address = anna.media(button(anna, "ours"))
    assert bert.wire.ask("GET", address).status == 404
    assert Visitor(lists.address).wire.ask("GET", address).status == 404
    assert anna.wire.ask("GET", address).status == 200


def test_a_file_waits_for_its_visitor_whatever_others_do(two: dict[str, Visitor]) -> None:
    """Every run that ends clears files away that no page shows: not between click and fetch."""
    anna, bert = (two[name] for name in PEOPLE)
    address = anna.media(button(anna, "ours"))
    for _ in range(3):
        bert.run()
    answer = anna.wire.ask("GET", address)
    assert (answer.status, taken(answer.body)) == (200, expected("anna"))


def test_e10_ten_downloads_while_pages_run(two: dict[str, Visitor]) -> None:
    def each(name: str) -> set[str]:
        visitor = two[name]
        return {taken(visitor.run().download(button(visitor, "ours"))) for _ in range(5)}

    with ThreadPoolExecutor(len(PEOPLE)) as threads:
        found = dict(zip(PEOPLE, threads.map(each, PEOPLE), strict=True))
    assert found == {name: {expected(name)} for name in PEOPLE}


def test_files_are_never_kept_by_a_browser(two: dict[str, Visitor]) -> None:
    anna = two["anna"]
    answer = anna.wire.ask("GET", anna.media(button(anna, "ours")))
    assert "no-store" in answer.headers["cache-control"]
    assert Path(answer.headers["content-disposition"].partition('"')[2][:-1]).suffix == ".csv"
