"""How many files an archive says it has, against Python's own reading of it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.data.contents import listed


def archive(path: Path, files: int, name: str = "{}.csv", comment: bytes = b"") -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for number in range(files):
            made.writestr(name.format(number), "")
        made.comment = comment
    return path


@pytest.mark.parametrize("files", [0, 1, 300, 70_000])  # beyond 65,535 there is another end
def test_it_is_what_python_counts(tmp_path: Path, files: int) -> None:
    path = archive(tmp_path / "a.zip", files, comment=b"made by hand")
    with zipfile.ZipFile(path) as made:
        assert listed(path) == len(made.infolist())


def test_an_end_that_lies_is_found_out_by_the_length_of_its_list(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", 30_000, name="{:0200}")
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x05\x06")
    raw[at + 8 : at + 12] = (1).to_bytes(2, "little") * 2
    path.write_bytes(raw)
    assert listed(path) > 20_000


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06", b"a,b\n1,2\n"])
def test_what_is_no_archive_has_no_files(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert listed(tmp_path / "a") == 0
