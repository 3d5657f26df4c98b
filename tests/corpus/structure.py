"""Separators, quotes, line ends, headers and rows that do not fit."""

from __future__ import annotations

from core.errors import HeaderOnly, NotATable, OneColumn, TooManyColumns
from tests.corpus.case import Case, Row, refuses, text

LONG = "x" * 1_000_000
LONG_HEADER = (
    "how satisfied are you with the service that our shop in the old town gave you on your "
    + ("last visit in 2025")
)
AB: list[Row] = [("1", "2"), ("3", "4")]

PROSE = b"""Dear all,
here is what we know about the customers of the shop in the old town.
Most of them came back within a month, and some came back twice.
We asked them why: the bread, they said, and the people who sell it.
Nobody spoke of the price.

Please find the numbers in the other file, which Jo will send on Monday.
Best wishes from all of us
"""

CASES: tuple[Case, ...] = (
    text("comma", "a,b\n1,2\n3,4\n", "a|b", AB),
    text("semicolon", "a;b\n1;2\n3;4\n", "a|b", AB),
    text("tab", "a\tb\n1\t2\n3\t4\n", "a|b", AB, file="table.tsv"),
    text("pipe", "a|b\n1|2\n3|4\n", "a|b", AB, file="table.txt"),
    text(
        "aligned with spaces, cells with a blank in them",
        "id   name          spent\n"
        "001  Anna Berg     12.50\n"
        "002  Li Na          3.00\n"
        "003  Jo von Stein 100.25\n"
        "004  Ann            0.10\n",
        "id|name|spent",
        [
            ("001", "Anna Berg", "12.50"),
            ("002", "Li Na", "3.00"),
            ("003", "Jo von Stein", "100.25"),
            ("004", "Ann", "0.10"),
        ],
        file="table.txt",
    ),
    text("declared separator", "sep=;\r\na;b\r\n1,5;2\r\n", "a|b", [("1,5", "2")]),
    text(
        "other separators in cells",
        "a;b\nx,y;p\tq\nz|w;1,2\n",
        "a|b",
        [("x,y", "p\tq"), ("z|w", "1,2")],
    ),
    text("CRLF", "a,b\r\n1,2\r\n3,4\r\n", "a|b", AB),
    text("CR alone", "a,b\r1,2\r3,4\r", "a|b", AB),
    text("all three line ends", "a,b\r1,2\n3,4\r\n5,6\n", "a|b", [*AB, ("5", "6")]),
    text("a bare CR in a cell", "a,b\n1,x\ry\n3,4\n", "a|b", [("1", "x\ry"), ("3", "4")]),
    text("a bare CR in a quoted cell", 'a,b\n1,"x\ry"\n3,4\n', "a|b", [("1", "x\ry"), ("3", "4")]),
    text(
        "a return that ends a quoted cell, in a file read row by row",
        'a,b\r\n1,"x\r"\r\n2,"y"z"\r\n',
        "a|b",
        [("1", "x\r"), ("2", 'y"z')],
    ),
    text(
        "quoted line ends", 'a,b\n1,"x\ny"\n3,"p\r\nq"\n', "a|b", [("1", "x\ny"), ("3", "p\r\nq")]
    ),
    text("doubled quotes", 'a,b\n1,"say ""hi"", all"\n', "a|b", [("1", 'say "hi", all')]),
    text(
        "quotes left alone in a cell",
        'a,b\n1,"x"y"\n2,5" tall\n',
        "a|b",
        [("1", 'x"y'), ("2", '5" tall')],
    ),
    text(
        "quotes escaped by a backslash",
        'a,b,c\n1,"say \\"hi\\", all",x\n2,"C:\\\\new",y\n3,\\N,z\n',
        "a|b|c",
        [("1", 'say "hi", all', "x"), ("2", "C:\\new", "y"), ("3", None, "z")],
    ),
    text(
        "a backslash that escapes nothing",
        'a,b\n"C:\\dir\\",1\n"D:\\x",2\n',
        "a|b",
        [("C:\\dir\\", "1"), ("D:\\x", "2")],
    ),
    text(
        "a quote never closed, as wide as a row",
        'a,b\n1,"x\n2,y\n3,z\n',
        "a|b",
        [("2", "y"), ("3", "z")],
        reported=('1,"x',),
    ),
    text(
        "a quote never closed in the middle",
        'a,b,c\n1,2,3\n1,"x,3\n4,5,6\n7,8,9\n',
        "a|b|c",
        [("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9")],
        reported=('1,"x,3',),
    ),
    text(
        "ragged rows",
        "a,b,c\n1,2,3\n4,5\n6,7,8,9\n6,7,8\n,,\n",
        "a|b|c",
        [("1", "2", "3"), ("6", "7", "8"), (None, None, None)],
        reported=("4,5", "6,7,8,9"),
    ),
    text(
        "a separator at each row's end",
        "a,b\n1,2,\n3,4,\n",
        "a|b|column 3",
        [("1", "2", None), ("3", "4", None)],
        said=("renamed_columns",),
    ),
    text("blank lines", "\n\na,b\n\n1,2\n  \n3,4\n\n", "a|b", AB),
    text(
        "lines above the table",
        "Customers of the spring campaign\nmade 2026-03-01 by Jo\n\nid,spent\n1,2\n3,4\n",
        "id|spent",
        AB,
        above=3,
    ),
    text(
        "a total below the table",
        "shop,spent,visits\nA,2,3\nB,4,1\nTotal,6,4\n",
        "shop|spent|visits",
        [("A", "2", "3"), ("B", "4", "1"), ("Total", "6", "4")],
    ),
    text(
        "no header",
        "1,2.5,2020-01-01\n3,4.5,2020-01-02\n",
        "column 1|column 2|column 3",
        [("1", "2.5", "2020-01-01"), ("3", "4.5", "2020-01-02")],
    ),
    text(
        "repeated and blank headers",
        "x,,x,X,\n1,2,3,4,5\n",
        "x|column 2|x (2)|X (3)|column 5",
        [("1", "2", "3", "4", "5")],
        said=("renamed_columns",),
    ),
    text(
        "a header of a hundred characters",
        f"id,{LONG_HEADER}\n1,yes\n2,no\n",
        f"id|{LONG_HEADER}",
        [("1", "yes"), ("2", "no")],
    ),
    text(
        "headers with line ends and blanks",
        '" Income ","two\nlines"\n1,2\n',
        "Income|two lines",
        [("1", "2")],
    ),
    text(
        "headers that programs use themselves",
        "__proto__,constructor,index,level_0,row\n1,2,3,4,5\n",
        "__proto__|constructor|index|level_0|row",
        [("1", "2", "3", "4", "5")],
    ),
    text(
        "headers with dots and brackets",
        "a.b,c[0],d:e,f\\g\n1,2,3,4\n",
        "a.b|c[0]|d:e|f\\g",
        [("1", "2", "3", "4")],
    ),
    text("one row", "a,b\n1,2\n", "a|b", [("1", "2")]),
    text("no line end at the end", "a,b\n1,2\n3,4", "a|b", AB),
    text(
        "a million characters in a cell", f"a,b\n1,{LONG}\n2,y\n", "a|b", [("1", LONG), ("2", "y")]
    ),
    text(
        "six hundred columns",
        ",".join(f"c{i}" for i in range(600)) + "\n" + ",".join("1" * 600) + "\n",
        "|".join(f"c{i}" for i in range(600)),
        [("1",) * 600],
    ),
    refuses(
        "ten thousand columns",
        (",".join(map(str, range(10_000))) + "\n1,2\n").encode(),
        TooManyColumns,
    ),
    refuses("a header only", b"a,b\n", HeaderOnly),
    refuses("one column", b"name\nAnna\nBob\n", OneColumn),
    refuses("every row longer than the header", b"a,b\n" + b"1,2,3\n" * 30, NotATable),
    refuses("prose", PROSE, NotATable),
)
