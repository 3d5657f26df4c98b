"""What follows what, one customer's life, and a question's windows over the log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.behaviour.pictures.few import without_few
from core.behaviour.pictures.life import customers_like, life, some_buyer
from core.behaviour.pictures.transitions import Between, transitions
from core.behaviour.pictures.windows import Window, volume, windows
from core.behaviour.question import Asks, Question, millis
from core.behaviour.recorded import DAY, Recorded
from tests.core.behaviour.logs import event, write

ASKED = Question(Asks.BUY, ("2025-06-01", "2025-08-01"), lookback=120, gap=5, outcome=30)


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("between", list(Between))
def test_transitions_are_what_pandas_counts(
    log: pd.DataFrame, recorded: Recorded, between: Between, stays: bool
) -> None:
    word = "kind" if between is Between.KINDS else "category"
    steps = log if between is Between.KINDS else log[log["buys"]]
    steps = steps.sort_values(["customer", "at", word])
    pairs = steps.assign(next=steps.groupby("customer")[word].shift(-1)).dropna(subset="next")
    pairs = pairs if stays else pairs[pairs["next"] != pairs[word]]
    expected = Counter(zip(pairs[word], pairs["next"], strict=True))
    found = transitions(recorded, between, stays=stays)
    cells = {
        (one, other): int(found.counts[i, j])
        for i, one in enumerate(found.words)
        for j, other in enumerate(found.words)
        if found.counts[i, j]
    }
    assert cells == expected
    people = pairs.groupby([word, "next"])["customer"].nunique()
    for (one, other), count in people.items():
        assert found.people[found.words.index(one), found.words.index(other)] == count
    assert found.customers == pairs["customer"].nunique()
    assert found.others == 0


def test_rarer_words_are_one(tmp_path: Path) -> None:
    rows = [event("a", f"2025-01-{day:02d}", f"k{day % 10}") for day in range(1, 31)]
    rows += [event("b", f"2025-02-{day:02d}", f"k{day % 2}") for day in range(1, 11)]
    found = transitions(write(tmp_path, rows), Between.KINDS)
    assert found.words[:2] == ("k0", "k1")
    assert (len(found.words), found.others) == (8, 2)
    assert found.counts.shape == (9, 9)
    assert found.counts.sum() == 29 + 9
    assert found.counts[8, 8] == 3  # from k8 to k9


def test_a_purchase_counts_for_what_most_was_paid_for(tmp_path: Path) -> None:
    rows = [
        event("a", "2025-01-01", category="toys", amount=5.0),
        event("a", "2025-01-01", category="toys", amount=5.0),
        event("a", "2025-01-01", category="books", amount=9.0),
        event("a", "2025-01-02", category="sports", amount=1.0),
        event("a", "2025-01-03", category=None, amount=1.0),
    ]
    found = transitions(write(tmp_path, rows), Between.CATEGORIES)
    assert found.words == ("sports", "toys")
    assert found.counts.tolist() == [[0, 0], [1, 0]]


def test_steps_of_few_are_hidden(recorded: Recorded) -> None:
    whole = transitions(recorded, Between.CATEGORIES)
    found = without_few(whole, 20)
    small = (whole.people > 0) & (whole.people < 20)
    assert found.hidden >= small.sum() > 0
    assert (found.counts[small] == 0).all()


def test_a_life_is_the_latest_events_of_one(log: pd.DataFrame, recorded: Recorded) -> None:
    own = log[log["customer"] == "c0007"].sort_values("at")
    found = life(recorded, "c0007", ASKED, most=20)
    assert [each.at for each in found.happenings] == own["at"].tolist()[-20:]
    assert [each.kind for each in found.happenings] == own["kind"].tolist()[-20:]
    assert (found.all, found.bought) == (len(own), own["buys"].sum())
    cutoff = millis("2025-08-01")
    assert found.window == Window(cutoff, cutoff - 120 * DAY, cutoff + 5 * DAY, cutoff + 35 * DAY)
    nobody = life(recorded, "'; DROP TABLE x; --")
    assert (nobody.happenings, nobody.all, nobody.window) == ((), 0, None)


def test_lines_of_one_purchase_are_one(tmp_path: Path) -> None:
    rows = [event("a", "2025-01-01", product=p) for p in ("x", "y")] + [event("a", "2025-01-02")]
    assert life(write(tmp_path, rows), "a").bought == 2


def test_customers_are_found(log: pd.DataFrame, recorded: Recorded) -> None:
    assert customers_like(recorded, "C001") == tuple(f"c{n:04d}" for n in range(10, 20))
    assert customers_like(recorded, "%") == ()
    often = log[log["buys"]]["customer"].value_counts()
    chosen = {some_buyer(recorded, seed) for seed in range(8)}
    assert len(chosen) > 3
    assert all(often[each] > 1 for each in chosen)
    assert some_buyer(recorded, 3) == some_buyer(recorded, 3)


def test_volume_and_windows(log: pd.DataFrame, recorded: Recorded) -> None:
    found = windows(recorded, volume(recorded), ASKED)
    assert found.volume.days.tolist() == sorted(log["day"].unique())
    assert found.volume.events.tolist() == log.groupby("day").size().tolist()
    bought = log[log["buys"]].groupby("day")["purchase"].nunique()
    expected = bought.reindex(found.volume.days, fill_value=0)
    np.testing.assert_array_equal(found.volume.purchases, expected)
    newest = found.newest
    assert newest is not None
    assert newest.cutoff == millis("2025-08-01")
    inside = log[(log["at"] >= newest.since) & (log["at"] < newest.cutoff)]
    assert found.volume.between(newest.since, newest.cutoff) == (
        len(inside), inside.loc[inside["buys"], "purchase"].nunique()
    )  # fmt: skip
    assert windows(recorded, found.volume).windows == ()
    assert windows(recorded, found.volume, Question(Asks.RATE)).newest is None
