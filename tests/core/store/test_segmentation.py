"""Segments and unusual customers from a table on disk to a kept result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.table import frame
from core.explore.clusters import Wish
from core.explore.filters import kept
from core.explore.meeting import meeting
from core.models import autoencoder
from core.models.family import Task
from core.models.network import Network
from core.progress import Cancelled, Report, silent
from core.schema import Role
from core.store import projects, segmentation, tables
from core.tasks.tables import bring

ROWS = 180
ASKED = {"target": "buys", "outcome": "yes"}
TWO = Wish(segments=2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Dataset]:
    """A project of 180 customers, of whom the last 60 visit often, and one visits beyond all."""
    home = tmp_path_factory.mktemp("home")
    chance = np.random.default_rng(0)
    often = np.arange(ROWS) >= 120
    visits = np.where(often, 20, 2) + chance.integers(0, 3, ROWS)
    visits[5] = 300
    table = pd.DataFrame(
        {
            "customer": [f"c{i:04}" for i in range(ROWS)],
            "visits": visits,
            "spend": (visits * 2.5 + chance.normal(0, 1, ROWS)).round(2),
            "city": np.where(often, "Oslo", chance.choice(["Wien", "Rome"], ROWS)),
            "buys": np.where(chance.random(ROWS) < 0.2 + 0.6 * often, "yes", "no"),
        }
    )
    file = home / "mine.csv"
    table.to_csv(file, index=False)
    done = bring(home, silent, str(file), "mine.csv")
    folder = projects.folder(home, done["project"])
    return home, folder, tables.load(folder, done["table"])


def find(made: tuple[Path, Path, Dataset], report: Report = silent) -> str:
    home, folder, dataset = made
    wish = msgspec.to_builtins(TWO)
    done = segmentation.find_segments(home, report, folder.name, dataset.id, ASKED, wish)
    return str(done["key"])


def test_segments_are_found_kept_and_told(made: tuple[Path, Path, Dataset]) -> None:
    _, folder, dataset = made
    key = segmentation.segments_key(dataset, "buys", "yes", TWO)
    assert segmentation.kept_segments(folder, dataset.id, key) is None
    assert find(made) == key
    found = segmentation.kept_segments(folder, dataset.id, key)
    assert found is not None
    assert (sum(found.sizes), found.rows, found.rows_of_table) == (ROWS, ROWS, ROWS)
    assert "buys" not in found.columns
    assert "customer" not in found.columns
    assert find(made) == key
    assert segmentation.kept_segments(folder, dataset.id, key) == found  # the same seed repeats


def test_a_rule_picks_the_same_customers_on_disk(made: tuple[Path, Path, Dataset]) -> None:
    _, folder, dataset = made
    found = segmentation.kept_segments(folder, dataset.id, find(made))
    assert found is not None
    rule = found.rules[1]
    assert rule is not None
    met = meeting(dataset, rule.filters, range(ROWS))
    assert len(met) == rule.met
    assert met.tolist() == list(kept(frame(dataset), rule.filters).index)
    assert meeting(dataset, (), [3, 1]).tolist() == [1, 3]


def test_another_question_schema_or_wish_is_another_result(
    made: tuple[Path, Path, Dataset],
) -> None:
    dataset = made[2]
    other = dataset.schema.changed(replace(dataset.schema["city"], role=Role.IGNORED))
    keys = {
        segmentation.segments_key(dataset, "buys", "yes", TWO),
        segmentation.segments_key(dataset, "buys", "no", TWO),
        segmentation.segments_key(dataset, "buys", "yes", Wish()),
        segmentation.segments_key(replace(dataset, schema=other), "buys", "yes", TWO),
    }
    assert len(keys) == 4


def test_it_stops_and_leaves_nothing(made: tuple[Path, Path, Dataset], tmp_path: Path) -> None:
    def report(share: float, stage: str) -> None:
        if stage == "segments.stage.grouping":
            raise Cancelled

    home, folder, dataset = made
    wish = msgspec.to_builtins(Wish(seed=5))
    with pytest.raises(Cancelled):
        segmentation.find_segments(home, report, folder.name, dataset.id, ASKED, wish)
    key = segmentation.segments_key(dataset, "buys", "yes", Wish(seed=5))
    assert segmentation.kept_segments(folder, dataset.id, key) is None


def test_unusual_customers_are_found_and_kept(
    made: tuple[Path, Path, Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    def straight(x: np.ndarray, seed: int, report: Report) -> tuple[Network, float]:
        """The first principal component instead of a trained network."""
        axis = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2][:1].T.astype("float32")
        nothing = (np.zeros(1, "float32"), np.zeros(x.shape[1], "float32"))
        return Network(Task.REGRESSION, (axis, axis.T.copy()), nothing), 0.5

    monkeypatch.setattr(autoencoder, "fit", straight)
    home, folder, dataset = made
    done = segmentation.find_unusual(home, silent, folder.name, dataset.id, "buys")
    found = segmentation.kept_unusual(folder, dataset.id, done["key"])
    assert found is not None
    assert found.rebuilt == 0.5
    assert 5 in [odd.row for odd in found.odd[:3]]
    why = next(odd for odd in found.odd if odd.row == 5).why
    far = {each.column: each.below for each in why if each.column != "city"}
    assert set(far) == {"visits", "spend"}
    assert min(below or 0.0 for below in far.values()) > 0.98
    assert done["key"] == segmentation.unusual_key(dataset, "buys", 0)


def test_a_damaged_result_is_as_good_as_none(made: tuple[Path, Path, Dataset]) -> None:
    _, folder, dataset = made
    key = find(made)
    file = tables.place(folder, dataset.id) / tables.FINDINGS / f"{key}.json"
    file.write_bytes(file.read_bytes()[:-20])
    assert segmentation.kept_segments(folder, dataset.id, key) is None
