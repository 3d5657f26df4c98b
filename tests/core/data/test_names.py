from __future__ import annotations

import pytest

from core.data.names import column_names, renamed
from core.text.phrases import phrases
from tests.core.data.conftest import Loaded


# attacks A09, A10, A11
@pytest.mark.parametrize(
    ("header", "names", "count", "first"),
    [
        (("id", "x", "x", "X", "id"), ("id", "x", "x (2)", "X (3)", "id (2)"), 3, "x (2)"),
        (("", "b", " "), ("column 1", "b", "column 3"), 2, "column 1"),
        (("a", " a", "A "), ("a", "a (2)", "A (3)"), 2, "a (2)"),
        (("\u00e9", "e\u0301"), ("\u00e9", "\u00e9 (2)"), 1, "\u00e9 (2)"),
        ((" Income ", "two\nlines", "\ufeffa"), ("Income", "two lines", "a"), 0, ""),
    ],
)
def test_names_that_became_others_are_told_of(
    header: tuple[str, ...], names: tuple[str, ...], count: int, first: str
) -> None:
    assert column_names(header) == names
    notes = renamed(header, names)
    assert [(note.code, note.count, note.example) for note in notes] == (
        [("renamed_columns", count, first)] if count else []
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [("x,,x\n1,2,3\n4,5,6\n", "t.csv"), ('[{"x": 1, " ": 2, "X": 3}]', "t.json")],
)
def test_every_reader_tells_of_them(content: str, name: str, loaded: Loaded) -> None:
    (note,) = loaded(content, name).provenance.notes
    assert (note.code, note.count, note.example) == ("renamed_columns", 2, "column 2")
    said = phrases("en")(f"bring.note.{note.code}", count=note.count, example=note.example)
    assert "2 columns had no name" in said
