"""Cells that programs like to change: ids, words for missing, numbers and dates."""

from __future__ import annotations

from datetime import datetime

from tests.corpus.case import Case, Row, text

NAN = float("nan")


def day(year: int, month: int, of: int) -> datetime:
    return datetime(year, month, of)


def column(about: str, cells: list[str], values: tuple[object, ...] = (), **more: object) -> Case:
    """A column "x" beside one of letters; its cells must be what they are."""
    rows: list[Row] = [(cell or None, "abcdefgh"[place % 8]) for place, cell in enumerate(cells)]
    content = "x;y\n" + "".join(
        f"{cell};{'abcdefgh'[place % 8]}\n" for place, cell in enumerate(cells)
    )
    known = {"x": values} if values else {}
    return text(about, content, "x|y", rows, values=known, **more)


CASES: tuple[Case, ...] = (
    column(
        "ids above 2^53 with gaps",
        ["9007199254740993", "", "9007199254740995", "9223372036854775807"],
        ("9007199254740993", None, "9007199254740995", "9223372036854775807"),
    ),
    column(
        "a number of 26 digits",
        ["12345678901234567890123456", "12345678901234567890123457"],
        ("12345678901234567890123456", "12345678901234567890123457"),
    ),
    column("leading zeros", ["00123", "01234", "00007"], ("00123", "01234", "00007")),
    column("NA the country", ["NA", "DE", "FR", "NA", "DE"], ("NA", "DE", "FR", "NA", "DE")),
    column(
        "None the surname",
        ["None", "Null", "Nan", "Berg", "Lee"],
        ("None", "Null", "Nan", "Berg", "Lee"),
    ),
    column(
        "words for true that are names",
        ["True", "Yes", "On", "Berg"],
        ("True", "Yes", "On", "Berg"),
    ),
    column("decimal comma", ["1,5", "2,25", "-3,75", "10,0"], (1.5, 2.25, -3.75, 10.0)),
    column("thousands with points", ["1.234,50", "12.345,00", "999,10"], (1234.5, 12345.0, 999.1)),
    column("thousands with commas", ["1,234.50", "12,345.00", "999.10"], (1234.5, 12345.0, 999.1)),
    column("thousands with blanks", ["1 234,50", "12 345,00", "999,10"], (1234.5, 12345.0, 999.1)),
    column("money", ["$84,835.00 ", "$1,200.50 ", "-$5.00 "], (84835.0, 1200.5, -5.0)),
    column("percentages", ["12.5%", "7%", "100%"], (12.5, 7.0, 100.0)),
    column("exponents", ["1e3", "2.5E-2", "-1e0"], (1000.0, 0.025, -1.0)),
    column(
        "dates, day first",
        ["31.01.2026", "28.02.2026", "05.03.2026"],
        (day(2026, 1, 31), day(2026, 2, 28), day(2026, 3, 5)),
    ),
    column(
        "dates, month first",
        ["01/31/2026", "02/28/2026", "03/05/2026"],
        (day(2026, 1, 31), day(2026, 2, 28), day(2026, 3, 5)),
    ),
    column(
        "dates as the standard has them",
        ["2026-01-31", "", "2026-03-05"],
        (day(2026, 1, 31), None, day(2026, 3, 5)),
    ),
    column(
        "dates of a Chinese table",
        ["2026年1月31日", "2026年2月28日", "2026年3月5日"],
        (day(2026, 1, 31), day(2026, 2, 28), day(2026, 3, 5)),
    ),
    column("a date that is none stays text", ["2026-02-30", "2026-01-31", "2026-03-05"]),
    column("what is no number to everyone", ["1e309", "inf", "0x10", "1_000", "nan"]),
    column("blank cells that are not empty", [" ", "x", "\u00a0", "y"]),
    column("zeros that are negative or long", ["-0", "0.10", "00", "0"]),
)
