from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import CannotWrite, DiskFull, PlaceTaken
from core.store import models
from core.store.places import free_file, free_folder, shown, writing
from tests.core.store.made import saved


def test_a_model_may_go_where_nothing_else_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    models.save(tmp_path / "m", saved())
    for name in ("new", "deep/new", "empty", "m"):
        assert free_folder(tmp_path / name) == (tmp_path / name).resolve()
    (tmp_path / "m" / "background.parquet").unlink()  # damaged, but nothing of a person's
    assert free_folder(tmp_path / "m")
    (tmp_path / "link").symlink_to(tmp_path / "m")
    assert free_folder(tmp_path / "link") == tmp_path / "m"
    monkeypatch.chdir(tmp_path / "empty")
    assert free_folder(Path("new")) == tmp_path / "empty" / "new"


def test_a_model_never_replaces_what_is_a_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.save(tmp_path / "m", saved())
    (tmp_path / "m" / "notes.txt").write_text("mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "manifest").mkdir()
    (tmp_path / "manifest" / "manifest.json").write_text('{"a": 1}')
    monkeypatch.chdir(tmp_path / "other")
    for name in ("m", "other", "file", "manifest", ".", "other/.", "other/.."):
        with pytest.raises(PlaceTaken) as caught:
            free_folder(tmp_path / name)
        assert caught.value.place == shown(tmp_path / name)


def test_a_result_never_replaces_its_table_or_enters_its_model(tmp_path: Path) -> None:
    models.save(tmp_path / "m", saved())
    table = tmp_path / "t.csv"
    table.write_text("a,b\n")
    (tmp_path / "same.csv").symlink_to(table)
    (tmp_path / "old.csv").write_text("old result")
    for wrong in (table, tmp_path / "same.csv", tmp_path, tmp_path / "m" / "x.csv", tmp_path / "m"):
        with pytest.raises(PlaceTaken):
            free_file(wrong, table, tmp_path / "m")
    for right in (tmp_path / "new.csv", tmp_path / "old.csv", tmp_path / "deep" / "new.csv"):
        assert free_file(right, table, tmp_path / "m") == right


def test_what_the_system_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite), writing(tmp_path / "x"):
        (tmp_path / "file" / "x").write_text("")
    with pytest.raises(DiskFull), writing(tmp_path / "x"):
        raise DiskFull("x")


def test_a_long_path_keeps_its_end() -> None:
    assert shown(Path("a/b.csv")) == "a/b.csv"
    assert shown(Path("x" * 100 + "/b.csv")) == "…" + "x" * 53 + "/b.csv"
