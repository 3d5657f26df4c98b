"""The established model stands on the board beside the model that was asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from core.behaviour.reference import CHANCE, SPEND
from core.models.family import family
from core.progress import silent
from core.schema import Role
from core.store import models, projects, tables
from core.tasks.models import train_model
from core.tasks.tables import bring
from core.text.phrases import phrases
from core.train.naming import model_names
from core.train.wish import Choices, wish


def built(home: Path) -> tuple[Path, tables.Dataset]:
    """A table such as a question gives: features, the reference's columns, and the answer."""
    chance = np.random.default_rng(0)
    said, recency = chance.beta(1, 1, 400), chance.integers(1, 200, 400)
    table = pd.DataFrame(
        {
            "recency": recency,
            CHANCE: said,
            SPEND: 50 * said,
            "label": np.where(chance.random(400) < said, "yes", "no"),
        }
    )
    home.mkdir(parents=True, exist_ok=True)
    table.to_csv(home / "built.csv", index=False)
    done = bring(home, silent, str(home / "built.csv"), "built.csv")
    folder = projects.folder(home, done["project"])
    schema = tables.load(folder, done["table"]).schema
    for name, role in ((CHANCE, Role.IGNORED), (SPEND, Role.IGNORED), ("label", Role.TARGET)):
        schema = schema.changed(replace(schema[name], role=role))
    return folder, tables.correct(folder, done["table"], schema)


def test_the_reference_stands_on_the_board(tmp_path: Path) -> None:
    outcome = "no"  # the column holds the chance of "yes"
    folder, dataset = built(tmp_path)
    spec = wish(dataset, "label", outcome, Choices("linear"))
    assert [column.name for column in spec.features] == ["recency"]
    train_model(tmp_path, silent, folder.name, msgspec.to_builtins(spec))
    entries, damaged = models.board(folder)
    entries = models.answering(entries, dataset.id, "label", outcome)
    assert damaged == ()
    assert sorted(e.spec.family for e in entries) == ["baseline", "linear", "reference"]
    known = {e.spec.family: e for e in entries}
    names = model_names((e.spec for e in entries), phrases())
    assert names[known["reference"].id].startswith("BG/NBD (Fader, Hardie, Lee 2005)")
    area = known["reference"].score("roc_auc")
    assert 0.7 < area.low < area.value < area.high < 0.98
    assert known["linear"].score("roc_auc").value < area.value
    held = [models.load(folder / "models" / e.id).model.held_out for e in entries]
    np.testing.assert_array_equal(held[0], held[1])
    np.testing.assert_array_equal(held[0], held[2])


def test_it_is_on_no_menu() -> None:
    assert family("reference").beside
    assert family("reference").columns == 1
