"""``whybuy drift`` says what to do, of a model in a folder and of one in a project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.store import drifts
from tests.core.test_cli import table, whybuy
from tests.core.test_tasks import trained


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training table, a model of it, and a later table whose customers are older."""
    folder = tmp_path_factory.mktemp("shop")
    table(400).to_csv(folder / "shop.csv", index=False)
    later = table(300)
    later["age"] += 25
    later.to_csv(folder / "later.csv", index=False)
    words = ["--target", "buys", "--outcome", "yes", "--family", "linear"]
    said = whybuy("train", folder / "shop.csv", *words, "--out", folder / "model")
    assert said.code == 0, said.err
    return folder


def test_it_is_said_in_words_and_in_json(shop: Path) -> None:
    asked = ["drift", shop / "model", shop / "later.csv", "--training", shop / "shop.csv"]
    said = whybuy(*asked)
    assert said.code == 0, said.err
    assert "Compared with 300 rows that the model learned from" in said.out
    assert "age: How it is moved much" in said.out
    assert "ROC AUC" in said.out
    found = whybuy(*asked, "--json").json
    assert found["rows"] == [300, 300]
    assert found["is_whole"] is True
    assert found["advice"]["verdict"] in ("watch", "retrain")
    age = next(one for one in found["columns"] if one["name"] == "age")
    assert age["middle"][1] - age["middle"][0] == pytest.approx(25, abs=8)


def test_without_the_training_table_the_rows_beside_the_model_are_compared(shop: Path) -> None:
    said = whybuy("drift", shop / "model", shop / "later.csv")
    assert said.code == 0, said.err
    assert "The table that the model was made of is not here" in said.out
    assert whybuy("drift", shop / "model", shop / "later.csv", "--json").json["is_whole"] is False


def test_another_table_is_not_taken_for_the_training_table(shop: Path) -> None:
    wrong = shop / "later.csv"
    said = whybuy("drift", shop / "model", wrong, "--training", wrong)
    assert said.code == 2
    assert "the very table that the model learned from" in said.err


def test_missing_columns_and_few_rows_are_answers(shop: Path) -> None:
    rows = pd.read_csv(shop / "later.csv")
    rows.drop(columns=["city", "age"]).to_csv(shop / "lacking.csv", index=False)
    said = whybuy("drift", shop / "model", shop / "lacking.csv")
    assert said.code == 0, said.err
    assert said.out.startswith("It cannot be used on this table")
    assert "“age”, “city”" in said.out
    rows.head(20).to_csv(shop / "few.csv", index=False)
    said = whybuy("drift", shop / "model", shop / "few.csv")
    assert said.out.startswith("This cannot be told: at least 30 rows")


def test_a_model_in_a_project_knows_its_table_and_nothing_is_kept(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    chance = np.random.default_rng(3)
    rows = pd.DataFrame({"age": chance.integers(18, 80, 90), "city": ["Wien", "Graz", "Linz"] * 30})
    rows.to_csv(tmp_path / "later.csv", index=False)
    said = whybuy("drift", folder / "models" / model, tmp_path / "later.csv")
    assert said.code == 0, said.err
    assert "Compared with 150 rows that the model learned from" in said.out
    assert "Linz" in said.out
    assert "has no outcomes yet" in said.out
    assert drifts.listed(folder, model) == ()
