from __future__ import annotations

from pathlib import Path

import pytest

from core.data.dialect import Dialect, dialect_of
from core.data.source import Options
from core.errors import BadSetting, FileEmpty, NotATable

ABC = ("a", "b", "c")
BODY = "a,b,c\n1,2,3\n4,5,6\n"


def dialect(tmp_path: Path, text: str, **options: object) -> Dialect:
    path = tmp_path / "given"
    path.write_bytes(text.encode())
    return dialect_of(path, "table.csv", Options(**options))  # type: ignore[arg-type]


def first_row(tmp_path: Path, found: Dialect) -> str:
    with (tmp_path / "given").open("rb") as file:
        file.seek(found.starts)
        return file.readline().decode().strip()


ABOVE = {
    "nothing": ("", 0, ""),
    "a title": ("Sales report 2024\n", 1, "Sales report 2024"),
    "a title with commas": ('"Sales, by region"\n', 1, '"Sales, by region"'),
    "a title padded with separators": ("Sales report,,\n", 1, "Sales report,,"),
    "a title and a blank line": ("Sales report\n\n", 2, "Sales report"),
    "several lines": ("Report\nFrom: 2024-01-01\nTo: 2024-02-01\n\n", 4, "Report"),
    "a mark": ("\ufeff", 0, ""),
    "a mark and a title": ("\ufeffBericht über Kunden\r\n", 1, "Bericht über Kunden"),
    "blank lines": ("\n \n", 2, ""),
}


@pytest.mark.parametrize("case", ABOVE)
def test_lines_above_the_header_are_skipped_and_counted(case: str, tmp_path: Path) -> None:
    above, skipped, told = ABOVE[case]
    found = dialect(tmp_path, above + BODY)
    assert (found.names, found.separator, found.has_header) == (ABC, ",", True)
    assert (found.skipped, found.above) == (skipped, told)
    assert first_row(tmp_path, found) == "1,2,3"


def test_a_title_above_decimal_commas(tmp_path: Path) -> None:
    found = dialect(tmp_path, "Umsatz 2024\nx;y\n1,5;2,5\n3,5;4,5\n")
    assert (found.separator, found.names, found.skipped) == (";", ("x", "y"), 1)


def test_a_title_above_two_columns(tmp_path: Path) -> None:
    found = dialect(tmp_path, "My customers\nname,age\nAnna,3\nBob,4\n")
    assert (found.names, found.skipped, found.above) == (("name", "age"), 1, "My customers")


HEADERLESS = {
    "numbers only": ("1,2.5,2020-01-01\n3,4.5,2020-01-02\n", False),
    "numbers beside words": ("39, State, 776\n50, Private, 833\n38, Gov, 1\n", False),
    "names over numbers": ("age,work,weight\n39,State,77516\n50,Private,83311\n", True),
    "years as names": ("land,2019,2020\nA,1,2\nB,3,4\n", True),
    "counted names": ("item,1,2,3\nA,5,2,8\nB,3,4,9\n", True),
    "words only": ("name,town\nAnna,Berlin\nBob,Rome\n", True),
    "a first row of numbers alone": ("1,2\n", True),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADERLESS)
def test_whether_the_first_line_holds_names(case: str, tmp_path: Path) -> None:
    text, has_header = HEADERLESS[case]
    found = dialect(tmp_path, text)
    assert found.has_header is has_header
    if not has_header:
        assert found.names == ("column 1", "column 2", "column 3")
        assert first_row(tmp_path, found) == text.split("\n")[0]


def test_a_person_says_where_the_table_begins(tmp_path: Path) -> None:
    text = "x,y\n1,2\nname,age\nAnna,3\n"
    third = dialect(tmp_path, text, header_row=3)
    assert (third.names, third.skipped, third.above) == (("name", "age"), 2, "x,y")
    assert first_row(tmp_path, third) == "Anna,3"
    none = dialect(tmp_path, text, header_row=0, skipped=1)
    assert (none.names, none.has_header, none.skipped) == (("column 1", "column 2"), False, 1)
    assert first_row(tmp_path, none) == "1,2"
    with pytest.raises(BadSetting):
        dialect(tmp_path, text, header_row=9)


def test_a_person_says_which_separator(tmp_path: Path) -> None:
    text = "a;b,c\n1;2,3\n"
    assert dialect(tmp_path, text, separator=";").names == ("a", "b,c")
    assert dialect(tmp_path, text, separator=",").names == ("a;b", "c")


def test_long_blank_and_repeated_names(tmp_path: Path) -> None:
    long = (
        "What did you like best about our shop when you came here for the first time, and why " * 2
    )
    found = dialect(tmp_path, f'"{long}",,x,x\n1,2,3,4\n')
    assert found.names == (long.strip(), "column 2", "x", "x (2)")


def test_columns_that_stand_below_each_other(tmp_path: Path) -> None:
    text = (
        "id   town        amount\n"
        "1    New York       5.5\n"
        "2    Rome          10.0\n"
        "33   Los Angeles  120.0\n"
    )
    found = dialect(tmp_path, text)
    assert (found.separator, found.names) == (" ", ("id", "town", "amount"))
    assert found.cuts == (0, 5, 17)
    runs = dialect(tmp_path, "id  n\n1 2\n30   4\n")
    assert (runs.separator, runs.names, runs.cuts) == (" ", ("id", "n"), ())


@pytest.mark.parametrize(
    "text",
    [
        "Dear customers,\nwe thank you for your trust.\nThis letter, though, is no table.\n",
        "Once upon a time there was a shop\nthat sold many things to people\nwho liked to buy\n",
        "a,b\n" + "1,2,3\n" * 30,
    ],
)
def test_prose_is_no_table(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotATable):
        dialect(tmp_path, text)


def test_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        dialect(tmp_path, "\ufeff\n \n")
