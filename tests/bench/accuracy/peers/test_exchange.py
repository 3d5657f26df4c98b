"""What a peer is given and says comes through files as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.accuracy.peers.exchange import BINARY, MULTICLASS, Given, chances, give, given, said, say

LEARN = pd.DataFrame(
    {
        "amount": [1.5, np.nan, -1e300, 0.1 + 0.2],
        "a/b: ö": pd.Categorical(["x", None, "Łódź", "x"], ["Łódź", "never", "x"]),
        "whole": [1, 2, 3, 4],
        "is": [True, False, True, True],
    }
)
GIVEN = Given(
    MULTICLASS, LEARN, np.array([2, 0, 1, 0]), LEARN.iloc[[2]].reset_index(drop=True),
    np.array([0, 0, 1, 2]), 120.5, 7,
)  # fmt: skip


def test_tables_come_as_they_were_given(tmp_path: Path) -> None:
    give(tmp_path, GIVEN)
    found = given(tmp_path)
    for side in ("learn", "judge"):
        wanted = getattr(GIVEN, side).astype({"whole": "float64", "is": "float64"})
        pd.testing.assert_frame_equal(getattr(found, side), wanted, check_categorical=True)
    assert (found.task, found.seconds, found.seed) == (MULTICLASS, 120.5, 7)
    assert found.y.tolist() == [2, 0, 1, 0]
    assert found.groups.tolist() == [0, 0, 1, 2]
    assert found.is_grouped
    assert not replace(GIVEN, groups=np.arange(4)).is_grouped


@pytest.mark.parametrize("scores", [np.array([0.25, 1 / 3]), np.array([[0.2, 0.8], [1.0, 0.0]])])
def test_what_is_said_comes_back(tmp_path: Path, scores: np.ndarray) -> None:
    say(tmp_path, scores)
    assert np.array_equal(said(tmp_path), scores)


def test_of_two_classes_the_second_is_told() -> None:
    shares = np.array([[0.3, 0.7], [0.9, 0.1]])
    assert chances(BINARY, shares).tolist() == [0.7, 0.1]
    assert chances(MULTICLASS, shares) is shares
