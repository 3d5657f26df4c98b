"""A list that leaves holds every row once, in order, with ids as they came."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.data.spreadsheet import as_csv
from core.predict import scored
from core.progress import silent
from core.store import export, fitting
from core.store.models import SavedModel
from core.train.wish import Choices, wish

ROWS = 300
FORMS = ("{:06}", "9007199254740{:03}", "0x{:04x}", "-{:05}", "1e{:04}")


def ids() -> list[str]:
    """Ids that a table of numbers would change, in no order."""
    made = [FORMS[row % len(FORMS)].format(row) for row in range(ROWS)]
    random.Random(0).shuffle(made)  # noqa: S311
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, SavedModel]:
    folder = tmp_path_factory.mktemp("list")
    lines = [
        f"{id_},{i * 7 % 41},{'yes' if i * 7 % 41 > 20 else 'no'}" for i, id_ in enumerate(ids())
    ]
    (folder / "t.csv").write_text("customer_id,visits,buys\n" + "\n".join(lines) + "\n")
    dataset = load(folder / "t.csv", "t.csv", folder / "into", "", silent)
    return dataset, fitting.fit(dataset, wish(dataset, "buys", "yes", Choices("tree")))


# attack E13
def test_e13_rows_and_ids_leave_as_they_came(made: tuple[Dataset, SavedModel]) -> None:
    dataset, saved = made
    listed = export.answers(fitting.as_asked(dataset, saved.model.spec), saved.model)
    rows = list(csv.DictReader(io.StringIO(as_csv(listed).decode("utf-8-sig"), newline="")))
    assert len(rows) == ROWS == len({row["customer_id"] for row in rows})
    assert [row["customer_id"].removeprefix("'") for row in rows] == ids()
    told = np.array([float(row["chance of buys = yes"]) for row in rows])
    np.testing.assert_array_equal(told, scored(saved.model, listed))


# attack E04
def test_e04_what_a_cell_may_hold_is_read_back(tmp_path: Path) -> None:
    cells = ['a,"b"', "x\ny", "x\r\ny", "é😀漢", " lead", "", '"', "a;b\tc", "O'Neil"]
    table = pd.DataFrame({'na"me, one': cells, "n": range(len(cells))})
    content = as_csv(table)
    assert b"\n" not in content.replace(b"\r\n", b"").replace(b"x\ny", b"")
    back = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert back[0] == ['na"me, one', "n"]
    assert [row[0] for row in back[1:]] == cells
