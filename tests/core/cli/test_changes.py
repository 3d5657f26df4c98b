"""The shell's ``explain`` with its settings, ``what-if`` and ``counterfactual``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.predict import scored
from core.store import models
from core.what_if.scenario import Scenario, edited
from tests.core.test_cli import ROWS, table, whybuy


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("shop") / "shop.csv"
    table().to_csv(file, index=False)
    return file


def made(shop: Path, place: Path, target: str, family: str = "logistic") -> Path:
    words = ("train", shop, "--target", target, "--family", family, "--out", place)
    assert whybuy(*words).code == 0
    return place


@pytest.fixture(scope="module")
def model(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(shop, tmp_path_factory.mktemp("models") / "m", "buys", "forest")


def refused(*words: object, says: tuple[str, ...]) -> None:
    found = whybuy(*words)
    assert (found.code, found.out) == (2, ""), found
    assert found.err.count("\n") == 1
    for word in says:
        assert word in found.err, found.err


# --- explain --------------------------------------------------------------------------------


def test_reasons_are_asked_for_with_a_background_a_seed_and_a_method(
    model: Path, shop: Path, tmp_path: Path
) -> None:
    words = ("explain", model, shop, "--rows", 3, "--out", tmp_path / "e.parquet", "--json")
    few = whybuy(*words, "--background", 7, "--method", "sampled", "--seed", 5).json
    assert (few["background"], few["method"]) == (7, "sampled")
    reasons = pd.read_parquet(tmp_path / "e.parquet")
    effects = reasons.filter(regex="^effect of ").sum(axis=1)
    np.testing.assert_allclose(reasons["base"] + effects, reasons["prediction"], atol=1e-9)
    usual = whybuy(*words).json
    assert usual["method"] == "trees"
    refused(*words[:-1], "--method", "oracle", says=("“oracle”", "“trees”"))


# --- what-if --------------------------------------------------------------------------------


def test_what_if_as_json(model: Path, shop: Path) -> None:
    words = ("what-if", model, shop, "--row", 4, "--set", "age=70", "--set", "city=Wien")
    found = whybuy(*words, "--json").json
    saved = models.load(model).model
    row = table().iloc[[4]].assign(age=float(table()["age"][4]))
    row = row[[column.name for column in saved.spec.features]]
    after = edited(Scenario(row, {"age": 70.0, "city": "Wien"}), saved)
    assert found["row"] == 4
    assert found["of"] == "yes"
    assert found["before"] == pytest.approx(float(scored(saved, row)[0]))
    assert found["after"] == pytest.approx(float(scored(saved, after)[0]))
    assert found["difference"] == pytest.approx(found["after"] - found["before"])
    effects = {one["column"]: one for one in found["effects"]}
    assert effects["age"]["to"] == 70.0
    assert effects["age"]["from"] == table()["age"][4]
    for side in ("before", "after"):
        total = found["base"] + sum(one[side] for one in found["effects"])
        assert total == pytest.approx(found[side], abs=1e-9)


def test_what_if_in_words(model: Path, shop: Path) -> None:
    lines = whybuy("what-if", model, shop, "--row", 4, "--set", "age=70").out.splitlines()
    assert lines[0].startswith("The chance of “buys = yes” goes from ")
    assert any(line.startswith("  age: ") and " to 70;" in line for line in lines[1:])


def test_a_gap_and_a_strange_level_may_be_set(model: Path, shop: Path) -> None:
    words = ("what-if", model, shop, "--row", 0, "--set", "age=", "--set", "city=Salzburg")
    found = whybuy(*words, "--json").json
    effects = {one["column"]: one for one in found["effects"]}
    assert effects["age"]["to"] is None
    assert effects["city"]["to"] == "Salzburg"
    assert found["outside"]["columns"] == ["age", "city"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--row", 4), ("“--set”", "visits=3")),
        (("--row", 4, "--set", "age"), ("“age”", "equals sign")),
        (("--row", 4, "--set", "aeg=3"), ("“aeg”", "“age”")),
        (("--row", 4, "--set", "age=old"), ("“old”", "“age”", "number")),
        (("--row", ROWS, "--set", "age=3"), (f"no row {ROWS}", f"0 to {ROWS - 1}")),
        (("--row", 4, "--set", "age=3", "--outcome", "maybe"), ("“maybe”", "“yes”")),
    ],
)
def test_a_bad_edit_is_refused(
    words: tuple[object, ...], says: tuple[str, ...], model: Path, shop: Path
) -> None:
    refused("what-if", model, shop, *words, says=says)


# --- counterfactual -------------------------------------------------------------------------


def unlikely(model: Path) -> int:
    saved = models.load(model).model
    scores = scored(saved, table()[[column.name for column in saved.spec.features]])
    return int(np.argmin(np.where(table()["city"] != "Wien", scores, 1)))


def test_smallest_changes_as_json(model: Path, shop: Path) -> None:
    row = unlikely(model)
    words = ("counterfactual", model, shop, "--row", row, "--free", "age, next,spend", "--to", 0.5)
    found = whybuy(*words, "--json").json
    assert (found["to"], found["side"], found["row"]) == (0.5, "over", row)
    assert found["before"] < 0.5
    assert found["answers"]
    saved = models.load(model).model
    person = table().iloc[[row]].astype({"age": "float64", "spend": "float64"})
    person = person[[column.name for column in saved.spec.features]]
    for answer in found["answers"]:
        edits = {change["column"]: change["to"] for change in answer["changes"]}
        assert set(edits) <= {"age", "next", "spend"}
        after = float(scored(saved, edited(Scenario(person, edits), saved))[0])
        assert after == pytest.approx(answer["after"])
        assert after >= 0.5


def test_limits_and_prices_in_the_shell(model: Path, shop: Path) -> None:
    words = ("counterfactual", model, shop, "--row", unlikely(model), "--free", "age")
    priced = whybuy(*words, "--limit", "age=20:80:5", "--price", "age=2", "--json").json
    for answer in priced["answers"]:
        (change,) = answer["changes"]
        assert change["to"] % 5 == 0
        assert answer["price"] == pytest.approx(2 * abs(change["to"] - change["from"]))
    none = whybuy(*words, "--limit", "age=18:19").out
    assert none.startswith("No such change within these limits")
    there = whybuy(*words, "--to", 0.9, "--under").out
    assert there.startswith("Nothing has to change: the chance of “buys = yes” is")


def test_classes_and_values(shop: Path, tmp_path: Path) -> None:
    several = made(shop, tmp_path / "next", "next", "tree")
    found = whybuy("counterfactual", several, shop, "--row", 3, "--outcome", "c", "--json").json
    assert (found["side"], found["of"]) == ("likeliest", "c")
    assert found["answers"] or found["already"] or found["nearest"]
    value = made(shop, tmp_path / "spend", "spend")
    refused("counterfactual", value, shop, "--row", 3, says=("“--to”", "“spend”"))
    words = ("counterfactual", value, shop, "--row", 3, "--to", 1000, "--free", "age")
    lines = whybuy(*words).out.splitlines()
    assert lines[0].startswith("No such change within these limits")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--free", "aeg"), ("“aeg”", "“age”")),
        (("--to", 1.5), ("“to”", "“1.5”")),
        (("--limit", "age=80:20"), ("“age”", "80", "20")),
        (("--limit", "age=80"), ("“--limit”", "lowest")),
        (("--limit", "age=a:b"), ("“a”", "“age”")),
        (("--limit", "city=1:2"), ("“city”", "no numbers")),
        (("--price", "age=-1"), ("“age”", "-1")),
        (("--limit", "age=20:80:0"), ("“age”", "0")),
        (("--outcome", "maybe"), ("“maybe”", "“yes”")),
    ],
)
def test_a_bad_wish_is_refused(
    words: tuple[object, ...], says: tuple[str, ...], model: Path, shop: Path
) -> None:
    refused("counterfactual", model, shop, "--row", 4, *words, says=says)
