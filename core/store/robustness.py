"""What was found when a model was put to the test, kept with its reasons: they go with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from core import wire
from core.data.dataset import Dataset
from core.progress import Report, part
from core.robust.ground import Ground, ground
from core.robust.learning import Learning, learning
from core.robust.permutation import Permutation, permutation
from core.robust.splits import Way, compared, ways
from core.robust.stability import Stability, stability
from core.store import projects, tables
from core.store.fitting import as_asked, asked_rows
from core.store.folder import readable, write
from core.train.spec import ModelSpec

FILE = "examined.json"


class Examined(msgspec.Struct, frozen=True):
    """What there is so far; None for what has not been looked at."""

    permutation: Permutation | None = None
    stability: Stability | None = None
    learning: Learning | None = None
    splits: tuple[Way, ...] | None = None
    whole: bool = False


def load(project: Path, model: str) -> Examined:
    """What was found of a model."""
    return readable(_file(project, model), Examined) or Examined()


def _file(project: Path, model: str) -> Path:
    return project / "reasons" / model / FILE


def examine_model(home: Path, report: Report, project: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Puts the model of a wish to the test; each finding is kept as soon as it is there.

    Raises what ``ground`` and the model's family raise.
    """
    folder, asked = projects.folder(home, project), wire.converted(spec, ModelSpec)
    report(0.0, "robust.stage.preparing")
    dataset = tables.load(folder, asked.dataset)
    of = ground(_table(dataset, asked), asked)
    known = load(folder, asked.id)
    steps = (
        ("permutation", permutation, 0.0, 0.3),
        ("stability", stability, 0.3, 0.5),
        ("learning", learning, 0.5, 0.75),
        ("splits", lambda of, told: _splits(dataset, of, told), 0.75, 1.0),
    )
    for name, find, start, stop in steps:
        if getattr(known, name) is None:
            found = find(of, part(report, start, stop))
            known = msgspec.structs.replace(known, **{name: found})
            write(_file(folder, asked.id), msgspec.json.encode(known))
    write(_file(folder, asked.id), msgspec.json.encode(msgspec.structs.replace(known, whole=True)))
    return {"model": asked.id}


def _table(dataset: Dataset, spec: ModelSpec) -> Any:
    """The rows that the model was made of, with the columns that splits name."""
    among = ways(as_asked(dataset, spec).schema, spec.target.name)
    return asked_rows(dataset, spec, [each.column for each in among if each.column])


def _splits(dataset: Dataset, of: Ground, report: Report) -> tuple[Way, ...]:
    return compared(of, ways(dataset.schema, of.spec.target.name), report)
