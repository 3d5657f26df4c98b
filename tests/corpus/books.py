"""Workbooks: dates in both calendars, merged cells, several sheets, and bombs."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import xlsxwriter

from core.errors import FileDamaged, FileEmpty, HeaderOnly, SheetTooLarge
from tests.corpus.case import Case, Row, refuses

DAY = dt.datetime(2026, 1, 31)
NOON = dt.datetime(2026, 1, 31, 12, 30)
Draw = Callable[[xlsxwriter.Workbook], object]


def book(draw: Draw, **settings: object) -> bytes:
    content = io.BytesIO()
    settings = {"default_date_format": "dd/mm/yyyy hh:mm", "strings_to_formulas": False} | settings
    with xlsxwriter.Workbook(content, settings) as made:
        draw(made)
    return content.getvalue()


def rows(*cells: list[object]) -> Draw:
    def draw(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        for place, row in enumerate(cells):
            sheet.write_row(place, 0, row)

    return draw


def sheets(made: xlsxwriter.Workbook) -> None:
    cover = made.add_worksheet("Read me")
    cover.write(0, 0, "What these numbers mean")
    for name, count in (("few", 2), ("many", 5), ("hidden", 9)):
        sheet = made.add_worksheet(name)
        sheet.write_row(0, 0, ["id", name])
        for place in range(count):
            sheet.write_row(place + 1, 0, [f"{place:03}", place * place])
    sheet.hide()


def merged(made: xlsxwriter.Workbook) -> None:
    sheet = made.add_worksheet()
    sheet.merge_range(0, 0, 0, 2, "Sales of spring")
    sheet.write_row(1, 0, ["land", "shop", "sold"])
    sheet.merge_range(2, 0, 3, 0, "AT")
    sheet.write_row(2, 1, ["Wien", 3])
    sheet.write_row(3, 1, ["Graz", 4])
    sheet.write_row(4, 0, ["NA", "Windhoek", 5])


def calculated(made: xlsxwriter.Workbook) -> None:
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["a", "b", "sum"])
    for place, value in enumerate((3.5, 7)):
        sheet.write_row(place + 1, 0, [place + 1, value])
        sheet.write_formula(place + 1, 2, f"=A{place + 2}+B{place + 2}", None, place + 1 + value)


def zeros(made: xlsxwriter.Workbook) -> None:
    sheet, padded = made.add_worksheet(), made.add_format({"num_format": "00000"})
    sheet.write_row(0, 0, ["zip", "id", "n"])
    for place, code in enumerate((1234, 99999)):
        sheet.write(place + 1, 0, code, padded)
        sheet.write_string(place + 1, 1, f"00{place}")
        sheet.write(place + 1, 2, 0.1)


def far_apart(made: xlsxwriter.Workbook) -> None:
    sheet = made.add_worksheet()
    sheet.write(0, 0, "a")
    sheet.write(1048575, 16383, "b")


def with_part(name: str, content: bytes) -> bytes:
    """A workbook in which one part is another."""
    given, made = io.BytesIO(book(rows(["a", "b"], [1, 2]))), io.BytesIO()
    with zipfile.ZipFile(given) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return made.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/hostname">]><sst><si><t>&b;&c;</t></si></sst>'
)


def read(about: str, draw: Draw, names: str, cells: list[Row], **more: object) -> Case:
    settings: dict[str, object] = {}
    if "date_1904" in more:
        settings["date_1904"] = more.pop("date_1904")
    wanted = tuple(names.split("|"))
    return Case(about, "book.xlsx", lambda: book(draw, **settings), wanted, tuple(cells), **more)  # type: ignore[arg-type]


DATED: list[Row] = [("1", "2026-01-31", "2026-01-31 12:30:00"), ("2", "2026-01-31", None)]
DATES = rows(["id", "day", "time"], [1, DAY, NOON], [2, DAY, None])
MEANT = {"day": (DAY, DAY), "time": (NOON, None)}
TYPED = rows(
    ["name", "n", "yes", "="],
    ["None", 4111111111111110, True, "=1+1"],
    ["NA", -0.5, False, "<b>"],
    ["\u00e9", 7, True, "x\ny"],
)

CASES: tuple[Case, ...] = (
    read(
        "cells of each type",
        TYPED,
        "name|n|yes|=",
        [
            ("None", "4111111111111110", "TRUE", "=1+1"),
            ("NA", "-0.5", "FALSE", "<b>"),
            ("\u00e9", "7", "TRUE", "x\ny"),
        ],
    ),
    read("dates", DATES, "id|day|time", DATED, values=MEANT),
    read("dates of the 1904 calendar", DATES, "id|day|time", DATED, values=MEANT, date_1904=True),
    read(
        "several sheets, one hidden",
        sheets,
        "id|many",
        [(f"{place:03}", str(place * place)) for place in range(5)],
        said=("hidden_sheets",),
    ),
    read(
        "merged cells and a title",
        merged,
        "land|shop|sold",
        [("AT", "Wien", "3"), ("AT", "Graz", "4"), ("NA", "Windhoek", "5")],
        reported=("Sales of spring",),
        said=("merged_cells",),
    ),
    read(
        "formulas with their values", calculated, "a|b|sum", [("1", "3.5", "4.5"), ("2", "7", "9")]
    ),
    read(
        "numbers shown with zeros",
        zeros,
        "zip|id|n",
        [("01234", "000", "0.1"), ("99999", "001", "0.1")],
        values={"zip": ("01234", "99999")},
    ),
    Case(
        "a workbook called a table of text",
        "book.csv",
        lambda: book(DATES),
        ("id", "day", "time"),
        tuple(DATED),
    ),
    refuses("a workbook without a cell", lambda: book(rows()), FileEmpty, "book.xlsx"),
    refuses("a workbook of names only", lambda: book(rows(["a", "b"])), HeaderOnly, "book.xlsx"),
    refuses(
        "two cells at the corners of a sheet", lambda: book(far_apart), SheetTooLarge, "book.xlsx"
    ),
    refuses(
        "words that grow and read files",
        lambda: with_part("xl/sharedStrings.xml", LAUGHS),
        FileDamaged,
        "book.xlsx",
    ),
    refuses("half a workbook", lambda: book(DATES)[:2000], FileDamaged, "book.xlsx"),
    refuses(
        "a sheet of rubbish",
        lambda: with_part("xl/worksheets/sheet1.xml", b"\x00<row"),
        FileDamaged,
        "book.xlsx",
    ),
)
