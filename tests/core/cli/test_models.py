"""``whybuy models``: listed, exported, brought in, put away, noted and crowned from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.store import models, quarantine, said
from tests.core.store.made import saved
from tests.core.store.test_packing import project
from tests.core.test_cli import whybuy

TREE, LINEAR = (saved(kind).model.spec.id for kind in ("tree", "linear"))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a tree and a linear model, and an empty one beside it."""
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path / "home"))
    place = project(tmp_path / "home", "shop-000001")
    for kind in ("tree", "linear"):
        models.save(place / "models" / saved(kind).model.spec.id, saved(kind))
    project(tmp_path / "home", "other-000002")
    return place


def test_models_are_listed(shop: Path) -> None:
    found = whybuy("models", "list", "shop-000001", "--json").json
    assert {each["model"] for each in found["models"]} == {TREE, LINEAR}
    assert {each["headline"] for each in found["models"]} == {"roc_auc"}
    tree = next(each for each in found["models"] if each["model"] == TREE)
    score = saved("tree").evaluation["roc_auc"]
    assert tree["scores"]["roc_auc"] == {
        "value": score.value, "low": score.low, "high": score.high,
    }  # fmt: skip
    said_of = {key: tree[key] for key in ("target", "outcome", "table", "champion", "notes")}
    assert said_of == {
        "target": "binary", "outcome": "ja", "table": "shop.csv", "champion": False, "notes": 0,
    }  # fmt: skip
    assert whybuy("models", "list", "other-000002").out == "No model yet.\n"


def test_what_is_said_of_a_model(shop: Path) -> None:
    assert whybuy("models", "champion", "shop-000001", TREE, "--json").json == {"crowned": TREE}
    assert "The note is kept" in whybuy("models", "note", "shop-000001", TREE, "for spring").out
    listed = whybuy("models", "list", "shop-000001").out.splitlines()
    assert next(line for line in listed if line.startswith(TREE)).endswith(" · Champion")
    whybuy("models", "archive", "shop-000001", TREE)
    assert list(said.archived(shop)) == [TREE]
    again = whybuy("models", "champion", "shop-000001", TREE)
    assert (again.code, "Restore it first" in again.err) == (2, True)
    assert whybuy("models", "restore", "shop-000001", TREE, "--json").json == {"restored": TREE}
    assert said.archived(shop) == {}
    empty = whybuy("models", "note", "shop-000001", TREE, " ")
    assert (empty.code, empty.err.count("\n")) == (2, 1)


def test_a_model_leaves_and_comes(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "tree.zip"
    unsure = whybuy("models", "export", "shop-000001", TREE, "--out", out)
    assert unsure.code == 2
    assert "Say first that they may leave with it" in unsure.err
    assert not out.exists()
    told = whybuy("models", "export", "shop-000001", TREE, "--out", out, "--with-rows", "--json")
    rows = {"rows": len(saved("tree").model.background), "answers": 60}
    assert told.json == {"model": TREE, "file": str(out), **rows}
    found = whybuy("models", "import", "other-000002", out, "--json")
    assert found.json == {"imported": TREE}
    assert models.load(shop.parent / "other-000002" / "models" / TREE)
    twice = whybuy("models", "import", "other-000002", out)
    assert (twice.code, "in this project already" in twice.err) == (2, True)


def test_what_is_no_model_is_refused_with_a_sentence_and_kept_aside(
    shop: Path, tmp_path: Path
) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(b"PK" * 99)
    found = whybuy("models", "import", "shop-000001", file)
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert "“x.zip” is not a model" in found.err
    (aside,) = json.loads(whybuy("models", "list", "shop-000001", "--json").out)["aside"]
    assert "“x.zip” is not a model" in aside["why"]
    assert whybuy("models", "restore", "shop-000001", aside["key"]).code == 2
    assert [each.key for each in quarantine.asides(shop)] == [aside["key"]]
    assert f"({aside['key']})" in whybuy("models", "list", "shop-000001").out
    assert whybuy("models", "import", "shop-000001", tmp_path / "gone.zip").code == 2


@pytest.mark.parametrize("out", ["x.txt", ".", "folder.zip"])
def test_a_model_is_written_to_a_zip_file_only(out: str, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.zip").mkdir()
    words = ("models", "export", "shop-000001", TREE, "--out", tmp_path / out, "--with-rows")
    assert whybuy(*words).code == 2


def test_a_model_that_is_not_there_gets_a_sentence(shop: Path) -> None:
    for command in ("archive", "restore", "champion"):
        found = whybuy("models", command, "shop-000001", "0123456789ab")
        assert (found.code, found.err.count("\n")) == (2, 1)
        assert "0123456789ab" in found.err
