"""A model is trained, on a person's table or on the shipped sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from core import wire
from core.data import shop
from core.progress import Report, part
from core.store import projects, tables
from core.store.fingerprint import of_schema
from core.store.fitting import trained
from core.store.trail import What
from core.store.untold import telling
from core.tasks.tables import bring
from core.train.spec import ModelSpec
from core.train.wish import Choices, wish


def try_sample(
    home: Path, report: Report, file: str, title: str, target: str, outcome: str
) -> dict[str, Any]:
    """Brings the shipped sample and trains a forest on it: a finished result to look at.

    The sample's other targets are of the same future and would give the answer away.
    """
    brought = bring(home, part(report, 0.0, 0.4), file, Path(file).name, title)
    project = projects.aimed(home, brought["project"], target, outcome)
    folder = projects.folder(home, project.id)
    schema = shop.aimed(tables.load(folder, project.table).schema, target)
    with telling(folder, What.CORRECT, project.table, kind="sample") as told:
        dataset = tables.correct(folder, project.table, schema)
        told.hash = of_schema(schema)
    spec = wish(dataset, target, outcome, Choices())
    made = train_model(home, part(report, 0.4, 1.0), project.id, msgspec.to_builtins(spec))
    return brought | made


def train_model(home: Path, report: Report, project: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Trains a model into a project, and with it what it must beat."""
    folder = projects.folder(home, project)
    return {"model": trained(folder, wire.converted(spec, ModelSpec), report)}
