"""A shell says which texts to learn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.store import models
from tests.core.test_cli import whybuy

WORDS = {"yes": "soft warm comfortable dress", "no": "thin scratchy returned size"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    chance = np.random.default_rng(0)
    rows = []
    for number in range(400):
        answer = ("yes", "no")[number % 2]
        drawn = chance.permutation(WORDS[answer].split())[:3]
        rows.append(
            {
                "review": f"I found it {' '.join(drawn)} and wore it {number} times since then",
                "age": int(chance.integers(18, 80)),
                "buys": answer,
            }
        )
    pd.DataFrame(rows).to_csv(tmp_path / "reviews.csv", index=False)
    return tmp_path / "reviews.csv"


def test_a_text_is_learned_from_where_it_is_named(file: Path, tmp_path: Path) -> None:
    asked = (file, "--target", "buys", "--outcome", "yes", "--family", "linear", "--json")
    without = whybuy("train", *asked)
    with_text = whybuy("train", *asked, "--text", "review", "--out", tmp_path / "model")
    assert (without.code, with_text.code) == (0, 0)
    assert without.json["metrics"]["roc_auc"]["value"] < 0.7
    assert with_text.json["metrics"]["roc_auc"]["value"] > 0.95
    features = models.load(tmp_path / "model").model.spec.features
    assert "review" in {column.name for column in features}


@pytest.mark.parametrize("column", ["age", "sunshine"])
def test_what_is_no_text_gets_a_sentence(file: Path, column: str) -> None:
    said = whybuy("train", file, "--target", "buys", "--text", column)
    assert said.code == 2
    assert f"“{column}”" in said.err
    assert "review" in said.err
