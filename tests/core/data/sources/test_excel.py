from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from core.data.dataset import Dataset
from core.data.load import load
from core.data.source import Options
from core.errors import (
    ArchiveTooFull,
    FileDamaged,
    FileEmpty,
    HeaderOnly,
    SheetTooLarge,
    UnknownSheet,
    UnpacksTooLarge,
)
from core.progress import silent
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


def drawn(draw: Callable[[xlsxwriter.Workbook], object], **settings: object) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, settings) as book:
        draw(book)
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


def opened(content: bytes, place: Path, options: Options) -> Dataset:
    place.mkdir(parents=True)
    (place / "given").write_bytes(content)
    return load(place / "given", "book.xlsx", place / "into", "", silent, options)


def noted(dataset: Dataset) -> dict[str, int]:
    return {note.code: note.count for note in dataset.provenance.notes}


def test_the_sheet_with_most_of_a_table_is_read_and_another_can_be_asked_for(
    tmp_path: Path, loaded: Loaded
) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        cover = book.add_worksheet("Cover")
        for row in range(40):
            cover.write(row, 0, f"line {row} of an explanation")
        for name, rows in (("few", 3), ("many", 30), ("hidden", 300)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", name])
            for row in range(rows):
                sheet.write_row(row + 1, 0, [row, row * row])
        sheet.hide()

    dataset = loaded(drawn(draw), "book.xlsx")
    assert (dataset.rows, dataset.provenance.sheet) == (30, "many")
    assert dataset.provenance.sheets == ("Cover", "few", "many")
    assert noted(dataset) == {"hidden_sheets": 1}
    few = opened(drawn(draw), tmp_path / "few", Options(sheet="few"))
    assert few.schema.names == ("id", "few")
    with pytest.raises(UnknownSheet) as refused:
        opened(drawn(draw), tmp_path / "none", Options(sheet="hidden"))
    assert refused.value.known == ("Cover", "few", "many")


def test_the_header_is_found_below_merged_titles_and_beside_empty_columns(
    loaded: Loaded, tmp_path: Path
) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 2, 0, 6, "Customers of the north")
        sheet.write_row(1, 2, ["made on", dt.date(2024, 1, 2)])
        sheet.write_row(3, 2, ["id", "name", "spent", "", "since"])
        sheet.write_row(4, 2, [1, "Ann", 3.5, "", dt.date(2020, 1, 2)])
        sheet.write_row(5, 2, [2, "Bob", 4, "", dt.date(2020, 1, 3)])

    book = drawn(draw, default_date_format="yyyy-mm-dd")
    dataset = loaded(book, "book.xlsx")
    assert dataset.schema.names == ("id", "name", "spent", "since")
    assert rows_of(dataset)[0] == ["1", "Ann", "3.5", "2020-01-02"]
    assert (dataset.provenance.header_row, dataset.provenance.rows_left_out) == (4, 2)
    other = opened(book, tmp_path / "other", Options(header_row=5))
    assert other.rows == 1
    bare = opened(book, tmp_path / "bare", Options(header_row=0))
    assert (bare.rows, bare.provenance.header_row) == (5, 0)


def test_names_under_merged_headings_and_merged_cells_in_the_body(loaded: Loaded) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "region")
        sheet.merge_range(0, 1, 0, 2, "2020")
        sheet.merge_range(0, 3, 0, 4, "2021")
        sheet.write_row(1, 1, ["Q1", "Q2", "Q1", "Q2"])
        sheet.merge_range(2, 0, 3, 0, "North")
        sheet.write_row(2, 1, [1, 2, 3, 4])
        sheet.write_row(3, 1, [5, 6, 7, 8])
        sheet.write_row(4, 0, ["Total", 6, 8, 10, 12])

    dataset = loaded(drawn(draw), "book.xlsx")
    assert dataset.schema.names == ("region", "2020 Q1", "2020 Q2", "2021 Q1", "2021 Q2")
    assert rows_of(dataset)[1] == ["North", "5", "6", "7", "8"]
    assert noted(dataset) == {"merged_cells": 1, "totals_row": 5}


def test_a_sheet_of_numbers_has_no_header(loaded: Loaded) -> None:
    dataset = loaded(workbook([[1, 2.5], [3, 4.5]]), "book.xlsx")
    assert dataset.schema.names == ("column 1", "column 2")
    assert rows_of(dataset) == [["1", "2.5"], ["3", "4.5"]]


@pytest.mark.parametrize("date_1904", [True, False])
def test_dates_are_right_in_both_calendars(date_1904: bool, loaded: Loaded) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["day", "n"])
        sheet.write_row(1, 0, [dt.datetime(1999, 12, 31, 23, 59, 58), 1])

    book = drawn(draw, date_1904=date_1904, default_date_format="dd/mm/yy hh:mm:ss")
    assert rows_of(loaded(book, "b.xlsx")) == [["1999-12-31 23:59:58", "1"]]


def test_numbers_shown_with_leading_zeros_keep_them(loaded: Loaded) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        sheet, zeros = book.add_worksheet(), book.add_format({"num_format": "00000"})
        sheet.write_row(0, 0, ["postcode", "mixed", "n"])
        for row, code in enumerate([1067, 99999, 123456], 1):
            sheet.write(row, 0, code, zeros)
            sheet.write(row, 1, code, zeros if row == 1 else None)
            sheet.write(row, 2, code)

    found = rows_of(loaded(drawn(draw), "b.xlsx"))
    assert found[0] == ["01067", "1067", "1067"]
    assert [row[0] for row in found] == ["01067", "99999", "123456"]


def test_formulas_give_their_values_and_those_without_are_told(loaded: Loaded) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["sum", "word", "error"])
        for row in (1, 2, 3):
            sheet.write_formula(row, 0, "=A9+1", None, 41.5)
            sheet.write_formula(row, 1, '="a"&"b"', None, "ab")
            sheet.write_formula(row, 2, "=1/0", None, "#DIV/0!")

    whole = drawn(draw)
    dataset = loaded(whole, "b.xlsx")
    assert rows_of(dataset)[0] == ["41.5", "ab", None]
    assert noted(dataset) == {"error_cells": 3}
    cut = changed(whole, "xl/worksheets/sheet1.xml", b"<v>41.5</v>", b"")
    assert noted(loaded(cut, "b.xlsx")) == {"error_cells": 3, "formulas_without_value": 3}


def changed(book: bytes, member: str, old: bytes, new: bytes) -> bytes:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as given,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            part = given.read(name)
            made.writestr(name, part.replace(old, new) if name == member else part)
    return content.getvalue()


@pytest.mark.parametrize(
    "far",
    [
        b'<c r="XFD1048576"><v>1</v></c>',
        b"<c  t='n'\n r = 'xfd1048576'><v>1</v></c>",
        b'<row r="1048576"><c r="XFD1" s="1"/></row>',
    ],
)
def test_a_bomb_of_five_kilobytes_is_refused_however_it_is_written(
    far: bytes, loaded: Loaded
) -> None:
    book = workbook([["a", "b"], [1, 2]])
    bomb = changed(book, "xl/worksheets/sheet1.xml", b"</sheetData>", far + b"</sheetData>")
    assert len(bomb) < 10_000
    started = time.process_time()
    with pytest.raises(SheetTooLarge):
        loaded(bomb, "book.xlsx")
    assert time.process_time() - started < 2


def test_words_defined_in_the_file_and_a_lie_about_sizes_are_refused(loaded: Loaded) -> None:
    laugh = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet'
    book = workbook([["a", "b"], [1, 2]])
    with pytest.raises(FileDamaged):
        loaded(changed(book, "xl/worksheets/sheet1.xml", b"<worksheet", laugh), "b.xlsx")
    many = io.BytesIO(book)
    with zipfile.ZipFile(many, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"/etc/{number}", b"")
    with pytest.raises(ArchiveTooFull):
        loaded(many.getvalue(), "b.xlsx")
