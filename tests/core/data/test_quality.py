from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.data.check import findings
from core.data.dataset import Dataset
from core.data.quality import Score, quality
from core.schema import Role


def test_the_four_scores_by_hand(loaded: Callable[..., Dataset]) -> None:
    rows = [f"k{i},{i + 20}.5,{'May' if i % 2 else 'June'},{i % 60 + 18}" for i in range(200)]
    rows[3] = "k3,,May,30"  # one empty cell
    rows[4] = "k4,24.5,MAY,31"  # one spelling of its own
    rows[5] = "k5,oops,May,32"  # one cell that is no number
    rows[6] = "k6,26.5,May,430"  # one age that cannot be
    rows[8] = rows[7].replace("k7", "k8")  # one row again under another id
    dataset = loaded("\n".join(["id,spend,month,age", *rows]))
    assert dataset.schema["id"].role is Role.ID
    scores = {score.key: score for score in quality(dataset, findings(dataset))}
    assert scores["completeness"] == Score("completeness", 799, 800)
    assert scores["uniqueness"] == Score("uniqueness", 199, 200)
    assert scores["consistency"] == Score("consistency", 798, 799)
    assert scores["validity"] == Score("validity", 797, 799)
    assert scores["completeness"].share == 799 / 800
    out = replace(dataset.schema["spend"], role=Role.IGNORED)
    less = replace(dataset, schema=dataset.schema.changed(out))
    assert quality(less, findings(less))[0] == Score("completeness", 600, 600)
