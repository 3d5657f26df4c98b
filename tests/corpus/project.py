"""A project in which every name, cell and level looks like code."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.explain.explanation import Scale
from core.explain.shapley.method import Asked
from core.explore.filters import Filter
from core.models.family import family
from core.progress import silent
from core.questions.question import keys
from core.review.review import Answer, Person, State, Told
from core.schema import Kind
from core.store import cohorts, families, models, projects, registry, reviews, scenarios, tables
from core.store.models import Entry
from core.store.reasons import Way, way_text
from core.store.reviews import Step
from core.store.scenarios import Customer, Made
from core.tasks.evidence import gather
from core.tasks.models import train_model
from core.tasks.reasons import explain_model
from core.tasks.tables import bring, check
from core.train.wish import Choices, wish
from core.what_if.totals import Figures
from tests.corpus.hostile import LONG, PAYLOADS, written

ROWS = 160
WHEN = "2026-01-05T10:00:00+00:00"
TARGET, YES, NO = "**will** <b>buy</b> [x](http://out.invalid/t)", PAYLOADS[0], PAYLOADS[2]
FILE = "<img src=http://out.invalid/f.png onerror=alert(1)>**f**.csv"
NOTE = "note [n](javascript:alert(1))"
MANY = len(PAYLOADS)
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
            str(chance.randint(0, 99)) if at % 2 else PAYLOADS[(at + chance.randint(0, 2)) % MANY]
            for at in range(MANY)
        ]
        bought = int(cells[1]) + int(cells[3]) + (30 if cells[0] == PAYLOADS[0] else 0) > 100
        long = LONG[1] if place % 3 else PAYLOADS[1]
        rows.append((*cells, long, note(place), YES if bought != (place % 11 == 0) else NO))
    return written([*PAYLOADS, LONG[1], NOTE, TARGET], rows)


def note(place: int) -> str:
    """A text column: one cell of a megabyte among short ones."""
    return LONG[0] if not place else f"{PAYLOADS[place % MANY]} note {place}"


def hostile(folder: Path, reviewed: bool = False) -> Hostile:
    """Brings the table into a home of its own, trains a tree and works out its reasons.

    Where it is ``reviewed``, the evidence for a review is gathered too.
    """
    home, file = folder / "home", folder / "given"
    file.write_text(table(), "utf-8")
    made = bring(home, silent, str(file), FILE, TITLE)
    project = projects.aimed(home, made["project"], TARGET, YES)
    place = projects.folder(home, project.id)
    dataset = tables.load(place, project.table)
    check(home, silent, project.id, project.table, TARGET)
    spec = wish(dataset, TARGET, YES, Choices("tree"))
    model = train_model(home, silent, project.id, msgspec.to_builtins(spec))["model"]
    saved = next(entry for entry in models.board(place)[0] if entry.id == model)
    way = Way(YES, str(family(saved.spec.family).reasons), Asked(seed=saved.spec.seed))
    explain_model(home, silent, project.id, model, way_text(way), rows=200)
    named(place, saved)
    judged(place, saved)
    if reviewed:
        levels = [c.name for c in saved.spec.features if c.kind is Kind.CATEGORY]
        gather(home, silent, project.id, model, levels)
    return Hostile(home, project.id)


def judged(place: Path, saved: Entry) -> None:
    """What people say of a model, by whatever name."""
    for question, payload in zip(keys(), PAYLOADS, strict=False):
        reviews.said(place, saved.id, question, Answer.CONCERN, payload, Person(payload))
    reviews.told(place, saved.id, Told(PAYLOADS[3], PAYLOADS[5]))
    for payload in PAYLOADS[:3]:
        registry.note(place, saved.id, payload)
    asked = Step(State.IN_REVIEW, Person(PAYLOADS[7]), PAYLOADS[9])
    reviews.moved(place, saved.id, asked, keys())


def named(place: Path, saved: Entry) -> None:
    """What a person gives names to: cohorts, scenarios and families of columns."""
    for number, payload in enumerate(PAYLOADS):
        column, kept = PAYLOADS[2 * (number % 8)], PAYLOADS[number % 3 + 2 * (number % 8)]
        known = tables.load(place, saved.spec.dataset).schema[column].levels
        wanted = (Filter(column, levels=tuple(level for level in known if level != kept)),)
        cohorts.keep(place, payload, wanted, WHEN)
    numbers = [each.name for each in saved.spec.features if each.kind is Kind.NUMBER]
    for payload in PAYLOADS[:3]:
        edited = Customer(3, {numbers[0]: 1.0, PAYLOADS[0]: PAYLOADS[1]})
        figures = Figures(1, 0.2, 0.4)
        made = Made(saved.id, TARGET, YES, Scale.CHANCE, figures, customer=edited)
        scenarios.keep(place, payload, made, WHEN)
    families.keep(place, saved.spec.dataset, ((PAYLOADS[11], tuple(numbers[:2])),))
