from __future__ import annotations

import dataclasses
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.errors import DiskFull, ModelDamaged, ModelForeign, NotThere
from core.models.family import Task, families
from core.predict import scored
from core.store import models, record
from core.store.manifest import MANIFEST, holds_nothing_else
from core.train.spec import ModelSpec
from tests.core.store.made import CASES, saved, spec, table

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(("key", "task"), CASES)
def test_a_model_comes_back_as_it_was(key: str, task: Task, tmp_path: Path) -> None:
    made = saved(key, task)
    models.save(tmp_path / "m", made)
    back = models.load(tmp_path / "m")
    np.testing.assert_array_equal(scored(made.model, table()), scored(back.model, table()))
    for field in dataclasses.fields(made.model):
        _same(getattr(made.model, field.name), getattr(back.model, field.name), field.name)
    assert repr(back.evaluation.scores) == repr(made.evaluation.scores)  # nan is not nan
    assert back.evaluation.threshold == made.evaluation.threshold
    assert (back.table_name, back.trained_at, back.seconds) == (
        "shop.csv",
        "2026-01-01T00:00:00+00:00",
        1.5,
    )


def test_what_stands_together_comes_back_too(tmp_path: Path) -> None:
    made = saved()
    groups = np.arange(len(made.model.held_out)) // 3
    grouped = dataclasses.replace(made.model, held_out_groups=groups)
    models.save(tmp_path / "m", dataclasses.replace(made, model=grouped))
    back = models.load(tmp_path / "m")
    np.testing.assert_array_equal(np.asarray(back.model.held_out_groups), groups)
    np.testing.assert_array_equal(np.asarray(back.evaluation.predictions.groups), groups)


def _same(before: Any, after: Any, name: str) -> None:
    if name == "estimator":
        return
    if isinstance(before, pd.DataFrame):
        pd.testing.assert_frame_equal(before, after, check_exact=True)
        gaps = before.isna().to_numpy()
        assert [type(v) for v in before.to_numpy()[gaps]] == [
            type(v) for v in after.to_numpy()[gaps]
        ]
    elif isinstance(before, np.ndarray):
        np.testing.assert_array_equal(before, after)
        assert before.dtype == after.dtype
    else:
        assert before == after


@pytest.mark.parametrize(("key", "task"), CASES)
def test_no_file_is_a_pickle(key: str, task: Task, tmp_path: Path) -> None:
    models.save(tmp_path / "m", saved(key, task))
    for file in files(tmp_path / "m"):
        assert file.suffix in {".json", ".parquet", ".skops", ".npz", ".keras"}
        content = file.read_bytes()
        # protocol 2 and above begin with PROTO; joblib and numpy would put it after their header
        assert not content.startswith(b"\x80")
        assert b"\x80\x04\x95" not in content
        assert b"\x80\x05\x95" not in content


@pytest.mark.parametrize("key", ["forest", "svm", "mlp", "baseline"])
@pytest.mark.parametrize("how", ["flipped", "cut", "emptied", "removed"])
def test_every_damaged_file_is_noticed(key: str, how: str, tmp_path: Path) -> None:
    place = tmp_path / "m"
    models.save(place, saved(key))
    names = [file.relative_to(place) for file in files(place)]
    assert len(names) >= 6
    for name in names:
        models.save(place, saved(key))
        damage(place / name, how)
        with pytest.raises(ModelDamaged) as caught:
            models.load(place)
        assert caught.value.model == "m"


def damage(file: Path, how: str) -> None:
    content = bytearray(file.read_bytes())
    if how == "removed":
        file.unlink()
        return
    if how == "flipped":
        content[len(content) // 2] ^= 1
    file.write_bytes({"cut": content[: len(content) // 2], "emptied": b""}.get(how, bytes(content)))


def test_any_flipped_bit_of_the_manifest_is_noticed(tmp_path: Path) -> None:
    place = tmp_path / "m"
    models.save(place, saved())
    whole = (place / MANIFEST).read_bytes()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 8)
        (place / MANIFEST).write_bytes(changed)
        with pytest.raises((ModelDamaged, ModelForeign)):  # a flip in the name of the key
            models.load(place)
    (place / MANIFEST).write_bytes(whole)
    models.load(place)


@pytest.mark.parametrize("name", ["more.txt", "estimator/more.npz", ".hidden"])
def test_a_file_too_many_is_noticed(name: str, tmp_path: Path) -> None:
    models.save(tmp_path / "m", saved())
    (tmp_path / "m" / name).write_text("x")
    with pytest.raises(ModelDamaged):
        models.load(tmp_path / "m")
    assert not holds_nothing_else(tmp_path / "m")


def test_another_models_estimator_is_noticed(tmp_path: Path) -> None:
    models.save(tmp_path / "a", saved("linear"))
    models.save(tmp_path / "b", saved("linear", seed=1))
    theirs = tmp_path / "b" / "estimator" / "estimator.npz"
    theirs.replace(tmp_path / "a" / "estimator" / "estimator.npz")
    with pytest.raises(ModelDamaged):
        models.load(tmp_path / "a")


def test_libraries_that_answer_differently_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.save(tmp_path / "m", saved("linear"))
    models.load(tmp_path / "m")
    monkeypatch.setattr(
        "core.store.models.scored", lambda model, rows: scored(model, rows) + 0.00001
    )
    with pytest.raises(ModelDamaged) as caught:
        models.load(tmp_path / "m")
    assert caught.value.reason == "self-test"


def test_what_is_no_model_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    for name in ("empty", "other", "nowhere"):
        for look in (models.load, models.entry):
            with pytest.raises(NotThere):
                look(tmp_path / name)
    for wrong in ("../m", "M" * 12, "", "..", "abc", "0123456789ab"):
        with pytest.raises(NotThere):
            models.place(tmp_path, wrong)


def test_the_board_lists_newest_first_and_damaged_ones_apart(tmp_path: Path) -> None:
    entries = [saved("baseline", seed=0), saved("linear", seed=2), saved("linear", seed=1)]
    for made in entries:
        models.save(tmp_path / "models" / made.model.spec.id, made)
    shown, damaged = models.board(tmp_path)
    assert [e.id for e in shown] == [entries[i].model.spec.id for i in (1, 2, 0)]
    assert damaged == ()
    assert shown[0].scores == entries[1].evaluation.scores
    assert shown[0].training_rows + shown[0].held_out_rows == 240
    assert shown[0].score("roc_auc") is not None
    assert shown[0].score("nonsense") is None
    record = tmp_path / "models" / entries[1].model.spec.id / "model.json"
    record.write_bytes(record.read_bytes().replace(b'"seconds":1.5', b'"seconds":1.6'))
    (tmp_path / "models" / "abcdefabcdef").mkdir()
    shown, damaged = models.board(tmp_path)
    assert [e.id for e in shown] == [entries[i].model.spec.id for i in (2, 0)]
    assert set(damaged) == {entries[1].model.spec.id, "abcdefabcdef"}
    assert models.board(tmp_path / "nowhere") == ((), ())


def test_a_full_disk_leaves_the_old_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models.save(tmp_path / "m", saved("linear"))
    before = scored(models.load(tmp_path / "m").model, table())

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(models, "write_frame", full)
    with pytest.raises(DiskFull):
        models.save(tmp_path / "m", saved("linear", seed=1))
    monkeypatch.undo()
    np.testing.assert_array_equal(scored(models.load(tmp_path / "m").model, table()), before)
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


def test_loading_imports_neither_keras_nor_tensorflow(tmp_path: Path) -> None:
    for key in ("mlp", "forest", "svm"):
        models.save(tmp_path / key, saved(key))
    code = """
import sys
from pathlib import Path
from core.store import models
for key in ("mlp", "forest", "svm"):
    models.load(Path(sys.argv[1]) / key)
heavy = {"keras", "tensorflow"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=ROOT)


def files(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())


def test_a_question_is_answered_by_its_models_and_one_baseline() -> None:
    forest = entry_of(spec("forest", Task.BINARY))
    zero = entry_of(spec("baseline", Task.BINARY))
    fewer = replace(zero.spec, features=zero.spec.features[:1])
    again = replace(zero, id=fewer.id, spec=fewer)
    other = entry_of(spec("forest", Task.REGRESSION))
    asked = forest.spec.dataset, forest.spec.target.name, forest.spec.outcome
    assert models.answering((forest, zero, again, other), *asked) == (forest, zero)
    elsewhere = replace(zero, spec=replace(zero.spec, seed=5))
    assert models.answering((zero, elsewhere), *asked) == (zero, elsewhere)
    assert models.answering((forest, zero), asked[0], asked[1], "another") == ()


def entry_of(wish: ModelSpec) -> models.Entry:
    """A line of the board for a wish."""
    return models.Entry(wish.id, wish, (), "2026-11-22T00:00:00+00:00", 1.0, 180, 60)


def test_a_model_of_a_kind_that_only_another_version_has_stands_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [saved("linear", seed=1), saved("tree", seed=1)]
    for each in made:
        models.save(tmp_path / "models" / each.model.spec.id, each)
    fewer = {key: kind for key, kind in families().items() if key != "tree"}
    monkeypatch.setattr(record, "families", lambda: fewer)
    shown, damaged = models.board(tmp_path)
    assert [e.id for e in shown] == [made[0].model.spec.id]
    assert damaged == (made[1].model.spec.id,)
    with pytest.raises(ModelDamaged) as told:
        models.load(tmp_path / "models" / made[1].model.spec.id)
    assert "tree" in told.value.facts["reason"]
