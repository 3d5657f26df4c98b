from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import json_values
from core.data.dataset import Dataset
from core.data.json_values import DECODER, as_json, flat
from core.data.load import load
from core.data.source import Options
from core.errors import (
    FileDamaged,
    NoRecords,
    NotATable,
    OneColumn,
    TooManyColumns,
    UnknownSheet,
    UnpacksTooLarge,
)
from core.progress import silent

Loaded = Callable[..., Dataset]


def cells(dataset: Dataset) -> list[list[str | None]]:
    return [list(row.values()) for row in pq.read_table(dataset.source).to_pylist()]


def noted(dataset: Dataset) -> dict[str, tuple[int, str]]:
    return {note.code: (note.count, note.example) for note in dataset.provenance.notes}


NESTED = [
    {"id": "01", "who": {"name": "Ann", "home": {"city": "Wien"}}, "tags": ["a", 1.50]},
    {"id": "02", "who": {"name": "Bob"}, "spent": 1.10, "open": True, "gone": None},
]


def test_records_become_rows_and_records_within_them_columns(loaded: Loaded) -> None:
    text = json.dumps(NESTED).replace("1.1,", "1.10,")
    dataset = loaded(text, "t.json")
    assert dataset.schema.names == (
        "id", "who.name", "who.home.city", "tags", "spent", "open", "gone",
    )  # fmt: skip
    assert cells(dataset) == [
        ["01", "Ann", "Wien", '["a", 1.5]', None, None, None],
        ["02", "Bob", None, None, "1.10", "true", None],
    ]
    assert noted(dataset) == {"nested_columns": (2, "who.name"), "lists_as_text": (1, "tags")}
    assert dataset.provenance.format == "json"


def test_every_way_of_writing_the_same_records_is_the_same_table(loaded: Loaded) -> None:
    rows = [{"id": i, "x": f"ä{i}", "y": 0.1 * i} for i in range(40)]
    table = pd.DataFrame(rows)
    lines = "\n".join(json.dumps(row) for row in rows)
    plain = loaded(json.dumps(rows), "t.json")
    for text in [
        json.dumps(rows, ensure_ascii=False, indent=2).encode("utf-16"),
        ("\ufeff" + lines + "\r\n\r\n").encode(),
        lines.replace("}\n{", "}{"),
        json.dumps({"meta": {"n": 1}, "data": {"rows": rows}}),
        json.dumps([list(rows[0]), *(list(row.values()) for row in rows)]),
        json.dumps({key: [row[key] for row in rows] for key in rows[0]}),
        json.dumps(table.to_dict(orient="split")),
        json.dumps({c: {str(i): v for i, v in enumerate(table[c])} for c in table}),
    ]:
        content = text if isinstance(text, bytes) else text.encode()
        for name in ("t.json", "t.csv"):
            assert loaded(content, name).id == plain.id, content[:60]


def test_records_under_keys_keep_their_keys(loaded: Loaded) -> None:
    dataset = loaded('{"u1": {"a": 1, "b": 2}, "u2": {"a": 3, "b": 4}}', "t.json")
    assert cells(dataset) == [["u1", "1", "2"], ["u2", "3", "4"]]


def test_one_of_several_lists_can_be_asked_for(tmp_path: Path) -> None:
    document = {"a": [{"x": 1, "y": 2}], "b": {"c": [{"x": 3, "z": 4}, {"x": 5, "z": 6}]}}
    (tmp_path / "given").write_text(json.dumps(document))

    def opened(sheet: str) -> Dataset:
        into = tmp_path / (sheet or "any")
        return load(tmp_path / "given", "t.json", into, "", silent, Options(sheet=sheet))

    longest = opened("")
    assert (longest.provenance.sheet, longest.provenance.sheets) == ("b.c", ("b.c", "a"))
    assert opened("a").schema.names == ("x", "y")
    with pytest.raises(UnknownSheet):
        opened("none")


def test_what_a_machine_number_cannot_hold_is_kept(loaded: Loaded) -> None:
    text = '[{"id": 12345678901234567890123, "n": NaN}, {"id": 1e400, "n": -Infinity}]'
    dataset = loaded(text, "t.json")
    assert cells(dataset) == [["12345678901234567890123", None], ["1e400", None]]
    assert noted(dataset) == {"not_numbers": (2, "")}


def test_keys_that_occur_twice_are_kept_apart(loaded: Loaded) -> None:
    dataset = loaded('[{"a": 1, "a": 2, "A": 3, "b": {"c": 4}, "b.c": 5}]', "t.json")
    assert dataset.schema.names == ("a", "a (2)", "A (3)", "b.c", "b.c (2)")
    assert cells(dataset) == [["1", "2", "3", "4", "5"]]


def test_broken_lines_are_counted_and_left_out(loaded: Loaded) -> None:
    lines = [json.dumps({"a": i, "b": i}) for i in range(10)]
    dataset = loaded("\n".join([*lines[:5], '{"a": 1, "b"', *lines[5:], '{"a": 7']), "t.jsonl")
    assert (dataset.rows, dataset.provenance.rows_left_out) == (10, 2)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[" * 100_000, NotATable),
        ('{"a":' * 100_000, NotATable),
        ('[{"a": ' + "[" * 100_000, NotATable),
        ("[]", NoRecords),
        ("[{}, {}]", NoRecords),
        ("{}", NoRecords),
        ('[{"a": 1}, {"a": 2}]', OneColumn),
        ('[{"a": 1, "b": 2}, {"a"', FileDamaged),
        ('[{"a": 1, "b": 2} {"a": oops, "b": 3}' + " " * 99 + "]", FileDamaged),
        ('[["a", "b"], [1, 2], [3]]', NotATable),
        (json.dumps([{f"c{i}": 1 for i in range(2_001)}]), TooManyColumns),
        (b'[{"a": "\xff\xfe\xfa", "b": 2}]', NotATable),
    ],
)
def test_what_is_no_table_is_refused(
    text: str | bytes, error: type[Exception], loaded: Loaded
) -> None:
    with pytest.raises(error):
        loaded(text, "t.json")


def test_a_list_longer_than_a_piece_is_read_piece_by_piece(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_values, "BLOCK", 37)
    rows = [{"i": i, "text": 'x"}],{' * (i % 9), "ü": "é\\n"} for i in range(200)]
    dataset = loaded(json.dumps(rows, ensure_ascii=False), "t.json")
    assert [row[:2] for row in cells(dataset)] == [[str(r["i"]), r["text"] or None] for r in rows]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(JSON)
def test_lists_as_text_are_the_json_they_were(value: object) -> None:
    written = json.dumps(value)
    assert json.loads(as_json(DECODER.decode(written))) == json.loads(written)


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4))
def test_nothing_of_a_record_is_lost_by_flattening(record: dict[str, object]) -> None:
    def leaves(value: object) -> int:
        if isinstance(value, dict):
            return sum(map(leaves, value.values())) if value else 1
        return 1

    assert len(flat(record)) == (leaves(record) if record else 0)


def test_zstd_is_unpacked_within_limits(loaded: Loaded) -> None:
    table = b"a,b\n1,2\n3,4\n"

    for name in ("t.csv.zst", "t.csv"):
        dataset = loaded(bytes(pa.compress(table, "zstd", asbytes=True)), name)
        assert (dataset.rows, dataset.id) == (2, loaded(table).id)
    whole = bytes(pa.compress(table * 99_999, "zstd", asbytes=True))
    with pytest.raises(FileDamaged):
        loaded(whole[: len(whole) // 2], "t.csv.zst")
    with pytest.raises(FileDamaged):
        loaded(whole[:8] + b"\0\1\2" * 9, "t.csv.zst")
    with pytest.raises(UnpacksTooLarge):
        loaded(bytes(pa.compress(b"a,b\n" * 60_000_000, "zstd", asbytes=True)), "bomb.zst")
