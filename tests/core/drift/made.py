"""A shop's model, its training data, and shops like it or unlike it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from core.drift.columns import Read
from core.drift.comparing import Now, Then
from core.evaluate.evaluating import evaluate
from core.models.family import Task
from core.predict import held_out
from core.progress import silent
from core.train.training import train
from tests.core.train.shop import FEATURES, TARGETS, asked, shop

COLUMNS = [column.name for column in FEATURES]


@cache
def then(task: Task = Task.BINARY, rows: int = 1200, family: str = "linear") -> Then:
    """A model of the shop with what it learned from."""
    table = shop(rows)
    model = train(table, asked(task, family), silent)
    known = table[[*COLUMNS, TARGETS[task].name]]
    aside = known.index.isin(model.held_out)
    return Then(
        model,
        evaluate(held_out(model)),
        known[~aside],
        held_out=known[aside],
        names=tuple(map(str, table.columns)),
    )


def now(task: Task = Task.BINARY, rows: int = 900, seed: int = 1, **changes: Any) -> Now:
    """Another month of the shop; ``changes`` replace columns."""
    table = shop(rows, seed)[[*COLUMNS, TARGETS[task].name]].assign(**changes)
    kinds = {column.name: column.kind for column in (*FEATURES, TARGETS[task])}
    return Now(table, tuple(map(str, table.columns)), rows, Read(kinds))


def months(rows: int, first: str, many: int, seed: int = 0) -> pd.Series:
    """A day in one of so many months for each row."""
    start = np.datetime64(first, "D")
    days = np.random.default_rng(seed).integers(0, 30 * many, rows)
    return pd.Series((start + days * np.timedelta64(1, "D")).astype("datetime64[us]"))
