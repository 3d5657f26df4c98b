"""What pytabkit's networks are given in place of gaps, and the rows that they stop by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.accuracy.peers.exchange import BINARY, Given
from bench.accuracy.peers.networks import GAP, aside, whole

LEARN = pd.DataFrame(
    {
        "gappy": [1.0, np.nan, 3.0, 8.0],
        "full": [1.0, 2.0, 3.0, 4.0],
        "word": pd.Categorical(["a", None, "b", "a"], ["a", "b", "c"]),
    }
)
NEW = LEARN.assign(full=[np.nan, 9.0, 9.0, 9.0], word=LEARN["word"].cat.set_categories(["a", "c"]))


def test_gaps_are_filled_by_what_the_rows_to_learn_from_tell() -> None:
    known, new = whole(LEARN, LEARN), whole(NEW, LEARN)
    assert list(known) == list(new) == ["gappy", f"gappy {GAP}", "full", "word"]
    assert known["gappy"].tolist() == new["gappy"].tolist() == [1.0, 3.0, 3.0, 8.0]
    assert known[f"gappy {GAP}"].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert new["full"].tolist() == [2.5, 9.0, 9.0, 9.0]
    assert known["word"].tolist() == ["a", GAP, "b", "a"]
    assert LEARN["word"].isna().sum() == 1  # what was given is as it was


def test_a_fifth_of_the_groups_is_set_aside() -> None:
    groups = np.repeat(np.arange(20), 3)
    table = pd.DataFrame({"x": np.arange(60.0)})
    told = Given(BINARY, table, np.arange(60) % 2, table, groups, 0.0, 3)
    places = aside(told)
    assert len(places) == 12
    assert not set(groups[places]) & set(np.delete(groups, places))
