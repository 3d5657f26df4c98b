from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.source import FOUND_OUT
from core.data.sources.delimited import SOURCE
from core.errors import (
    FileEmpty,
    HeaderOnly,
    NotATable,
    OneColumn,
    TooManyColumns,
    UnknownFormat,
    UserError,
)
from core.progress import silent

Loaded = Callable[..., Dataset]


def cells(dataset: Dataset) -> tuple[list[str], list[list[str | None]]]:
    """Names, and rows of text as they lie on disk."""
    table = pq.read_table(dataset.source)
    return table.column_names, [list(row.values()) for row in table.to_pylist()]


LONG = "x" * 1_000_000
ABC = ["a", "b", "c"]

NASTY: dict[str, tuple[bytes, list[str], list[list[str | None]], int]] = {
    "plain": (b"a,b\n1,2\n3,4\n", ["a", "b"], [["1", "2"], ["3", "4"]], 0),
    "no line end at the end": (b"a,b\n1,2", ["a", "b"], [["1", "2"]], 0),
    "crlf": (b"a,b\r\n1,2\r\n3,4\r\n", ["a", "b"], [["1", "2"], ["3", "4"]], 0),
    "cr only": (b"a,b\r1,2\r3,4\r", ["a", "b"], [["1", "2"], ["3", "4"]], 0),
    "mixed line ends": (
        b"a,b\r\n1,2\n3,4\r\n5,6\n", ["a", "b"],
        [["1", "2"], ["3", "4"], ["5", "6"]],
        0,
    ),
    "three line ends": (
        b"a,b\r1,2\n3,4\r\n5,6\n", ["a", "b"],
        [["1", "2"], ["3", "4"], ["5", "6"]],
        0,
    ),
    "return inside a cell": (b"a,b\n1,x\ry\n3,4\n", ["a", "b"], [["1", "x\ry"], ["3", "4"]], 0),
    "semicolon and decimal comma": (
        b"a;b\n1,5;2,5\n3,5;4,5\n", ["a", "b"],
        [["1,5", "2,5"], ["3,5", "4,5"]],
        0,
    ),
    "tab named csv": (b"a\tb\n1,0\t2\n3,0\t4\n", ["a", "b"], [["1,0", "2"], ["3,0", "4"]], 0),
    "bar": (b"a|b\n1|2\n3|4\n", ["a", "b"], [["1", "2"], ["3", "4"]], 0),
    "declared separator": (b"sep=;\r\na;b\r\n1,1;2\r\n", ["a", "b"], [["1,1", "2"]], 0),
    "quoted line ends": (
        b'a,b\n1,"x\ny"\n3,"p\r\nq"\n', ["a", "b"],
        [["1", "x\ny"], ["3", "p\r\nq"]],
        0,
    ),
    "quoted line ends in crlf": (
        b'a,b\r\n1,"x\ny"\r\n3,4\r\n', ["a", "b"],
        [["1", "x\ny"], ["3", "4"]],
        0,
    ),
    "doubled quotes": (b'a,b\n1,"say ""hi"", all"\n', ["a", "b"], [["1", 'say "hi", all']], 0),
    "quote within a cell": (
        b'a,b\n5" tall,2\nx,4\n', ["a", "b"],
        [['5" tall', "2"], ["x", "4"]],
        0,
    ),
    "short row": (b"a,b,c\n1,2,3\n4,5\n6,7,8\n", ABC, [["1", "2", "3"], ["6", "7", "8"]], 1),
    "long row": (b"a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n", ABC, [["1", "2", "3"], ["6", "7", "8"]], 1),
    "one trailing separator": (
        b"a,b,c\n1,2,3\n4,5,6,\n6,7,8\n", ABC,
        [["1", "2", "3"], ["4", "5", "6"], ["6", "7", "8"]],
        0,
    ),
    "trailing separator in every row": (
        b"a,b\n1,2,\n3,4,\n", ["a", "b", "column 3"],
        [["1", "2", None], ["3", "4", None]],
        0,
    ),
    "trailing separator in the header": (
        b"a,b,\n1,2\n3,4\n", ["a", "b"],
        [["1", "2"], ["3", "4"]],
        0,
    ),
    "quote never closed": (
        b'a,b,c\n1,"x,3\n4,5,6\n7,8,9\n', ABC,
        [["4", "5", "6"], ["7", "8", "9"]],
        1,
    ),
    "blank lines": (b"\n\na,b\n\n1,2\n  \n3,4\n\n", ["a", "b"], [["1", "2"], ["3", "4"]], 0),
    "blank and repeated headers": (
        b"x,,x,X,\n1,2,3,4,5\n", ["x", "column 2", "x (2)", "X (3)", "column 5"],
        [["1", "2", "3", "4", "5"]],
        0,
    ),
    "header with spaces and line end": (
        b'" Income ","two\nlines"\n1,2\n', ["Income", "two lines"],
        [["1", "2"]],
        0,
    ),
    "no header": (
        b"1,2.5,2020-01-01\n3,4.5,2020-01-02\n", ["column 1", "column 2", "column 3"],
        [["1", "2.5", "2020-01-01"], ["3", "4.5", "2020-01-02"]],
        0,
    ),
    "names that look missing": (
        b"name,land\nNone,NA\nnan,null\n", ["name", "land"],
        [["None", "NA"], ["nan", "null"]],
        0,
    ),
    "zeros and long ids": (
        b"id,zip\n9007199254740993,01234\n00123,\n", ["id", "zip"],
        [["9007199254740993", "01234"], ["00123", None]],
        0,
    ),
    "empty and blank cells": (
        b'a,b,c\n1,,3\n4,"",6\n7, ,9\n', ABC,
        [["1", None, "3"], ["4", None, "6"], ["7", " ", "9"]],
        0,
    ),
    "a million characters": (
        f"a,b\n1,{LONG}\n2,y\n".encode(), ["a", "b"],
        [["1", LONG], ["2", "y"]],
        0,
    ),
    "utf-8 with mark": ("\ufeffä,b\nö,2\n".encode(), ["ä", "b"], [["ö", "2"]], 0),
    "utf-8 with mark and quotes": ('\ufeff"ä",b\nö,2\n'.encode(), ["ä", "b"], [["ö", "2"]], 0),
    "utf-16": ("ä,b\n한,2\n".encode("utf-16"), ["ä", "b"], [["한", "2"]], 0),
    "utf-16 big end first": (
        b"\xfe\xff" + "ä,b\r\n한,2\r\n".encode("utf-16-be"), ["ä", "b"],
        [["한", "2"]],
        0,
    ),
    "utf-16 without mark": (
        "a,bcd\n1,2\n3,4\n".encode("utf-16-le"), ["a", "bcd"],
        [["1", "2"], ["3", "4"]],
        0,
    ),
    "windows": ("größe,€\nä,2\n".encode("cp1252"), ["größe", "€"], [["ä", "2"]], 0),
    "latin-1": (b"a,b\n\xe9\x81,2\n", ["a", "b"], [["é\x81", "2"]], 0),
    "spaces": (
        b" id  date n\r\n 001 19970101  1\r\n 002 19970112  1\r\n", ["id", "date", "n"],
        [["001", "19970101", "1"], ["002", "19970112", "1"]],
        0,
    ),
    "formula and markup": (
        b"a,b\n=1+1,<b>\n@x,{y}\n", ["a", "b"],
        [["=1+1", "<b>"], ["@x", "{y}"]],
        0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NASTY)
def test_every_cell_is_what_stood_in_the_file(case: str, loaded: Loaded) -> None:
    content, names, rows, left_out = NASTY[case]
    dataset = loaded(content)
    assert cells(dataset) == (names, rows)
    assert dataset.rows == len(rows)
    assert dataset.provenance.rows_left_out == left_out
    assert [p.name for p in dataset.folder.iterdir()] == ["source.parquet"]


REFUSED: dict[str, tuple[bytes, type[UserError]]] = {
    "nothing": (b"", FileEmpty),
    "a mark only": (b"\xef\xbb\xbf", FileEmpty),
    "blank lines only": (b" \n\n \r\n", FileEmpty),
    "a header only": (b"a,b\n", HeaderOnly),
    "one column": (b"name\nAnna\nBob\n", OneColumn),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, NotATable),
    "noise": (bytes((i * 7919) % 251 for i in range(5000)), NotATable),
    "a web page": (b"<html><body>\n<table>,\n</table>", NotATable),
    "every row too long": (b"a,b\n" + b"1,2,3\n" * 30, NotATable),
    "too many columns": (",".join(map(str, range(10_000))).encode() + b"\n1,2\n", TooManyColumns),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_refused(case: str, loaded: Loaded, tmp_path: Path) -> None:
    content, error = REFUSED[case]
    with pytest.raises(error):
        loaded(content)
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["given"]


def test_an_ending_we_do_not_read(loaded: Loaded) -> None:
    with pytest.raises(UnknownFormat):
        loaded(b"\x80\x04\x95", "model.pkl")


def test_many_rows_that_do_not_fit_are_all_counted(loaded: Loaded) -> None:
    lines = ["a,b,c", *("1,2,3" if i % 3 else "1,2" for i in range(3000))]
    dataset = loaded("\n".join(lines))
    assert (dataset.rows, dataset.provenance.rows_left_out) == (2000, 1000)


def test_the_order_of_the_file_is_kept(loaded: Loaded) -> None:
    content = "a,b\n" + "".join(f"{i},x{i}\n" for i in range(300_000))
    _, rows = cells(loaded(content))
    assert [row[0] for row in rows] == [str(i) for i in range(300_000)]


# blank lines are no rows, and the csv module would read a NUL or a lone surrogate differently
letters = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co"), blacklist_characters="\ufeff"),
    max_size=8,
)
texts = st.one_of(
    letters, st.sampled_from([",", '"', "\n", "\r\n", 'a"b', "x,y", " ", "", ";;", "\t"])
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_the_csv_module_writes_is_read_back(
    tmp_path: Path, rows: list[tuple[str, str, str]], line_end: str
) -> None:
    rows = [("1", *row[1:]) if not any(cell.strip() for cell in row) else row for row in rows]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("first", "second", "third"), *rows])
    path, into = tmp_path / "given", tmp_path / "source.parquet"
    path.write_bytes(text.getvalue().encode())
    provenance = SOURCE.read(path, "table.csv", into, FOUND_OUT, silent)
    assert [list(row.values()) for row in pq.read_table(into).to_pylist()] == [
        [cell or None for cell in row] for row in rows
    ]
    assert provenance.rows_left_out == 0
