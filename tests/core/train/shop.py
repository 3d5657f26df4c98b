"""A small shop's table and wishes for models of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from core.models.family import Task
from core.schema import Column, Kind
from core.train.spec import ModelSpec

TARGETS = {
    Task.BINARY: Column("buys", Kind.BOOLEAN, levels=("no", "yes")),
    Task.MULTICLASS: Column("brand", Kind.CATEGORY, levels=("A", "B", "C")),
    Task.REGRESSION: Column("spend", Kind.NUMBER),
}
FEATURES = (
    Column("visits", Kind.NUMBER),
    Column("income", Kind.NUMBER),
    Column("city", Kind.CATEGORY, levels=("Oslo", "Bergen", "Hamar", "Narvik")),
    Column("member", Kind.BOOLEAN, levels=("no", "yes")),
    Column("since", Kind.DATE, pattern="%Y-%m-%d"),
)


def shop(rows: int = 300, seed: int = 0) -> pd.DataFrame:
    """Typed as ``core.data.table.frame`` types; gaps in income, city and since; all targets."""
    chance = np.random.default_rng(seed)
    visits = chance.poisson(4, rows).astype("float64")
    income = np.exp(chance.normal(10, 1, rows)).round()
    city = chance.choice(["Oslo", "Bergen", "Hamar", "Narvik"], rows, p=[0.5, 0.3, 0.15, 0.05])
    member = chance.choice(["no", "yes"], rows, p=[0.7, 0.3])
    days = chance.integers(0, 1500, rows)
    signal = visits + 2.0 * (member == "yes") + 1.5 * (city == "Bergen") - days / 500
    signal = signal + chance.normal(0, 1, rows)
    table = pd.DataFrame(
        {
            "visits": visits,
            "income": np.where(chance.random(rows) < 0.1, np.nan, income),
            "city": pd.Series(np.where(chance.random(rows) < 0.1, None, city), dtype=object),
            "member": pd.Series(member, dtype=object),
            "since": pd.Series(np.datetime64("2020-01-01", "us") + days * np.timedelta64(1, "D")),
            "household": (np.arange(rows) // 3).astype("float64"),
            "buys": pd.Series(np.where(signal > 4, "yes", "no"), dtype=object),
            "brand": pd.Series(np.array(list("ABC"))[np.digitize(signal, [2, 5])], dtype=object),
            "spend": 10 * signal,
        }
    )
    table.loc[table.index[::17], "since"] = pd.NaT
    return table


def asked(task: Task = Task.BINARY, family: str = "linear", **more: Any) -> ModelSpec:
    """A wish for a model of the shop."""
    outcome = "yes" if task is Task.BINARY else ""
    spec = ModelSpec("table", task, TARGETS[task], FEATURES, family, outcome)
    return replace(spec, **more)
