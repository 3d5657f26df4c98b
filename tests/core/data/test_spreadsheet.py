from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.load import load
from core.data.source import FOUND_OUT, Options
from core.data.sources.delimited import SOURCE
from core.data.spreadsheet import as_csv, guarded, risky, unguarded, write_csv
from core.progress import silent

ROOT = Path(__file__).resolve().parents[3]
Loaded = Callable[..., Dataset]

GUARDED = {
    "=1+1": "'=1+1",
    "+49 170 123": "'+49 170 123",
    "-2+3": "'-2+3",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t'=1",
    "\tx": "'\tx",
    "\rx": "'\rx",
    "\nx": "'\nx",
    "\x00x": "'\x00x",
    "\x00=1": "'\x00=1",
    "x;\x00": "x;'\x00",
    "'\x00": "''\x00",
    "－2": "'－2",
    "＋1": "'＋1",
    "＠SUM(A1)": "'＠SUM(A1)",
    "+": "'+",
    "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
    " =1": "' =1",
    "\u00a0\u200b=1": "'\u00a0\u200b=1",
    '"=1': "'\"=1",
    "＝1＋1": "'＝1＋1",
    "-": "'-",
    "x;=1": "x;'=1",
    "x\n=1": "x\n'=1",
    "x\r\n@y": "x\r\n'@y",
    "'=1": "''=1",
    "''=1": "'''=1",
}
AS_THEY_ARE = [
    "", "x", "a=b", "a-b", "2026-01-31", "'abc", "'", "O'Neil", "5", "-5", "+5", "-5.25", "-1,5",
    "-1.234,5", "+3e-7", "-12%", "-$5.00", "-5 €", ".5", "x;-5", "a@b.de", "x\ny", "#N/A",
]  # fmt: skip


@pytest.mark.parametrize("text", GUARDED)
def test_what_begins_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == GUARDED[text]
    assert unguarded(GUARDED[text]) == text


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_numbers_and_harmless_text_stay(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


HOSTILE = st.text(st.sampled_from("'=+-@;\t\r\n\x00 \"a1,.%＝＠\u200b\u00a0"), max_size=8)


@settings(max_examples=300)
@given(HOSTILE)
def test_the_guard_is_taken_off_again_whatever_the_text(text: str) -> None:
    safe = guarded(text)
    assert unguarded(safe) == text
    if safe != text:  # found by the quick look as well, before and after
        assert risky(pa.array([text, safe])) == [0, 1]
    # wherever a spreadsheet may begin a cell, no sign stands first but that of a number
    for part in re.split("[;\t\r\n]", safe):
        first = part.lstrip(' \u00a0\u200b"')[:1]
        assert first not in tuple("=@＝＠")
        assert first not in tuple("+-") or re.fullmatch(r"[+-]?[\d.,]+\s?%?", part)


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "=id": ["9007199254740993", "00123", None, "'=x"],
            "note": ['=HYPERLINK("http://x","y")', 'a,"b"\r\nc', "-5", "@x"],
            "land": ["NA", "None", "nan", " "],
            "score": [0.1, -2.5, 3e-9, float("nan")],
            "count": [1, -2, 3, 4],
            "kept": [True, False, True, False],
            "day": pd.to_datetime(["2026-01-31", "2026-02-01", None, "2026-02-03"]),
        }
    )


def cells(dataset: Dataset) -> dict[str, list[str | None]]:
    return pq.read_table(dataset.source).to_pydict()


def test_a_table_is_read_back_as_it_was(loaded: Loaded) -> None:
    content = as_csv(table())
    assert content.startswith(b"\xef\xbb\xbf'=id,note")
    back = loaded(content)
    assert cells(back) == {
        "=id": ["9007199254740993", "00123", None, "'=x"],
        "note": ['=HYPERLINK("http://x","y")', 'a,"b"\r\nc', "-5", "@x"],
        "land": ["NA", "None", "nan", " "],
        "score": ["0.1", "-2.5", "3e-09", None],
        "count": ["1", "-2", "3", "4"],
        "kept": ["True", "False", "True", "False"],
        "day": ["2026-01-31", "2026-02-01", None, "2026-02-03"],
    }
    (note,) = back.provenance.notes
    assert (note.code, note.count, note.example) == ("guards_removed", 4, "=id")


def test_the_id_is_that_of_the_content(loaded: Loaded) -> None:
    plain = "a,b\r\n=1,2\r\nx,3\r\n"
    given = pd.DataFrame({"a": ["=1", "x"], "b": ["2", "3"]})
    assert loaded(plain).id == loaded(as_csv(given)).id
    assert loaded(plain).id != loaded(plain.replace("=1", "'=1")).id


@pytest.mark.parametrize(
    "content",
    [
        "a,b\r\n'=1,2\r\n",  # no mark of ours
        "\ufeffa,b\r\n'=1,2\r\n=1,3\r\n",  # a formula that nobody guarded
        "\ufeff@a,b\r\n'=1,2\r\n",
    ],
)
def test_in_another_s_file_an_apostrophe_stays(content: str, loaded: Loaded) -> None:
    found = loaded(content)
    assert next(iter(cells(found).values()))[0] == "'=1"
    assert found.provenance.notes == ()


def test_who_says_how_to_read_it_keeps_the_apostrophes(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(as_csv(pd.DataFrame({"a": ["=1"], "b": ["2"]})))
    told = Options(encoding="utf-8")
    found = load(tmp_path / "t", "t.csv", tmp_path / "into", "", silent, told)
    assert cells(found)["a"] == ["'=1"]


def test_a_file_is_what_a_download_is(tmp_path: Path) -> None:
    given = table()
    write_csv(given, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == as_csv(given)
    pd.testing.assert_frame_equal(given, table())


def test_long_and_empty_tables(tmp_path: Path) -> None:
    many = pd.DataFrame({"a": [f"={i}" for i in range(60_000)], "b": 1})
    rows = list(csv.reader(io.StringIO(as_csv(many).decode("utf-8-sig"))))
    assert rows == [["a", "b"], *([f"'={i}", "1"] for i in range(60_000))]
    assert as_csv(many.iloc[:0]) == b"\xef\xbb\xbfa,b\r\n"


TEXTS = st.one_of(st.none(), HOSTILE, st.text(st.characters(exclude_categories=("Cs", "Cc"))))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=8))
@example([("=1", "x\n=1", "\t"), (None, "", "\ufeff"), ("'-", "a;@b", "\r")])
def test_any_table_of_text_is_read_back(
    tmp_path: Path, rows: list[tuple[str | None, str | None, str | None]]
) -> None:
    names = ["first", "second", "@third"]
    write_csv(pd.DataFrame(rows, columns=names, dtype=object), tmp_path / "t.csv")
    SOURCE.read(tmp_path / "t.csv", "t.csv", tmp_path / "read", FOUND_OUT, silent)
    back = pq.read_table(tmp_path / "read")
    assert back.column_names == names
    wanted = [[cell or None for cell in row] for row in rows]
    assert [list(row.values()) for row in back.to_pylist()] == wanted


WRITERS = {"to_csv", "to_excel", "to_html", "to_clipboard"}
HINT = re.compile(r"to_(csv|excel|html|clipboard)|csv\.(writer|DictWriter)")


def test_nothing_else_writes_for_spreadsheets() -> None:
    """One place writes CSV; what leaves by another would carry formulas."""
    files = [*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")]
    found = {
        str(file.relative_to(ROOT))
        for file in files
        if HINT.search(text := file.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.Attribute) and node.attr in WRITERS)
        or (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("csv.writer", "csv.DictWriter")
        )
    }
    assert found == {"core/data/spreadsheet.py"}


def test_one_button_gives_files() -> None:
    buttons = [
        str(file.relative_to(ROOT))
        for file in ROOT.glob("pages/**/*.py")
        if "download_button" in (text := file.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and node.attr == "download_button"
    ]
    assert buttons == ["pages/shared/show.py"]
    # the tables' own button would write formulas as they are
    assert "disableDataExport = true" in (ROOT / ".streamlit/config.toml").read_text()
