"""A model is put to the test in a project; what was found is kept and goes with the model."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.progress import Cancelled, silent
from core.store import models, robustness
from core.tasks.doing import TASKS
from core.train.wish import Choices, wish
from tests.core.test_tasks import brought


def test_what_is_found_is_kept_step_by_step_and_goes_with_the_model(tmp_path: Path) -> None:
    folder, dataset = brought(tmp_path)
    spec = wish(dataset, "buys", "yes", Choices("linear"))
    asked = {"project": folder.name, "spec": msgspec.to_builtins(spec)}
    TASKS["train"].run(home=tmp_path, report=silent, **asked)
    assert robustness.load(folder, spec.id) == robustness.Examined()
    told = []

    def stops(share: float, stage: str) -> None:
        told.append(stage)
        if stage == "robust.stage.seeds" or share > 0.31:
            raise Cancelled

    with pytest.raises(Cancelled):
        TASKS["examine"].run(home=tmp_path, report=stops, **asked)
    half = robustness.load(folder, spec.id)
    assert half.permutation is not None
    assert (half.learning, half.whole) == (None, False)
    TASKS["examine"].run(home=tmp_path, report=silent, **asked)
    found = robustness.load(folder, spec.id)
    assert found.whole
    assert found.permutation == half.permutation
    assert found.stability is not None
    assert found.learning is not None
    assert found.splits is not None
    auc = models.load(models.place(folder, spec.id)).evaluation["roc_auc"].value
    assert found.stability.scores[0] == pytest.approx(auc)
    models.remove(folder, spec.id)
    assert not (folder / "reasons" / spec.id).exists()
