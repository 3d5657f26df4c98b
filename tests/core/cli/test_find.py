"""``whybuy find``: the best within a time, saved and judged as any model."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.store import models
from tests.core.test_cli import table, whybuy


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_SEARCH_BACKEND", "sequential")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    table().to_csv(tmp_path / "customers.csv", index=False)
    return tmp_path / "customers.csv"


def test_the_best_of_what_was_tried_is_saved(file: Path, tmp_path: Path) -> None:
    target = table().columns[-1]
    asked = (file, "--target", target, "--minutes", 0.2, "--families", "linear, tree")
    said = whybuy("find", *asked, "--out", tmp_path / "best", "--json")
    assert said.code == 0
    tried = said.json["tried"]
    assert {each["family"] for each in tried} == {"linear", "tree"}
    assert tried[0]["score"] >= tried[1]["score"]
    assert tried[0]["low"] < tried[0]["score"] < tried[0]["high"]
    assert said.json["family"] == tried[0]["family"]
    saved = models.load(tmp_path / "best").model.spec
    assert (saved.family, saved.params) == (tried[0]["family"], tried[0]["settings"])


def test_it_says_what_each_kind_reached(file: Path) -> None:
    target = table().columns[-1]
    said = whybuy("find", file, "--target", target, "--minutes", 0.12, "--families", "linear")
    assert said.code == 0
    assert "Logistic or ridge regression: R² 0." in said.out
    assert "on customers set aside" in said.out


def test_what_is_best_can_be_chosen(file: Path) -> None:
    target = table().columns[-1]
    asked = (file, "--target", target, "--minutes", 0.2, "--families", "tree, linear")
    said = whybuy("find", *asked, "--by", "mae", "--json")
    assert said.code == 0
    assert said.json["by"] == "mae"
    scores = [each["score"] for each in said.json["tried"]]
    assert scores == sorted(scores)
    assert said.json["family"] == said.json["tried"][0]["family"]


def test_rows_of_one_customer_are_held_out_together(tmp_path: Path) -> None:
    made = table().assign(customer_id=[f"c{row // 4}" for row in range(len(table()))])
    made.to_csv(tmp_path / "visits.csv", index=False)
    asked = (tmp_path / "visits.csv", "--target", table().columns[-1], "--json")
    for words in (("find", "--minutes", 0.12, "--families", "linear"), ("train",)):
        said = whybuy(words[0], *asked, *words[1:], "--split", "")
        assert said.code == 0
        told = {"kind": "group", "share": 0.25, "column": "customer_id"}
        assert said.json["split"] == told
    other = whybuy("train", *asked[:-1], "--split", "last")
    assert "Held out: the last 25.0% of the rows." in other.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--split", "by day"), "It can be: share, "),
        (("--by", "magic"), "It can be: r2, mae, rmse."),
        (("--families", "magic"), "magic"),
        (("--families", "baseline"), "None of the models"),
        (("--target", "nothing"), "nothing"),
    ],
)
def test_what_cannot_be_is_a_sentence(file: Path, words: tuple[str, str], named: str) -> None:
    target = () if words[0] == "--target" else ("--target", table().columns[-1])
    said = whybuy("find", file, *target, *words, "--minutes", 0.1)
    assert said.code == 2
    assert named in said.err
