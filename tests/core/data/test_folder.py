from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import together
from core.data.folder import files_of, local_folder
from core.data.load import load, settled
from core.data.together import read_folder
from core.errors import (
    FileDamaged,
    HeaderOnly,
    NotAFolder,
    NothingInFolder,
    NotLocal,
    ShapesDiffer,
)
from core.progress import Cancelled, silent

DAYS = [
    pd.DataFrame({"id": ["01", "02"], "n": [1, 2], "text": ['a "b"', "é,\nx"]}),
    pd.DataFrame({"id": ["03"], "n": [3], "text": [None]}),
    pd.DataFrame({"id": ["04"], "n": [4], "text": ["z"]}),
]
WHOLE = pd.concat(DAYS, ignore_index=True).astype({"n": str}).to_dict("list")


def filled(place: Path, ending: str) -> Path:
    (place / "2024").mkdir(parents=True)
    for number, day in enumerate(DAYS):
        file = place / "2024" / f"day {number}'s{ending}"
        if ending == ".parquet":
            day.to_parquet(file)
        elif ending.startswith(".json"):
            lines = "\n".join(json.dumps(row) for row in day.to_dict("records"))
            file.write_text(lines.replace("NaN", "null"))
        else:
            text = day.to_csv(index=False, sep="\t" if "tsv" in ending else ",").encode()
            packed = {".gz": gzip.compress, ".zst": lambda t: pa.compress(t, "zstd", asbytes=True)}
            file.write_bytes(packed.get(file.suffix, bytes)(text))
    (place / ".hidden.csv").write_text("x")
    (place / "_SUCCESS.csv").write_text("x")
    return place


def read(place: Path, into: Path, with_file: bool = False) -> tuple[dict[str, list[str]], int]:
    into.mkdir()
    found = read_folder(files_of(place), with_file, into / "out", silent)
    table = pq.read_table(into / "out").to_pydict()
    return table, {note.code: note.count for note in found.notes}.get("folder_others", 0)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".csv.gz", ".csv.zst", ".parquet", ".jsonl"])
def test_files_of_one_shape_are_one_table(ending: str, tmp_path: Path) -> None:
    place = filled(tmp_path / "log's", ending)
    whole = {**WHOLE, "text": [text if isinstance(text, str) else None for text in WHOLE["text"]]}
    assert read(place, tmp_path / "a") == (whole, 0)
    (place / "z.sql").write_text("x")
    (place / "a.jsonl" if ending != ".jsonl" else place / "a.csv").write_text('{"a": 1}')
    found, others = read(place, tmp_path / "b", with_file=True)
    assert others == 1
    assert found["file"] == [f"2024/day {n}'s{ending}" for n in (0, 0, 1, 2)]


def test_read_with_care_or_straight_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = filled(tmp_path / "in", ".csv")
    straight = read(place, tmp_path / "a", with_file=True)
    monkeypatch.setattr(together, "_straight", lambda *_: None)
    assert read(place, tmp_path / "b", with_file=True) == straight


def test_columns_in_another_order_are_put_right(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.csv").write_text("x,y\n1,2\n")
    (place / "b.csv").write_text("y;x\n3;4\n")
    assert read(place, tmp_path / "o")[0] == {"x": ["1", "4"], "y": ["2", "3"]}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_files_of_two_shapes_are_refused(ending: str, tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    for name, columns in (("a", ["x", "y"]), ("b", ["x", "z"])):
        table = pd.DataFrame([[1, 2]], columns=columns)
        if ending == "csv":
            table.to_csv(place / f"{name}.csv", index=False)
        else:
            table.to_parquet(place / f"{name}.parquet")
    with pytest.raises(ShapesDiffer) as refused:
        read(place, tmp_path / "o")
    assert (refused.value.second, refused.value.columns) == (f"b.{ending}", ("y", "z"))


def test_untidy_files_are_read_with_care(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.csv").write_bytes("naïve,y\r\n1,2\n3,4\r\n".encode("cp1252"))
    (place / "b.csv").write_text("naïve,y\n5,6\n7\n8,9\n")
    assert read(place, tmp_path / "o")[0] == {"naïve": ["1", "3", "5", "8"], "y": list("2469")}


def test_records_may_lack_keys(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.jsonl").write_text('{"a": 1, "b": {"c": 1.10}}\n{"a": 2, "b": {}}')
    (place / "b.jsonl").write_text('{"a": 3, "d": 4}')
    assert read(place, tmp_path / "o")[0] == {
        "a": ["1", "2", "3"],
        "b.c": ["1.10", None, None],
        "b": [None, None, None],
        "d": [None, None, "4"],
    }


@pytest.mark.parametrize(
    "typed",
    ["", "logs", "../logs", "/var/../etc", "s3://bucket/x", "http://a.b/c", "//host/share",
     "\\\\host\\share", "file:///x", "~/logs", "/a\0b"],
)  # fmt: skip
def test_what_is_no_local_folder_is_refused(typed: str) -> None:
    with pytest.raises(NotLocal):
        local_folder(typed)


def test_folders_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text("a,b\n")
    for typed in (str(tmp_path / "none"), str(file), "/proc", "/proc/self", "/sys/kernel"):
        with pytest.raises(NotAFolder):
            local_folder(typed)
    assert local_folder(f"  {tmp_path}/ ") == tmp_path.resolve()
    with pytest.raises(HeaderOnly):
        read(tmp_path, tmp_path / "o")
    file.unlink()
    (tmp_path / "picture.png").write_bytes(b"x")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    with pytest.raises(NothingInFolder):
        files_of(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    place = filled(tmp_path / "in", ".parquet")
    file = place / "2024" / "day 1's.parquet"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(FileDamaged) as refused:
        read(place, tmp_path / "o")
    assert refused.value.file == "day 1's.parquet"


def test_a_folder_becomes_a_dataset_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.csv").write_text("x,y\n1,2\n")
    (place / "b.csv").write_text("x,y\n3,4\n")

    def reading(written: Path, report: object) -> object:
        return read_folder(files_of(place), False, written, report)  # type: ignore[arg-type]

    dataset = settled(reading, "in", tmp_path / "out", "", silent)  # type: ignore[arg-type]
    (tmp_path / "one.csv").write_text("x,y\n1,2\n3,4\n")
    single = load(tmp_path / "one.csv", "one.csv", tmp_path / "single", "", silent)
    assert (dataset.rows, dataset.id) == (2, single.id)

    def stop(share: float, stage: str) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        settled(reading, "in", tmp_path / "stopped", "", stop)  # type: ignore[arg-type]
    assert list((tmp_path / "stopped").iterdir()) == []
