"""A column of another model's answers is judged and explained as a model of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.errors import FamilyCannot, ModelDamaged
from core.explain.explaining import explain, explainer
from core.models.family import Task, family
from core.models.saving import save_arrays
from core.predict import scored
from core.progress import silent
from core.schema import Column, Kind, Role
from core.train.spec import ModelSpec
from core.train.training import train

COLUMN = Column("bgnbd_chance", Kind.NUMBER)
CITY = Column("city", Kind.CATEGORY, levels=("Wien", "Graz"))


def table(rows: int = 400) -> pd.DataFrame:
    chance = np.random.default_rng(0)
    said = chance.beta(0.5, 1.0, rows)
    said[:3] = [0.0, 1.0, 0.25]
    return pd.DataFrame(
        {
            "bgnbd_chance": said,
            "city": chance.choice(["Wien", "Graz"], rows).astype(object),
            "label": np.where(chance.random(rows) < said, "yes", "no").astype(object),
            "spend": 100 * said + chance.normal(size=rows),
        }
    )


def asked(task: Task = Task.BINARY, **others: Any) -> ModelSpec:
    target = Column("label", Kind.BOOLEAN, Role.TARGET, ("no", "yes"))
    if task is Task.REGRESSION:
        target = Column("spend", Kind.NUMBER, Role.TARGET)
    outcome = "yes" if task is Task.BINARY else ""
    spec = ModelSpec("d", task, target, (COLUMN,), "reference", outcome, {"of": "asked"})
    return replace(spec, **others)


def test_the_column_stands_as_it_is() -> None:
    rows = table()
    said = scored(train(rows, asked(), silent), rows)
    expected = rows["bgnbd_chance"].clip(1e-6, 1 - 1e-6).to_numpy()
    np.testing.assert_allclose(said, expected, rtol=1e-6, atol=1e-7)
    assert (said[0], said[1]) == (1e-6, 1 - 1e-6)
    other = train(rows, asked(outcome="no", params={"of": "other"}), silent)
    np.testing.assert_allclose(scored(other, rows), 1 - expected, rtol=1e-5, atol=1e-7)


def test_a_value_stands_as_it_is() -> None:
    rows = table()
    rows["bgnbd_chance"] *= 40.0
    said = scored(train(rows, asked(Task.REGRESSION), silent), rows)
    np.testing.assert_allclose(said, rows["bgnbd_chance"], rtol=1e-6)


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_it_is_explained_by_its_column_alone(task: Task) -> None:
    rows = table()
    model = train(rows, asked(task), silent)
    found = explain(explainer(model), rows.iloc[:20])
    assert found.columns == ("bgnbd_chance",)
    total = found.base + found.effects.sum(axis=1)
    np.testing.assert_allclose(total, found.prediction, rtol=0, atol=1e-12)
    assert (found.errors == 0).all()


@pytest.mark.parametrize(
    "features", [(COLUMN, CITY), (CITY,), (COLUMN, replace(COLUMN, name="spend"))]
)
def test_it_takes_one_column_of_numbers_only(features: tuple[Column, ...]) -> None:
    with pytest.raises(FamilyCannot):
        train(table(), asked(features=features), silent)


@pytest.mark.parametrize(
    "arrays",
    [{"task": "binary"}, {"task": "multiclass", "of": "asked"}, {"task": "binary", "of": "x"}],
)
def test_what_means_nothing_is_damage(arrays: dict[str, str], tmp_path: Path) -> None:
    save_arrays(tmp_path, **arrays)
    with pytest.raises(ModelDamaged):
        family("reference").load(tmp_path)
