"""A new table of 100,000 rows and 20 columns compared with as many that were learned from."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from bench.figure import figure, told
from core.drift.columns import Read, compared
from core.drift.telling import telling
from core.progress import silent
from core.schema import Column, Kind

ROWS, COLUMNS = 100_000, 20
TURNS = 5
SECONDS_AT_MOST = 5.0  # for every column
TELLING_AT_MOST = 60.0  # for the forests, of 10,000 rows


def columns() -> tuple[Column, ...]:
    """Half of them numbers, half levels."""
    half = COLUMNS // 2
    numbers = [Column(f"n{i}", Kind.NUMBER) for i in range(half)]
    return (*numbers, *(Column(f"c{i}", Kind.CATEGORY) for i in range(half)))


def customers(seed: int, shift: float = 0.0) -> pd.DataFrame:
    """Skewed numbers with gaps, and levels of which some are rare."""
    chance, made = np.random.default_rng(seed), dict[str, Any]()
    for column in columns():
        if column.kind is Kind.NUMBER:
            values = chance.lognormal(3 + shift, 1, ROWS)
            made[column.name] = np.where(chance.random(ROWS) < 0.05, np.nan, values)
        else:
            codes = chance.zipf(1.6, ROWS) % 40
            made[column.name] = np.array([f"level {i}" for i in range(40)], object)[codes]
    return pd.DataFrame(made)


def by_scipy(then: pd.DataFrame, now: pd.DataFrame) -> None:
    """The bare tests: Kolmogorov-Smirnov and Wasserstein, or chi-squared of counted levels."""
    from scipy import stats

    for column in columns():
        first, second = then[column.name].dropna(), now[column.name].dropna()
        if column.kind is Kind.NUMBER:
            stats.ks_2samp(first, second, method="asymp")
            stats.wasserstein_distance(first, second)
        else:
            counts = pd.DataFrame({0: first.value_counts(), 1: second.value_counts()}).fillna(0)
            stats.chi2_contingency(counts.to_numpy().T, correction=False)


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


def tests() -> Iterator[Any]:
    """All columns with sizes, bins, gaps and new levels, against scipy's tests alone."""
    then, now = customers(0), customers(1, 0.02)
    ours = lambda: compared(columns(), then, now, Read(), silent)  # noqa: E731
    theirs = lambda: by_scipy(then, now)  # noqa: E731
    ours(), theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(TURNS)]
    mine, other = (median(each) for each in zip(*pairs, strict=True))
    yield figure("drift.columns", "value", mine, SECONDS_AT_MOST, rows=ROWS, columns=COLUMNS)
    ratio = median(a / b for a, b in pairs)
    yield figure("drift.columns.ratio", "ratio", ratio, 3.0, scipy=round(other, 2))


def whole() -> Iterator[Any]:
    """The forests that try to tell old rows from new ones."""
    then, now = customers(0), customers(1, 0.2)
    took = seconds(lambda: telling(columns(), then, now, 0, silent))
    yield figure("drift.telling", "value", took, TELLING_AT_MOST, rows=ROWS, columns=COLUMNS)


FIGURES = {"tests": tests, "whole": whole}


def main() -> int:
    """Print every figure, or those named on the command line; 1 where one misses its goal."""
    asked = sys.argv[1:] or list(FIGURES)
    return told(each for name in asked for each in FIGURES[name]())


if __name__ == "__main__":
    raise SystemExit(main())
