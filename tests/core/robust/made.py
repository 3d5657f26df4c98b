"""A small shop as the rows that a model learns from again."""

from __future__ import annotations

from typing import Any

from core.models.family import Task
from core.robust.ground import Ground, ground
from core.train.spec import ModelSpec
from tests.core.train.shop import asked, shop

ROWS = 400


def wish(family: str = "linear", task: Task = Task.BINARY, **more: Any) -> ModelSpec:
    return asked(task, family, **more)


def rows(spec: ModelSpec, count: int = ROWS) -> Ground:
    return ground(shop(count), spec)
