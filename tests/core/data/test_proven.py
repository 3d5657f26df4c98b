from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from core.data.dataset import Dataset
from core.data.finding import Act, Remedy
from core.data.proven import proven
from core.data.remedies import rewritten
from core.data.table import frame
from core.errors import FileDamaged
from tests.core.data.conftest import Loaded
from tests.corpus.typed import parquet

ROWS = 3_000
TEXT = "a,b\n" + "".join(f"x{row * 7919 % 9973},{row}\n" for row in range(ROWS))
FLIPS = 15


def brought(how: str, loaded: Loaded, tmp_path: Path) -> Dataset:
    if how == "text":
        return loaded(TEXT)
    if how == "parquet":
        cells = pa.array([f"x{row * 7919 % 9973}" for row in range(ROWS)])
        return loaded(parquet(a=cells, b=pa.array(range(ROWS))), "t.parquet")
    return rewritten(loaded(TEXT + "x,\n"), Remedy(Act.FILL, ("b",), "0"), tmp_path / "made")


# attack C03
@pytest.mark.parametrize("how", ["text", "parquet", "remedy"])
def test_any_bit_that_turns_in_a_table_of_ours_is_noticed(
    how: str, loaded: Loaded, tmp_path: Path
) -> None:
    dataset = brought(how, loaded, tmp_path)
    whole, draw = dataset.source.read_bytes(), random.Random(0)  # noqa: S311 - places to damage
    first = frame(dataset, ["a", "b"])
    file = dataset.folder / "source.parquet"
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    for _ in range(FLIPS):
        turned = bytearray(whole)
        turned[draw.randrange(4, len(whole) - footer)] ^= 1 << draw.randrange(8)
        file.write_bytes(turned)
        with pytest.raises(FileDamaged):
            frame(dataset, ["a"])
    file.write_bytes(whole)
    assert frame(dataset, ["a", "b"]).equals(first)


def test_a_file_is_looked_at_once_until_it_is_written_anew(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = loaded(TEXT).source
    monkeypatch.setattr("core.data.proven.pq", None)  # nothing can be opened
    assert proven(file) == file
    assert proven(file.with_name("none")) == file.with_name("none")
    file.touch()
    with pytest.raises(AttributeError):
        proven(file)
