"""Small logs for tests, written as a recorded history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from core.behaviour.question import millis
from core.behaviour.recorded import COLUMNS, DAY, Recorded, Story
from core.data.engine import literal

KINDS = ("view", "add_to_cart", "checkout", "order")
HOUR = DAY // 24


def event(customer: str, at: str, kind: str = "order", **others: Any) -> dict[str, Any]:
    """One event; ``at`` in ISO form, UTC. Orders are purchases of their own."""
    buys = kind == "order"
    when = millis(at)
    return {
        "customer": customer,
        "at": when,
        "kind": kind,
        "buys": buys,
        "purchase": f"{customer} {when}" if buys else None,
    } | others


def write(folder: Path, rows: Sequence[dict[str, Any]] | pd.DataFrame) -> Recorded:
    """The history of those events on disk, with its story."""
    folder.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    table = table.sort_values(["at", "customer"], kind="stable", ignore_index=True)
    types = ", ".join(f'CAST("{name}" AS {of}) AS "{name}"' for name, of in COLUMNS.items())
    recorded = Recorded(folder, story(table))
    with duckdb.connect() as connection:
        connection.register("log", table.astype(object).where(table.notna(), None))
        connection.execute(  # the names of columns and a path of the test's own
            f"COPY (SELECT {types} FROM log) TO {literal(str(recorded.events))} (FORMAT parquet)"  # noqa: S608
        )
    return recorded


def story(table: pd.DataFrame) -> Story:
    """What a log holds."""
    bought = table[table["buys"].astype(bool)] if len(table) else table
    return Story(
        rows=len(table),
        customers=table["customer"].nunique(),
        buyers=bought["customer"].nunique(),
        first=int(table["at"].min()) if len(table) else 0,
        last=int(table["at"].max()) if len(table) else 0,
        kinds=_words(table["kind"]),
        buying=tuple(k for k, _ in _words(bought["kind"])),
        channels=_words(table["channel"]),
        categories=_words(table["category"]),
        products=_words(table["product"]),
        tells=tuple(name for name in COLUMNS if table[name].notna().any()),
    )


def _words(column: pd.Series) -> tuple[tuple[str, int], ...]:
    return tuple((str(word), int(count)) for word, count in column.value_counts().items())[:50]


def shop(customers: int = 300, seed: int = 0, days: int = 300) -> pd.DataFrame:
    """A made-up shop from 2025-01-01 UTC: visits with steps on the way to an order."""
    chance = np.random.default_rng(seed)
    begin = round(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)
    rows: list[dict[str, Any]] = []
    for number in range(customers):
        pace = chance.gamma(2, 15)
        at = begin + int(chance.uniform(0, days * 0.7) * DAY)
        while at < begin + days * DAY:
            rows += _visit(chance, f"c{number:04d}", at, f"s{len(rows)}")
            at += int((0.2 + chance.exponential(pace)) * DAY)
    return pd.DataFrame(rows)


def _visit(
    chance: np.random.Generator, customer: str, at: int, session: str
) -> list[dict[str, Any]]:
    found = []
    category = str(chance.choice(["toys", "sports", "books", "garden"], p=[0.4, 0.3, 0.2, 0.1]))
    for kind in KINDS:
        for _ in range(1 + int(chance.integers(0, 3)) if kind == "view" else 1):
            at += int(chance.exponential(120_000)) + 1
            buys = kind == "order"
            found.append(
                {
                    "customer": customer,
                    "at": at,
                    "kind": kind,
                    "buys": buys,
                    "purchase": session if buys else None,
                    "category": category,
                    "session": session,
                    "amount": round(float(chance.lognormal(3.5, 0.6)), 2) if buys else None,
                    "quantity": 1.0 if buys else None,
                }
            )
        if chance.random() < 0.35:
            break
    return found
