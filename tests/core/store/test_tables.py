from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.data.check import findings
from core.data.dataset import SOURCE, Dataset
from core.data.load import load
from core.errors import FileDamaged, NotThere
from core.progress import silent
from core.schema import Role
from core.store import tables

NOW = "2026-01-01T00:00:00+00:00"
CSV = "x,y\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(40))


def brought(tmp_path: Path, csv: str = CSV, name: str = "t.csv", aside: str = "aside") -> Dataset:
    (tmp_path / "given").write_text(csv)
    return load(tmp_path / "given", name, tmp_path / aside, NOW, silent)


def test_a_table_comes_back_as_it_was(tmp_path: Path) -> None:
    read = brought(tmp_path)
    kept = tables.keep(tmp_path / "p", read)
    assert not read.folder.exists()
    assert kept == replace(read, folder=tmp_path / "p" / "tables" / read.id)
    assert tables.load(tmp_path / "p", kept.id) == kept
    assert kept.source.is_file()


def test_the_same_content_again_keeps_corrections(tmp_path: Path) -> None:
    kept = tables.keep(tmp_path / "p", brought(tmp_path))
    schema = kept.schema.changed(replace(kept.schema["x"], role=Role.IGNORED))
    corrected = tables.correct(tmp_path / "p", kept.id, schema)
    assert corrected == replace(kept, schema=schema)
    again = tables.keep(tmp_path / "p", brought(tmp_path, name="other.csv", aside="again"))
    assert again == corrected
    other = tables.keep(tmp_path / "p", brought(tmp_path, CSV + "41,a\n", aside="more"))
    assert other.id != kept.id
    assert other.schema["x"].role is not Role.IGNORED


@pytest.mark.parametrize("lost", [SOURCE, tables.SCHEMA, tables.RECORD])
def test_what_is_lost_comes_back_with_the_same_file(lost: str, tmp_path: Path) -> None:
    kept = tables.keep(tmp_path / "p", brought(tmp_path))
    (kept.folder / lost).unlink()
    again = tables.keep(tmp_path / "p", brought(tmp_path, aside="again"))
    assert tables.load(tmp_path / "p", kept.id) == again
    assert again.source.is_file()


def test_findings_are_kept_by_their_key(tmp_path: Path) -> None:
    kept = tables.keep(tmp_path / "p", brought(tmp_path, "x,y,z\n" + "1,2,3\n" * 60))
    found = findings(kept, "y")
    assert found
    assert tables.kept_findings(tmp_path / "p", kept.id, "key") is None
    tables.keep_findings(tmp_path / "p", kept.id, "key", found)
    assert tables.kept_findings(tmp_path / "p", kept.id, "key") == found
    assert tables.kept_findings(tmp_path / "p", kept.id, "other") is None
    (kept.folder / tables.FINDINGS / "key.json").write_text("[{")
    assert tables.kept_findings(tmp_path / "p", kept.id, "key") is None


@pytest.mark.parametrize("wrong", ["", "..", "../../p", "0123456789abcdef", "ABCDEF0123"])
def test_an_id_cannot_leave_the_folder(wrong: str, tmp_path: Path) -> None:
    tables.keep(tmp_path / "p", brought(tmp_path))
    for ask in (tables.place, tables.load):
        with pytest.raises(NotThere):
            ask(tmp_path / "p", wrong)


@pytest.mark.parametrize("name", [tables.RECORD, tables.SCHEMA])
def test_a_damaged_record_is_said(name: str, tmp_path: Path) -> None:
    kept = tables.keep(tmp_path / "p", brought(tmp_path))
    (kept.folder / name).write_bytes(b"\xff{")
    with pytest.raises(FileDamaged):
        tables.load(tmp_path / "p", kept.id)
