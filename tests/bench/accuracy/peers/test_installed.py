"""A peer in another process sees a fold's rows without the answers that it is judged by."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.accuracy.peers.exchange import GIVEN, give
from bench.accuracy.peers.installed import PEERS, Peer, asked_of, told
from bench.accuracy.sets import Asked
from core.models.family import Task
from tests.bench.accuracy.conftest import TABLE

HERE = Path(sys.prefix)
MODULE = "tests.bench.accuracy.peers.by_city"


def test_a_peer_answers_for_the_rows_of_every_fold(grouped: Asked) -> None:
    peer = Peer(MODULE, "share", (), "")
    bought = (TABLE["bought"] == "yes").astype(float)
    for learn, judge in grouped.folds:
        known, new = TABLE.iloc[learn], TABLE.iloc[judge]
        shares = bought[learn].groupby(known["city"]).mean()
        amount = (new["amount"] - known["amount"].median()).fillna(0.0)
        wanted = new["city"].map(shares).fillna(bought[learn].mean()) + amount / 1000
        said = asked_of(peer, HERE, grouped, (learn, judge), 1000.0)
        np.testing.assert_allclose(said, wanted, rtol=1e-12)


def test_a_peer_that_fails_says_why(apart: Asked) -> None:
    with pytest.raises(RuntimeError, match="96 rows are not for me"):
        asked_of(Peer(MODULE, "fails", (), ""), HERE, apart, apart.folds[0])


def test_answers_of_rows_to_judge_and_their_groups_are_not_told(
    grouped: Asked, apart: Asked, tmp_path: Path
) -> None:
    learn, judge = grouped.folds[1]
    given = told(grouped, (learn, judge), 5.0)
    assert given.task == Task.BINARY
    assert list(given.learn) == list(given.judge) == ["amount", "city"]
    assert (len(given.y), len(given.groups)) == (len(learn), len(learn))
    assert np.array_equal(given.y, grouped.y[learn])
    together = pd.DataFrame({"told": given.groups, "is": TABLE["household"].iloc[learn].to_numpy()})
    assert len(together.drop_duplicates()) == together["is"].nunique() == together["told"].nunique()
    assert given.is_grouped
    assert not told(apart, apart.folds[0], 5.0).is_grouped
    give(tmp_path, given)
    with np.load(tmp_path / GIVEN) as found:
        lengths = {name: len(found[name]) for name in found if found[name].ndim}
    assert {name for name, rows in lengths.items() if rows == len(judge)} == {
        "judge_0", "judge_codes_1",
    }  # fmt: skip


def test_every_peer_is_a_module_that_needs_nothing_of_the_app() -> None:
    for peer in PEERS.values():
        source = Path(f"{peer.module.replace('.', '/')}.py").read_text("utf-8")
        assert "from core" not in source
        assert all("==" in package for package in peer.packages)
