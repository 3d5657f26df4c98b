"""A project in which every name, cell and level looks like code."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core import tasks
from core.explain.shapley.method import Asked
from core.models.family import family
from core.progress import silent
from core.store import models, projects, tables
from core.store.reasons import Way, way_text
from core.train.wish import Choices, wish
from tests.corpus.hostile import PAYLOADS, written

ROWS = 160
TARGET, YES, NO = "**will** <b>buy</b> [x](http://out.invalid/t)", PAYLOADS[0], PAYLOADS[2]
FILE = "<img src=http://out.invalid/f.png onerror=alert(1)>**f**.csv"
TITLE = "![p](http://out.invalid/n.png) <script>alert(1)</script> $x$"


@dataclass(frozen=True)
class Hostile:
    """Where it lies."""

    home: Path
    project: str


def table() -> str:
    """Numbers and levels under names that look like code, and what follows from them."""
    chance = random.Random(0)  # noqa: S311 - a made-up table
    rows = []
    for place in range(ROWS):
        cells = [
            str(chance.randint(0, 99)) if at % 2 else PAYLOADS[(at + chance.randint(0, 2)) % 12]
            for at in range(len(PAYLOADS))
        ]
        bought = int(cells[1]) + int(cells[3]) + (30 if cells[0] == PAYLOADS[0] else 0) > 100
        rows.append((*cells, YES if bought != (place % 11 == 0) else NO))
    return written([*PAYLOADS, TARGET], rows)


def hostile(folder: Path) -> Hostile:
    """Brings the table into a home of its own, trains a tree and works out its reasons."""
    home, file = folder / "home", folder / "given"
    file.write_text(table(), "utf-8")
    made = tasks.bring(home, silent, str(file), FILE, TITLE)
    project = projects.aimed(home, made["project"], TARGET, YES)
    place = projects.folder(home, project.id)
    dataset = tables.load(place, project.table)
    tasks.check(home, silent, project.id, project.table, TARGET)
    spec = wish(dataset, TARGET, YES, Choices("tree"))
    model = tasks.train_model(home, silent, project.id, msgspec.to_builtins(spec))["model"]
    saved = next(entry for entry in models.board(place)[0] if entry.id == model)
    way = Way(YES, str(family(saved.spec.family).reasons), Asked(seed=saved.spec.seed))
    tasks.explain_model(home, silent, project.id, model, way_text(way), rows=200)
    return Hostile(home, project.id)
