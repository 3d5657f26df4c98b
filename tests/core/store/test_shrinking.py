"""A smaller form in a project: a model of its own, with what it saves beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from core.errors import AlreadySmaller, BadSetting, CannotShrink, NothingSmaller
from core.evaluate.compare import compare
from core.explain.explaining import explain, explainer
from core.models.saving import load_arrays
from core.predict import scored
from core.progress import silent
from core.search.shrinking import Chosen, shrunk
from core.store import models, shrinking
from core.store.shrinking import bytes_of
from core.tasks.doing import TASKS
from core.tasks.models import train_model
from core.train.form import whole
from core.train.wish import Choices, wish
from tests.core.store.made import saved, table
from tests.core.test_tasks import brought


def project(home: Path, family: str, **params: Any) -> tuple[Path, str]:
    folder, dataset = brought(home)
    spec = wish(dataset, "buys", "yes", Choices(family, params))
    done = train_model(home, silent, folder.name, msgspec.to_builtins(spec))
    return folder, done["model"]


@pytest.mark.parametrize(
    ("family", "params"), [("forest", {"trees": 60}), ("boosting", {"trees": 80})]
)
def test_a_smaller_form_is_saved_beside_the_whole(
    family: str, params: dict[str, int], tmp_path: Path
) -> None:
    folder, before = project(tmp_path, family, **params)
    asked = {"project": folder.name, "model": before, "loss": 0.02}
    stages: list[str] = []
    done = TASKS["shrink"].run(
        home=tmp_path, report=lambda share, stage: stages.append(stage), **asked
    )
    assert done["before"] == before
    assert {"search.stage.shrinking", "search.stage.costs"} <= set(stages)
    old, new = (models.load(models.place(folder, each)) for each in (before, done["model"]))
    assert whole(new.model.spec) == old.model.spec
    assert new.model.spec.id == done["model"]
    assert bytes_of(models.place(folder, done["model"])) < bytes_of(models.place(folder, before))
    found = shrinking.load(folder, done["model"])
    assert found is not None
    theirs = compare(new.evaluation.predictions, old.evaluation.predictions)
    assert found.difference == theirs
    assert (found.before, found.after, found.loss) == (before, done["model"], 0.02)
    assert [each.disk for each in found.costs] == [
        bytes_of(models.place(folder, each)) for each in (before, done["model"])
    ]
    assert found.costs[1].memory < found.costs[0].memory
    assert found.lost <= 0.02
    entries, damaged = models.board(folder)
    assert {before, done["model"]} <= {entry.id for entry in entries}
    assert damaged == ()
    rows = new.model.background.head(5)
    told = explain(explainer(new.model), rows)
    assert told.base + told.effects.sum(axis=1) == pytest.approx(told.prediction)
    models.remove(folder, done["model"])
    assert shrinking.load(folder, done["model"]) is None
    models.load(models.place(folder, before))


def test_a_second_loss_that_asks_for_the_same_says_so(tmp_path: Path) -> None:
    folder, before = project(tmp_path, "forest", trees=30)
    made = set()
    for loss in (0.199, 0.2):
        done = TASKS["shrink"].run(
            home=tmp_path, report=silent, project=folder.name, model=before, loss=loss
        )
        made.add(done["model"])
        found = shrinking.load(folder, done["model"])
        assert found is not None
        assert found.loss == loss
    assert len(made) == 1


def test_what_cannot_be_smaller_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    folder, linear = project(tmp_path, "linear")
    asked = {"home": tmp_path, "report": silent, "project": folder.name}
    with pytest.raises(CannotShrink):
        TASKS["shrink"].run(**asked, model=linear, loss=0.002)
    with pytest.raises(BadSetting):
        TASKS["shrink"].run(**asked, model=linear, loss=0.9)
    assert shrinking.load(folder, linear) is None


def test_a_smaller_form_of_a_smaller_form_is_asked_of_the_whole(tmp_path: Path) -> None:
    folder, before = project(tmp_path, "forest", trees=30)
    asked = {"home": tmp_path, "report": silent, "project": folder.name}
    done = TASKS["shrink"].run(**asked, model=before, loss=0.05)
    with pytest.raises(AlreadySmaller) as caught:
        TASKS["shrink"].run(**asked, model=done["model"], loss=0.05)
    assert caught.value.whole == before


def test_a_form_that_is_no_less_on_disk_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, before = project(tmp_path, "boosting", trees=30)
    everything = Chosen({"kept": 5000}, 0.0, 0.0)
    monkeypatch.setattr(shrinking, "chosen", lambda *_: everything)
    there = {place.name for place in (folder / "models").iterdir()}
    with pytest.raises(NothingSmaller):
        TASKS["shrink"].run(
            home=tmp_path, report=silent, project=folder.name, model=before, loss=0.01
        )
    assert {place.name for place in (folder / "models").iterdir()} == there


def test_a_folder_takes_what_its_files_take(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"123")
    (tmp_path / "a" / "b" / "two").write_bytes(b"4567")
    assert bytes_of(tmp_path / "a") == 7


def test_a_network_in_bytes_is_kept_so(tmp_path: Path) -> None:
    """Drawn, not trained: no Keras here."""
    before = saved("mlp")
    small = shrunk(before.model, table(), {"weights": "int8"})
    for name, model in (("whole", before.model), ("small", small)):
        models.save(tmp_path / name, replace(before, model=model))
    back = models.load(tmp_path / "small").model
    assert {file.name for file in (tmp_path / "small" / "estimator").iterdir()} == {"estimator.npz"}
    np.testing.assert_array_equal(scored(back, table()), scored(small, table()))
    apart = np.abs(scored(small, table()) - scored(before.model, table()))
    assert 0 < apart.max() < 0.02
    kept = load_arrays(tmp_path / "small" / "estimator")
    assert [kept[f"weights_{i}"].dtype for i in (0, 1)] == [np.int8, np.int8]
    assert back.estimator.scales[0].shape == (8,)
