"""Spark scores a table as this process does."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cli.shell import table as read_table
from core.data.table import frame
from core.predict import as_columns, predict
from core.progress import silent
from core.store import models
from core.store.fitting import as_asked
from core.store.spread import scores
from tests.core.test_cli import table, whybuy

# sockets that Spark leaves to be collected
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
ROWS = 3000


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What Spark leaves is collected here, and not in another test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More rows than a model is trained on, with gaps and words that it never saw."""
    file = tmp_path_factory.mktemp("shop") / "shop.csv"
    rows = table(ROWS)
    rows.loc[::7, "city"] = "Bregenz"
    rows.loc[::11, "age"] = np.nan
    rows.to_csv(file, index=False)
    table().to_csv(file.with_name("small.csv"), index=False)
    return file


@pytest.mark.parametrize(
    ("family", "target"), [("forest", "buys"), ("linear", "next"), ("linear", "spend")]
)
def test_spark_gives_what_this_process_gives(
    family: str, target: str, shop: Path, spark: object, tmp_path: Path
) -> None:
    words = ("train", shop.with_name("small.csv"), "--target", target, "--family", family)
    assert whybuy(*words, "--out", tmp_path / "m").code == 0
    saved = models.load(tmp_path / "m")
    with read_table(shop) as dataset:
        known = as_asked(dataset, saved.model.spec)
        found = scores(tmp_path / "m", known, "local[2]", tmp_path, silent)
        cells = frame(known, [column.name for column in saved.model.spec.features])
    expected = pd.DataFrame(as_columns(predict(saved.model, cells)))
    assert len(found) == ROWS
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-9)
    assert not list(tmp_path.glob(".parts*"))


def test_the_shell_scores_with_spark(shop: Path, spark: object, tmp_path: Path) -> None:
    words = ("train", shop.with_name("small.csv"), "--target", "buys", "--family", "linear")
    assert whybuy(*words, "--out", tmp_path / "m").code == 0
    for name, engine in (("here.csv", "duckdb"), ("there.csv", "local[2]")):
        words = ("score", tmp_path / "m", shop, "--out", tmp_path / name, "--engine", engine)
        found = whybuy(*words)
        assert found.code == 0, found.err
    one, other = (pd.read_csv(tmp_path / name) for name in ("here.csv", "there.csv"))
    pd.testing.assert_frame_equal(one, other, rtol=1e-9)
