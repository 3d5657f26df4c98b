from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from core.data.dataset import Dataset
from core.errors import FileDamaged, FileEmpty, HeaderOnly, SheetTooLarge, UnpacksTooLarge
from core.schema import Kind

Loaded = Callable[..., Dataset]


def workbook(*sheets: list[list[object]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return content.getvalue()


def rows_of(dataset: Dataset) -> list[list[str | None]]:
    return [list(row.values()) for row in pq.read_table(dataset.source).to_pylist()]


def test_cells_come_as_a_person_would_type_them(loaded: Loaded) -> None:
    book = workbook(
        [],
        [
            ["id", "n", "yes", "day", "zip", ""],
            [7, 1.5, True, dt.datetime(2020, 1, 2), "01234", "é"],
            [10**14, -0.1, False, dt.datetime(2020, 1, 2, 3, 4, 5), None, None],
        ],
    )
    dataset = loaded(book, "book.xlsx")
    assert dataset.schema.names == ("id", "n", "yes", "day", "zip", "column 6")
    first, second = rows_of(dataset)
    assert first == ["7", "1.5", "TRUE", "2020-01-02", "01234", "é"]
    assert second == ["100000000000000", "-0.1", "FALSE", "2020-01-02 03:04:05", None, None]
    assert dataset.schema["day"].kind is Kind.DATE
    assert (dataset.provenance.format, dataset.provenance.sheet) == ("excel", "Sheet2")


def test_bytes_tell_more_than_the_ending(loaded: Loaded) -> None:
    book = workbook([["a", "b"], [1, 2]])
    assert rows_of(loaded(book, "book.csv")) == [["1", "2"]]
    assert rows_of(loaded(b"a,b\n1,2\n", "text.xlsx")) == [["1", "2"]]


def test_a_title_above_the_header_is_counted_as_left_out(loaded: Loaded) -> None:
    dataset = loaded(workbook([["Sales 2020"], [], ["a", "b", "c"], [1, 2, 3]]), "book.xlsx")
    assert dataset.schema.names == ("a", "b", "c")
    assert dataset.provenance.rows_left_out == 1


def test_two_cells_far_apart_are_refused_before_memory_is_taken(loaded: Loaded) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1048575, 16383, "b")
    with pytest.raises(SheetTooLarge) as refused:
        loaded(content.getvalue(), "book.xlsx")
    assert (refused.value.rows, refused.value.columns) == (1048576, 16384)


def test_a_workbook_that_unpacks_to_a_hundred_times_its_size_is_refused(loaded: Loaded) -> None:
    content = io.BytesIO(workbook([["a", "b"], [1, 2]]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.xml", b" " * 210_000_000)
    with pytest.raises(UnpacksTooLarge):
        loaded(content.getvalue(), "book.xlsx")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (workbook([]), FileEmpty),
        (workbook([["a", "b"]]), HeaderOnly),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, FileDamaged),
    ],
)
def test_books_without_a_table(content: bytes, error: type[Exception], loaded: Loaded) -> None:
    with pytest.raises(error):
        loaded(content, "book.xlsx")
