from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.errors import FileDamaged, NothingInArchive, UnpacksTooLarge

Loaded = Callable[..., Dataset]
TABLE = b"a,b\n1,2\n3,4\n"


def packed(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in members.items():
            archive.writestr(name, inside)
    return content.getvalue()


def test_packed_tables_are_the_tables_inside(loaded: Loaded) -> None:
    plain = loaded(TABLE)
    for content, name in [
        (gzip.compress(TABLE), "table.csv.gz"),
        (gzip.compress(TABLE), "table.csv"),
        (packed(**{"table.csv": TABLE}), "table.zip"),
        (packed(**{"README.txt": b"words", "__MACOSX/._t.csv": b"x", "t.csv": TABLE}), "t.zip"),
    ]:
        dataset = loaded(content, name)
        assert (dataset.id, dataset.rows, dataset.name) == (plain.id, 2, name)


def test_the_names_inside_are_never_paths(loaded: Loaded, tmp_path: Path) -> None:
    dataset = loaded(packed(**{"../../../evil.csv": TABLE}), "t.zip")
    assert dataset.rows == 2
    assert not list(tmp_path.parent.rglob("evil.csv"))


def test_several_tables_are_named(loaded: Loaded) -> None:
    with pytest.raises(NothingInArchive) as refused:
        loaded(packed(**{"a.csv": TABLE, "b.csv": TABLE}), "t.zip")
    assert refused.value.members == ("a.csv", "b.csv")
    with pytest.raises(NothingInArchive):
        loaded(packed(**{"a.png": b"x"}), "t.zip")


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.zip"])
def test_a_file_that_unpacks_to_a_hundred_times_its_size_stops_early(
    name: str, loaded: Loaded, tmp_path: Path
) -> None:
    inside = b"a,b\n" + b"1,2\n" * 55_000_000
    content = gzip.compress(inside, 1) if name.endswith("gz") else packed(**{"bomb.csv": inside})
    with pytest.raises(UnpacksTooLarge):
        loaded(content, name)
    assert sum(file.stat().st_size for file in tmp_path.rglob("*")) < 5_000_000


def test_a_cut_file_is_damaged(loaded: Loaded) -> None:
    with pytest.raises(FileDamaged):
        loaded(gzip.compress(TABLE * 1000)[:60], "t.csv.gz")
    with pytest.raises(FileDamaged):
        loaded(packed(**{"t.csv": TABLE})[:40], "t.zip")
