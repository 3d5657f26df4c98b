"""Cells and headers that look like code."""

from __future__ import annotations

import csv
import io

from core.errors import NotATable, UnknownFormat
from tests.corpus.case import Case, Row, refuses, text

# what a page, a chart or a spreadsheet might take for more than text
PAYLOADS = (
    "<script>document.title='pwned'</script>",
    "<img src=http://out.invalid/x.png onerror=alert(1)>",
    "![p](http://out.invalid/p.png)",
    "[click](javascript:alert(1))",
    "http://out.invalid/plain",
    "**bold** _it_ `code`",
    "$\\frac{a}{b}$",
    ":red[warning] :material/lock:",
    "# heading",
    '=HYPERLINK("http://out.invalid","x")',
    "%{customdata} {0} {name}",
    '<a href="http://out.invalid">link</a>',
    "<svg onload=alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "</script><script>alert(1)</script>",
    "www.out.invalid/bare or me@out.invalid",
    "[Session expired](http://out.invalid/phish)",
    "[data](data:text/html,<script>alert(1)</script>)",
    "\u202egnp.exe",
    "zero\u200bwidth <\u200bb>",
)
TURNED = "\u202e"  # turns the order of what follows around
# what a browser takes long to read as Markdown
LONG = ("*a_" * 350_000, ">" * 3_000)
SPREADSHEET = ("=1+1", "+49 170 12", "-2+3", "@SUM(A1)", "'=1", "=cmd|' /C calc'!A0")


def written(header: list[str], rows: list[Row]) -> str:
    into = io.StringIO()
    csv.writer(into).writerows([header, *rows])
    return into.getvalue()


def all_over(about: str, payloads: tuple[str, ...], **more: object) -> Case:
    """Each as a header, and all as cells."""
    header = [f"{payload} {place}" for place, payload in enumerate(payloads)]
    rows: list[Row] = [tuple(payloads), tuple(reversed(payloads))]
    found = text(about, written(header, rows), "", rows, **more)
    return Case(found.about, found.file, found.make, tuple(header), found.rows, found.refused)


CASES: tuple[Case, ...] = (
    all_over("markup, links and code in every cell", PAYLOADS),
    all_over("formulas in every cell", SPREADSHEET),
    text("a formula with a line end", 'a,b\n"=1\n+2",3\n', "a|b", [("=1\n+2", "3")]),
    text(
        "SQL in names and cells",
        'a"; DROP TABLE x; --,b\'c\n\'; DELETE,"""1"""\n',
        "a\"; DROP TABLE x; --|b'c",
        [("'; DELETE", '"1"')],
    ),
    text("a table called a way out", "a,b\n1,2\n", "a|b", [("1", "2")], file="../../etc/x.csv"),
    text("a table of a hostile name", "a,b\n1,2\n", "a|b", [("1", "2")], file="<b>\u202e=1.csv"),
    text("a table of a long name", "a,b\n1,2\n", "a|b", [("1", "2")], file="x" * 300 + ".csv"),
    refuses("a web page", b"<html><body>\n<table>,\n</table></html>", NotATable),
    refuses("a pickle by its name", b"\x80\x04\x95\x10\x00", UnknownFormat, "model.pkl"),
    refuses("a program called a table", b"\x7fELF\x02\x01\x01" + bytes(64), NotATable),
)
