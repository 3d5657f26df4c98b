from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.table import frame
from core.errors import NotThere
from core.progress import silent
from core.schema import Kind, Role
from core.store import corrections, originals, projects, tables
from core.store.reread import reread
from core.tasks.tables import bring

KOREAN = "등급,금액,이탈\n" + "".join(
    f"{'우수일반'[i % 2 * 2 : i % 2 * 2 + 2]},{i},{'예아'[i % 2]}\n" for i in range(60)
)
GERMAN = "art;preis;ja\n" + "".join(
    f"{'abc'[i % 3]};{i % 7}.{100 + i};{'jn'[i % 2]}\n" for i in range(60)
)


def brought(home: Path, content: bytes, name: str = "t.csv") -> tuple[str, Dataset]:
    place = home / "uploads" / "one"
    place.mkdir(parents=True)
    (place / "upload").write_bytes(content)
    made = bring(home, silent, str(place / "upload"), name)
    return made["project"], tables.load(projects.folder(home, made["project"]), made["table"])


def again(home: Path, project: str, table: str, **options: object) -> Dataset:
    made = reread(home, silent, project, table, options)
    return tables.load(projects.folder(home, project), made["table"])


def test_another_encoding_makes_another_table_and_the_first_stays(tmp_path: Path) -> None:
    project, first = brought(tmp_path, KOREAN.encode("cp949"))
    assert first.provenance.encoding == "cp949"
    folder = projects.folder(tmp_path, project)
    other = again(tmp_path, project, first.id, encoding="cp1252")
    assert other.id != first.id
    assert (other.provenance.encoding, other.provenance.chosen) == ("cp1252", ("encoding",))
    assert projects.load(tmp_path, project).table == other.id
    assert tables.load(folder, first.id) == first
    back = again(tmp_path, project, other.id, encoding="cp949")
    assert back.id == first.id
    assert projects.load(tmp_path, project).table == first.id
    assert list((tmp_path / "reading").iterdir()) == []


def test_other_decimals_make_another_table_of_the_same_cells(tmp_path: Path) -> None:
    project, first = brought(tmp_path, GERMAN.encode())
    assert first.provenance.decimals == "point"
    other = again(tmp_path, project, first.id, decimals="comma")
    assert other.id != first.id
    assert (other.provenance.decimals, other.provenance.chosen) == ("comma", ("decimals",))
    assert frame(first)["preis"].iloc[1] == pytest.approx(1.101)
    assert frame(other)["preis"].iloc[1] == 1101
    assert again(tmp_path, project, first.id, decimals="comma").id == other.id


def test_the_line_of_the_names(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 2}\n" for i in range(40))
    project, first = brought(tmp_path, f"x,y\nid,bought\n{rows}".encode())
    assert (first.schema.names, first.rows) == (("x", "y"), 41)
    second = again(tmp_path, project, first.id, header_row=2)
    assert (second.schema.names, second.rows) == (("id", "bought"), 40)
    none = again(tmp_path, project, first.id, header_row=0, skipped=2)
    assert (none.schema.names, none.rows) == (("column 1", "column 2"), 40)


def test_corrections_are_carried_over_by_name(tmp_path: Path) -> None:
    project, first = brought(tmp_path, GERMAN.encode())
    folder = projects.folder(tmp_path, project)
    projects.aimed(tmp_path, project, "ja", "j")
    corrections.correct(folder, first, {"art": {"role": "sensitive"}, "preis": {"kind": "text"}})
    other = again(tmp_path, project, first.id, decimals="comma")
    assert other.schema["art"].role is Role.SENSITIVE
    assert other.schema["preis"].kind is Kind.TEXT
    known = projects.load(tmp_path, project)
    assert (known.target, known.outcome) == ("ja", "j")


def test_a_question_whose_column_is_gone_is_proposed_anew(tmp_path: Path) -> None:
    project, first = brought(tmp_path, KOREAN.encode("cp949"))
    projects.aimed(tmp_path, project, "이탈", "예")
    other = again(tmp_path, project, first.id, encoding="cp1252")
    known = projects.load(tmp_path, project)
    assert known.target in other.schema
    assert known.outcome in (*other.schema[known.target].levels, "")


def test_the_file_is_kept_as_it_came_and_goes_with_the_project(tmp_path: Path) -> None:
    content = gzip.compress(GERMAN.encode())
    project, first = brought(tmp_path, content, "t.csv.gz")
    folder = projects.folder(tmp_path, project)
    with originals.taken(folder, first.id) as file:
        assert file.read_bytes() == content
    assert not file.exists()
    with originals.taken(folder, first.id, 10) as start:
        assert start.read_bytes() == content[:10]
    other = again(tmp_path, project, first.id, decimals="comma")
    assert originals.holds(folder, other.id)
    assert not (tmp_path / "uploads" / "one").exists()
    projects.remove(tmp_path, project)
    assert list(tmp_path.rglob("original*")) == []


def test_personal_data_in_the_file_are_sealed(tmp_path: Path) -> None:
    rows = "".join(f"{i},anna{i}@example.org,{i % 2}\n" for i in range(60))
    project, first = brought(tmp_path, f"no,email,bought\n{rows}".encode())
    folder = projects.folder(tmp_path, project)
    assert originals.is_sealed(folder, first.id)
    assert not (folder / "tables" / first.id / originals.FILE).exists()
    with originals.taken(folder, first.id) as file:
        assert b"anna7@example.org" in file.read_bytes()
    other = again(tmp_path, project, first.id, header_row=0, skipped=1)
    assert originals.is_sealed(folder, other.id)


def test_without_the_file_it_cannot_be_read_again(tmp_path: Path) -> None:
    project, first = brought(tmp_path, GERMAN.encode())
    (projects.folder(tmp_path, project) / "tables" / first.id / originals.FILE).unlink()
    with pytest.raises(NotThere):
        again(tmp_path, project, first.id, decimals="comma")
