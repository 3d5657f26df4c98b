"""Scenarios with names, a file each in the project: what was changed and what it came to."""

from __future__ import annotations

import math
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from core.errors import NotThere, SameName, Unnamed
from core.explain.explanation import Scale
from core.store.folder import sound, unlink, write
from core.what_if.scenario import Cell, Comparison
from core.what_if.segment import Segment, Shifted
from core.what_if.totals import Earned, Figures, Money, Total

FOLDER = "scenarios"
NAME_AT_MOST = 80


@dataclass(frozen=True)
class Customer:
    """One customer (row number from 0, -1 the average one) and the edits; dates as ISO text."""

    row: int
    edits: dict[str, float | str | None]


@dataclass(frozen=True)
class Made:
    """A scenario before it has a name: of one customer, or of a segment.

    ``of`` is the class whose chance is looked at, or the target.
    """

    model: str
    target: str
    of: str
    scale: Scale
    figures: Figures
    customer: Customer | None = None
    segment: Segment | None = None
    money: Money | None = None


@dataclass(frozen=True)
class Kept:
    """A scenario with its name; ``made_at`` in UTC, ISO 8601."""

    id: str
    name: str
    made_at: str
    made: Made


def of_customer(model: str, target: str, row: int, found: Comparison) -> Made:
    """The scenario of one customer's edits by the model of id ``model``."""
    first, last = float(found.before.prediction[0]), float(found.after.prediction[0])
    edits = {name: _plain(value) for name, value in found.edits.items()}
    return Made(
        model=model,
        target=target,
        of=found.before.of,
        scale=found.before.scale,
        figures=Figures(1, first, last),
        customer=Customer(row, edits),
    )


def of_segment(
    model: str, asked: Segment, found: Shifted, total: Total, gained: Earned | None = None
) -> Made:
    """The scenario of a segment's levers, by what they come to."""
    gain = gained.gain if gained else None
    return Made(
        model=model,
        target=found.target,
        of=total.of,
        scale=Scale.CHANCE if found.classes else Scale.VALUE,
        figures=Figures(
            customers=total.customers,
            before=total.before,
            after=total.after,
            low=_known(total.difference.low),
            high=_known(total.difference.high),
            money=_known(gain.value) if gain else None,
            money_low=_known(gain.low) if gain else None,
            money_high=_known(gain.high) if gain else None,
        ),
        segment=asked,
        money=gained.money if gained else None,
    )


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _plain(value: Cell) -> float | str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str) else float(value)


def keep(project: Path, name: str, made: Made, made_at: str) -> Kept:
    """Keeps a scenario in the project's folder under a name that no other has.

    Raises Unnamed, SameName and DiskFull.
    """
    called = " ".join(name.split())[:NAME_AT_MOST].strip()
    if not called:
        raise Unnamed()
    if any(other.name.casefold() == called.casefold() for other in listed(project)):
        raise SameName(called)
    kept = Kept(uuid.uuid4().hex[:12], called, made_at, made)
    write(project / FOLDER / f"{kept.id}.json", msgspec.json.encode(kept))
    return kept


def listed(project: Path) -> tuple[Kept, ...]:
    """Every scenario of the project, newest first; a damaged file is set aside, not removed."""
    found = [sound(file, Kept) for file in sorted((project / FOLDER).glob("[0-9a-f]*.json"))]
    known = [kept for kept in found if kept is not None]
    return tuple(sorted(known, key=lambda kept: (kept.made_at, kept.name), reverse=True))


def remove(project: Path, scenario: str) -> None:
    """Deletes the scenario of that id. Raises NotThere."""
    file = project / FOLDER / f"{scenario}.json"
    if not re.fullmatch(r"[0-9a-f]{12}", scenario) or not file.is_file():
        raise NotThere("scenario", scenario)
    unlink(file)
