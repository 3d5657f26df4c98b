"""Every file of the corpus is read cell by cell as it should be, or refused with its sentence."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.data.table import frame
from core.errors import UserError
from core.progress import silent
from core.text.phrases import phrases
from tests.corpus.case import Case
from tests.corpus.write import CASES

SECONDS_AT_MOST = 10.0
READ = [case for case in CASES if case.refused is None]
REFUSED = [case for case in CASES if case.refused is not None]


@pytest.fixture
def place() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


def brought(case: Case, place: Path) -> Dataset:
    (place / "given").write_bytes(case.make())
    begun = time.process_time()
    try:
        return load(place / "given", case.file, place / "into", "", silent)
    finally:
        assert time.process_time() - begun < SECONDS_AT_MOST
        assert {file.name for file in place.rglob("*") if file.is_file()} <= {
            "given",
            "source.parquet",
        }


def same(found: object, wanted: object) -> bool:
    if wanted is None:
        return bool(pd.isna(found))  # type: ignore[call-overload]
    if isinstance(wanted, float):
        return isinstance(found, float) and math.isclose(found, wanted)
    if isinstance(wanted, datetime):
        return bool(found == pd.Timestamp(wanted))
    return bool(found == wanted)


def test_the_corpus_is_large_and_no_two_files_are_alike() -> None:
    assert len(CASES) >= 60
    assert len({case.about for case in CASES}) == len(CASES)
    assert {case.refused is None for case in CASES} == {True, False}


@pytest.mark.parametrize("case", READ, ids=lambda case: case.about)
def test_every_cell_is_read_and_every_row_is_told_of(case: Case, place: Path) -> None:
    dataset = brought(case, place)
    table = pq.read_table(dataset.source)
    assert tuple(table.column_names) == case.names
    assert [tuple(row.values()) for row in table.to_pylist()] == list(case.rows)
    told = dataset.provenance
    assert dataset.rows == len(case.rows)
    assert told.rows_left_out == len(case.reported)
    assert told.undecodable == case.placeholders
    assert {note.code for note in told.notes} == set(case.said)
    if case.above:
        assert told.skipped == case.above
    for name, values in case.values.items():
        found = list(frame(dataset, [name])[name])
        assert len(found) == len(values)
        assert all(map(same, found, values)), (dataset.schema[name], found)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.about)
def test_what_is_no_table_is_refused_in_words(case: Case, place: Path) -> None:
    assert case.refused is not None
    with pytest.raises(case.refused) as refused:
        brought(case, place)
    error = refused.value
    assert isinstance(error, UserError)
    assert phrases("en")(f"errors.{error.code}", **error.facts)
