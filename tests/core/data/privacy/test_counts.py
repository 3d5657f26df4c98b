"""Figures of few people are hidden, and cannot be worked out from the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.privacy.counts import K, suppressed


def groups(*counts: int) -> pd.DataFrame:
    names = [f"g{i}" for i in range(len(counts))]
    return pd.DataFrame(
        {"group": names, "customers": counts, "rate": np.linspace(0, 1, len(counts))}
    )


def test_small_groups_lose_their_figures() -> None:
    given = groups(100, 9, 3, 10)
    shown, hidden = suppressed(given, "customers")
    assert hidden == 2
    assert shown["customers"].isna().tolist() == [False, True, True, False]
    assert shown["rate"].isna().tolist() == [False, True, True, False]
    assert shown["group"].tolist() == ["g0", "g1", "g2", "g3"]
    assert given["customers"].tolist() == [100, 9, 3, 10]


def test_a_single_gap_takes_the_next_smallest_with_it() -> None:
    shown, hidden = suppressed(groups(100, 9, 40), "customers")
    assert hidden == 2
    assert shown["customers"].isna().tolist() == [False, True, True]


def test_nobody_tells_nothing_of_anybody() -> None:
    shown, hidden = suppressed(groups(0, 50, K), "customers")
    assert hidden == 0
    assert shown["customers"].tolist() == [0, 50, 10]


def test_another_k_and_columns_that_stay() -> None:
    shown, hidden = suppressed(groups(4, 3, 90), "customers", k=4, keep=["rate"])
    assert hidden == 2
    assert shown["rate"].notna().all()
