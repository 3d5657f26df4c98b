"""Files that other readers change in silence or break at; ids are those of tests/attacks."""

from __future__ import annotations

import io
import pickle
import sqlite3
import struct
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.connection import connection_of
from core.data.databases import Asked, read_query, table_names
from core.data.dataset import Dataset
from core.data.table import frame
from core.data.unread import unread
from core.errors import NotATable, PasswordProtected, SheetTooLarge, UnknownFormat
from core.progress import silent
from core.schema import Kind
from tests.core.data.conftest import Loaded
from tests.corpus.books import book, rows

SECONDS_AT_MOST = 5.0 * 3  # of the processor's time; thrice what is promised
AB = book(rows(["a", "b"], [1, 2]))


def cells(dataset: Dataset) -> list[list[str | None]]:
    return [list(row.values()) for row in pq.read_table(dataset.source).to_pylist()]


def test_a18_a_quote_never_closed_costs_its_own_row(loaded: Loaded) -> None:
    lines = [f"{row},word {row}" for row in range(20_000)]
    dataset = loaded("\n".join(["a,b", '-1,"x', *lines]) + "\n")
    assert (dataset.rows, dataset.provenance.rows_left_out) == (20_000, 1)
    assert cells(dataset) == [line.split(",") for line in lines]


def test_a20_rows_that_are_all_longer_than_the_header_shift_nothing(loaded: Loaded) -> None:
    for count in (1, 3, 3_000):
        with pytest.raises(NotATable):
            loaded("a,b\n" + "".join(f"{row},2,3\n" for row in range(count)))


def test_a25_cells_that_no_number_can_be_are_counted(loaded: Loaded) -> None:
    odd = ["1e309", "inf", "nan", "0x10", "1_000"]
    values = [*(str(row / 8) for row in range(1_000)), *odd]
    dataset = loaded("v,x\n" + "".join(f"{value},{row}\n" for row, value in enumerate(values)))
    column = dataset.schema["v"]
    assert column.kind is Kind.NUMBER
    assert unread(dataset, (column,)) == {"v": len(odd)}
    assert [row[0] for row in cells(dataset)] == values  # the text stays
    assert frame(dataset, ["v"])["v"].notna().sum() == 1_000


def lines(count: int) -> str:
    return "a,b\n" + "".join(f"{row},{row % 7}\n" for row in range(count))


def read_in_time(count: int, loaded: Loaded) -> None:
    content = lines(count)
    begun = time.process_time()
    assert loaded(content).rows == count
    assert time.process_time() - begun < SECONDS_AT_MOST


def test_a29_many_rows_are_read_in_time(loaded: Loaded) -> None:
    read_in_time(300_000, loaded)


@pytest.mark.whole
def test_a29_five_million_rows_are_read_in_time(loaded: Loaded) -> None:
    read_in_time(5_000_000, loaded)


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib", "model.pickle", "model.npy"])
def test_a33_what_would_run_code_is_never_opened(name: str, loaded: Loaded, tmp_path: Path) -> None:
    content = pickle.dumps(Opens(tmp_path / "ran"))
    with pytest.raises(UnknownFormat):
        loaded(content, name)
    with pytest.raises(NotATable):
        loaded(content, "table.csv")
    assert not (tmp_path / "ran").exists()


class Opens:
    """Makes a file where it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.file,)


def box(*names: str) -> bytes:
    """An OLE file of empty streams: what Office puts an encrypted workbook in."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, right: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        links = struct.pack("<HBB3I", len(raw), kind, 1, free, right, child)
        return raw.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", end, 0)

    streams = [
        entry(name, 2, free, place + 2 if place + 1 < len(names) else free)
        for place, name in enumerate(names)
    ]
    folder = b"".join([entry("Root Entry", 5, 1, free), *streams])
    return head + struct.pack("<128I", table, end, *[free] * 126) + folder.ljust(512, b"\0")


def test_b07_a_locked_workbook_says_that_it_is_locked(loaded: Loaded) -> None:
    content = box("EncryptionInfo", "EncryptedPackage")
    assert len(content) == 3 * 512
    for name in ("book.xlsx", "book.xls", "book.csv"):
        with pytest.raises(PasswordProtected):
            loaded(content, name)


def added(content: bytes, **members: bytes) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        for name, inside in members.items():
            archive.writestr(name, inside)
    return made.getvalue()


def test_b12_macros_are_left_alone_and_told_of(loaded: Loaded) -> None:
    dataset = loaded(
        added(AB, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub Auto_Open()"}), "b.xlsm"
    )
    assert cells(dataset) == [["1", "2"]]
    assert [(note.code, note.count) for note in dataset.provenance.notes] == [("macros", 1)]


def sheet(*table_rows: str) -> bytes:
    """A workbook of LibreOffice's."""
    names = ("office", "table", "text")
    spaces = "".join(
        f' xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in names
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{"".join(table_rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mime, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", b"<manifest/>")
    return made.getvalue()


def ods_row(*texts: str, more: str = "") -> str:
    made = "".join(
        f'<table:table-cell office:value-type="string"{more}><text:p>{each}</text:p>'
        "</table:table-cell>"
        for each in texts
    )
    return f"<table:table-row{more.replace('columns', 'rows')}>{made}</table:table-row>"


def test_b14_libreoffice_is_read_and_its_bombs_are_not(loaded: Loaded) -> None:
    dataset = loaded(sheet(ods_row("id", "land"), ods_row("007", "NA")), "t.ods")
    assert dataset.schema.names == ("id", "land")
    assert cells(dataset) == [["007", "NA"]]
    many = ' table:number-columns-repeated="9000"'
    with pytest.raises(SheetTooLarge):
        loaded(sheet(ods_row("id", "land"), ods_row("x", more=many)), "t.ods")


def test_c06_no_type_of_python_s_own_is_unpickled(loaded: Loaded, tmp_path: Path) -> None:
    told = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": pickle.dumps(Opens(tmp_path / "ran")),
    }
    fields = [pa.field("a", pa.int64(), metadata=told), pa.field("b", pa.string())]
    content = io.BytesIO()
    pq.write_table(pa.table([[1], ["x"]], schema=pa.schema(fields)), content)
    assert cells(loaded(content.getvalue(), "t.parquet")) == [["1", "x"]]
    assert not (tmp_path / "ran").exists()


NAMED = "o\"; DROP TABLE x; -- 🛒'`"


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_i10_any_name_is_only_a_name(kind: str, tmp_path: Path) -> None:
    quoted = NAMED.replace('"', '""')
    file = tmp_path / "shop"
    making = f'CREATE TABLE "{quoted}" ("{quoted}" INTEGER, "select" TEXT)'
    filling = f"INSERT INTO \"{quoted}\" VALUES (1, 'a'), (2, 'b')"  # noqa: S608
    with closing(sqlite3.connect(file) if kind == "sqlite" else duckdb.connect(str(file))) as made:
        made.execute(making)
        made.execute(filling)
        made.commit()
    where = connection_of(f"{kind}:///{file}")
    assert table_names(where) == (NAMED,)
    read_query(where, Asked(NAMED), tmp_path / "out", silent)
    table = pq.read_table(tmp_path / "out")
    assert table.column_names == [NAMED, "select"]
    assert [list(row.values()) for row in table.to_pylist()] == [["1", "a"], ["2", "b"]]
