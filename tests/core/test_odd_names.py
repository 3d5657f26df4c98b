"""Names of columns and files that programs use themselves go all the way: attacks A12, A13, A30."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.charts.chart import Chart, Look, charts, kept
from core.data.load import load
from core.data.spreadsheet import as_csv
from core.data.table import frame
from core.progress import silent
from core.store import fitting, projects, tables
from core.store.export import answers
from core.tasks.tables import bring
from core.text.phrases import phrases
from core.train.wish import Choices, wish
from tests.core.charts import test_hostile_charts
from tests.core.charts.test_hostile_charts import Renamed

NAMES = (
    "__proto__", "constructor", "index", "level_0", "a.b", "c[0]", "d:e", "f\\g", "0", "None",
)  # fmt: skip
ROWS = 120


def table() -> str:
    chance = random.Random(0)  # noqa: S311 - a made-up table
    rows = [[chance.randint(0, 99) for _ in NAMES] for _ in range(ROWS)]
    lines = [",".join([*map(str, row), "yes" if row[0] > 50 else "no"]) for row in rows]
    return "\n".join([",".join([*NAMES, "toString"]), *lines]) + "\n"


def test_columns_of_any_name_are_learned_from_and_taken_away(tmp_path: Path) -> None:
    (tmp_path / "given").write_text(table())
    dataset = load(tmp_path / "given", "t.csv", tmp_path / "into", "", silent)
    assert dataset.schema.names == (*NAMES, "toString")
    trained = fitting.fit(dataset, wish(dataset, "toString", "yes", Choices("tree"))).model
    assert "__proto__" in {column.name for column in trained.spec.features}
    listed = answers(dataset, trained)
    back = pd.read_csv(io.BytesIO(as_csv(listed)), dtype=str)
    assert list(back.columns)[: len(NAMES)] == list(NAMES)
    assert back["a.b"].astype(float).tolist() == frame(dataset, ["a.b"])["a.b"].tolist()


def sizes(part: Any) -> Any:
    """What a figure holds, with how many there are for each list."""
    if isinstance(part, dict):
        return {name: sizes(value) for name, value in part.items()}
    return len(part) if isinstance(part, list) else type(part).__name__


def drawn(chart: Chart, example: Any) -> list[Any]:
    figure = json.loads(kept(chart.draw(example, Look(phrases("en"))).figure).to_json())
    return [sizes(trace) for trace in figure["data"]]


@pytest.mark.parametrize("chart", charts().values(), ids=lambda chart: str(chart.key))
def test_charts_show_columns_of_any_name(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_hostile_charts, "EVIL", NAMES)
    example = chart.example()
    assert drawn(chart, Renamed().of(example)) == drawn(chart, example)


# attack A30
@pytest.mark.parametrize(
    "name", ["../../etc/x.csv", "/etc/passwd.csv", "CON.csv", "x" * 300 + ".csv", "\u202evsc.csv"]
)
def test_a_file_of_any_name_lies_under_a_name_of_ours(name: str, tmp_path: Path) -> None:
    home, file = tmp_path / "a" / "b" / "home", tmp_path / "given"
    file.write_text("a,b\n1,2\n3,4\n")
    before = set(tmp_path.iterdir())
    made = bring(home, silent, str(file), name)
    project = projects.load(home, made["project"])
    assert tables.load(projects.folder(home, project.id), project.table).name == name
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "a"}
    assert list((tmp_path / "a").iterdir()) == [tmp_path / "a" / "b"]
    for each in tmp_path.rglob("*"):
        assert each.name.isascii()
        assert len(each.name) < 100
        assert not {"etc", "passwd.csv", "CON.csv"} & set(each.relative_to(tmp_path).parts)
