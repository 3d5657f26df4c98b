from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.errors import FileNotFound
from core.progress import Cancelled, silent

Loaded = Callable[..., Dataset]


def test_same_content_same_id_whatever_the_file(loaded: Loaded) -> None:
    text = "name;größe\nAnna;1\nBob;\n"
    first = loaded(text, "x.csv")
    others = [
        loaded(text.replace(";", ","), "y.csv"),
        loaded(text.encode("cp1252"), "z.csv"),
        loaded(text.replace("\n", "\r\n").encode("utf-16"), "u.txt"),
        loaded(text.replace("\n", "\r"), "mac.csv"),
    ]
    assert {dataset.id for dataset in others} == {first.id}
    assert len(first.id) == 16
    assert int(first.id, 16) >= 0


@pytest.mark.parametrize(
    "changed", ["a,b\n1,2\n3,5\n", "a,c\n1,2\n3,4\n", "a,b\n3,4\n1,2\n", "a,b\n12,\n3,4\n"]
)
def test_other_content_other_id(changed: str, loaded: Loaded) -> None:
    assert loaded(changed).id != loaded("a,b\n1,2\n3,4\n").id


def test_an_empty_cell_and_its_neighbour_are_told_apart(loaded: Loaded) -> None:
    assert loaded("a,b\n1,\n,1\nx,y\n").id != loaded("a,b\n,1\n1,\nx,y\n").id


def test_where_it_came_from_is_kept(loaded: Loaded) -> None:
    found = loaded("a;b\n1;2\n", "mine.csv").provenance
    assert (found.file, found.size, found.format) == ("mine.csv", 8, "delimited")
    assert (found.separator, found.encoding, found.read_at[:4]) == (";", "utf-8", "2026")


def test_progress_rises_to_one_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_text("a,b\n1,2\n")
    told: list[tuple[float, str]] = []
    load(path, "t.csv", tmp_path / "one", "", lambda share, stage: told.append((share, stage)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert {stage for _, stage in told} == {"data.stage.reading", "data.stage.understanding"}

    def stop(share: float, stage: str) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        load(path, "t.csv", tmp_path / "two", "", stop)
    assert list((tmp_path / "two").iterdir()) == []


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFound):
        load(tmp_path / "none", "t.csv", tmp_path / "into", "", silent)
