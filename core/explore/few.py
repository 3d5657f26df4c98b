"""Groups of so few customers that they would tell who is meant are left empty."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np

from core.data.privacy.counts import K, few
from core.explore.course import Course
from core.explore.overview import Glimpse, Overview
from core.explore.pair import Box, Boxes, Grid
from core.explore.patterns import Patterns, Telling
from core.explore.profile import Profile
from core.explore.relation import Part, Relation


@singledispatch
def without_few(found: Any, k: int = K) -> Any:
    """What is shown of counts in a project with personal data: small groups hold no figures."""
    return found


@without_few.register
def _(found: Relation, k: int = K) -> Relation:
    small = few([part.rows for part in found.parts], k)
    parts = tuple(
        _emptied(part) if hide else part for part, hide in zip(found.parts, small, strict=True)
    )
    return replace(found, parts=parts)


def _emptied(part: Part) -> Part:
    nothing = (float("nan"),) * len(part.values)
    return Part(part.group, 0, nothing, nothing, nothing, hidden=True)


@without_few.register
def _(found: Profile, k: int = K) -> Profile:
    small = few([bar.rows for bar in found.bars], k)
    bars = tuple(
        replace(bar, rows=0, hidden=True) if hide else bar
        for bar, hide in zip(found.bars, small, strict=True)
    )
    return replace(found, bars=bars)


@without_few.register
def _(found: Course, k: int = K) -> Course:
    return replace(found, relation=without_few(found.relation, k))


@without_few.register
def _(found: Boxes, k: int = K) -> Boxes:
    small = few([box.rows for box in found.boxes], k)
    boxes = tuple(
        Box(box.group, 0, (float("nan"),) * len(box.quantiles), hidden=True) if hide else box
        for box, hide in zip(found.boxes, small, strict=True)
    )
    return replace(found, boxes=boxes)


@without_few.register
def _(found: Grid, k: int = K) -> Grid:
    small = few(found.counts.ravel().tolist(), k).reshape(found.counts.shape)
    return replace(found, counts=np.where(small, 0, found.counts), hidden=int(small.sum()))


@without_few.register
def _(found: Patterns, k: int = K) -> Patterns:
    small = few([pattern.rows for pattern in found.patterns], k)
    kept = tuple(p for p, hide in zip(found.patterns, small, strict=True) if not hide)
    return replace(found, patterns=kept, hidden=int(small.sum()))


@without_few.register
def _(found: tuple, k: int = K) -> tuple[Any, ...]:
    return tuple(without_few(each, k) for each in found)


@without_few.register
def _(found: Telling, k: int = K) -> Telling:
    return replace(found, relation=without_few(found.relation, k))


@without_few.register
def _(found: Overview, k: int = K) -> Overview:
    glimpses = tuple(
        Glimpse(
            without_few(g.profile, k), without_few(g.relation, k) if g.relation else None, g.sure
        )
        for g in found.glimpses
    )
    return replace(found, glimpses=glimpses)
