"""Groups of so few customers that they would tell who is meant are left empty in pictures."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np

from core.behaviour.pictures.funnel import Funnel
from core.behaviour.pictures.rfm import Group, Rfm
from core.behaviour.pictures.transitions import Transitions
from core.data.privacy.counts import K, few


@singledispatch
def without_few(found: Any, k: int = K) -> Any:
    """What is shown of a picture in a project with personal data: small groups hold no figures."""
    return found


@without_few.register
def _(found: Funnel, k: int = K) -> Funnel:
    small = few([step.customers for step in found.steps], k)
    steps = tuple(
        replace(step, customers=0, days=float("nan"), hidden=True) if hide else step
        for step, hide in zip(found.steps, small, strict=True)
    )
    return replace(found, steps=steps)


@without_few.register
def _(found: Rfm, k: int = K) -> Rfm:
    small = few([group.customers for group in found.groups], k)
    groups = tuple(
        Group(group.recency, group.frequency, 0, hidden=True) if hide else group
        for group, hide in zip(found.groups, small, strict=True)
    )
    return replace(found, groups=groups)


@without_few.register
def _(found: Transitions, k: int = K) -> Transitions:
    small = few(found.people.ravel(), k).reshape(found.counts.shape)
    counts, people = (np.where(small, 0, each) for each in (found.counts, found.people))
    return replace(found, counts=counts, people=people, hidden=int(small.sum()))
