from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.dataset import Dataset

Loaded = Callable[..., Dataset]

# file: rows, columns, encoding, separator, names found in it
REAL = {
    "messy-csv/top10s_latin1.csv": (603, 15, "cp1252", ",", "top genre"),
    "messy-csv/amazon_alexa.tsv": (3150, 5, "utf-8-sig", "\t", "verified_reviews"),
    "messy-csv/dup_blank_headers_semicolon.csv": (2544, 7, "utf-8", ";", "state/region"),
    "telco-churn/variant_crlf_evalml.csv": (7043, 21, "utf-8", ",", "Churn"),
    "universal-bank/cr_only_line_ends.csv": (4469, 17, "utf-8", ",", "Income"),
    "cdnow/CDNOW_sample.txt": (6919, 5, "utf-8", " ", "column 1"),
    "online-shoppers/variant_semicolon.csv": (12330, 18, "utf-8", ";", "Revenue"),
}


@pytest.mark.parametrize("file", REAL)
def test_real_files(file: str, shared: Path, loaded: Loaded) -> None:
    rows, columns, encoding, separator, name = REAL[file]
    found = loaded(shared / file, file.split("/")[1])
    told = found.provenance
    assert (found.rows + told.rows_left_out, len(found.schema.names)) == (rows, columns)
    assert (told.encoding, told.separator) == (encoding, separator)
    assert name in found.schema.names
    assert told.undecodable == 0
