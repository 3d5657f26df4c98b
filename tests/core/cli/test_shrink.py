"""``whybuy shrink``: a smaller form of a saved model, judged as any."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.store import models
from core.store.shrinking import bytes_of
from core.train.form import whole
from tests.core.test_cli import table, whybuy


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("shop") / "customers.csv"
    table(300).to_csv(place, index=False)
    return place


@pytest.fixture(scope="module")
def forest(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models") / "forest"
    said = whybuy("train", file, "--target", "buys", "--outcome", "yes", "--out", place)
    assert said.code == 0
    return place


def test_a_smaller_form_is_saved_and_told(forest: Path, file: Path, tmp_path: Path) -> None:
    said = whybuy("shrink", forest, file, "--loss", 0.02, "--out", tmp_path / "small", "--json")
    assert said.code == 0
    told = said.json
    small = models.load(tmp_path / "small")
    assert whole(small.model.spec) == models.load(forest).model.spec
    assert told["model"] == small.model.spec.id == told["smaller"]["after"]
    assert told["smaller"]["before"] == whole(small.model.spec).id
    before, after = told["smaller"]["costs"]
    assert bytes_of(forest) == before["disk"] > after["disk"]
    assert after["disk"] == pytest.approx(bytes_of(tmp_path / "small"), rel=0.01)  # seconds differ
    assert told["smaller"]["lost"] <= 0.02
    auc = told["metrics"]["roc_auc"]["value"]
    assert auc == small.evaluation["roc_auc"].value
    gap = auc - models.load(forest).evaluation["roc_auc"].value
    assert told["smaller"]["difference"]["difference"] == pytest.approx(gap)
    for command in (("evaluate",), ("explain", file, "--out", tmp_path / "why.csv")):
        assert whybuy(command[0], tmp_path / "small", *command[1:]).code == 0


def test_it_says_before_and_after_in_words(forest: Path, file: Path) -> None:
    said = whybuy("shrink", forest, file, "--loss", 0.05)
    assert said.code == 0
    assert "  Size on disk: " in said.out
    assert "  Time for 10,000 customers: " in said.out
    assert "The smaller form takes " in said.out
    assert "loss of 0.05 that you allowed" in said.out


def test_what_has_no_smaller_form_is_a_sentence(file: Path, tmp_path: Path) -> None:
    for family in ("logistic", "tree"):
        asked = ("--target", "buys", "--outcome", "yes", "--family", family)
        assert whybuy("train", file, *asked, "--out", tmp_path / family).code == 0
        said = whybuy("shrink", tmp_path / family, file)
        assert said.code == 2
        assert "has no smaller form" in said.err
    assert not list(tmp_path.glob("small*"))


def test_another_table_and_the_small_one_are_a_sentence(
    forest: Path, file: Path, tmp_path: Path
) -> None:
    table(200).to_csv(tmp_path / "other.csv", index=False)
    said = whybuy("shrink", forest, tmp_path / "other.csv")
    assert said.code == 2
    assert "other.csv” is not the table that the model was trained on (“customers.csv”)" in said.err
    assert whybuy("shrink", forest, file, "--loss", 0.05, "--out", tmp_path / "m").code == 0
    said = whybuy("shrink", tmp_path / "m", file)
    assert said.code == 2
    assert "is a smaller form of the model" in said.err
