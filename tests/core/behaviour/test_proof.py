"""A log cut at the cutoff gives the same features; what looks ahead is caught."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import ibis.expr.types as ir
import pandas as pd
import pytest

from core.behaviour import past
from core.behaviour.building import plan_of
from core.behaviour.built import How, typed
from core.behaviour.proof import prove
from core.behaviour.question import Asks, Question, millis
from core.behaviour.recorded import Recorded
from core.progress import silent
from core.schema import Kind
from tests.core.behaviour.logs import shop, write

QUESTION = Question(Asks.BUY, ("2025-06-01", "2025-08-01"), lookback=120, outcome=30)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return write(tmp_path_factory.mktemp("proof") / "log", shop(40, seed=2))


def test_nothing_of_after_the_cutoff_is_known(recorded: Recorded, tmp_path: Path) -> None:
    plan = plan_of(recorded.story, QUESTION)
    found = prove(recorded, (QUESTION, plan), tmp_path, silent)
    assert found.holds
    assert found.equal == found.cells > 3_000
    assert found.cutoffs == QUESTION.cutoffs


def test_a_feature_that_looks_ahead_is_caught(
    recorded: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the longest a customer has been known counts what is still to come."""
    real = past.at_cutoffs

    def peeking(events: ir.Table, cutoffs: tuple[int, ...], lookback: int) -> past.Past:
        found = real(events, cutoffs, lookback)
        later = events.group_by("customer").agg(longest=events["at"].max())
        whole = found.whole.join(later, "customer")
        ahead = whole.mutate(before=whole.before + whole.longest % 7)
        return past.Past(found.events, ahead.drop("longest"))

    monkeypatch.setattr("core.behaviour.building.at_cutoffs", peeking)
    plan = plan_of(recorded.story, QUESTION)
    found = prove(recorded, (QUESTION, plan), tmp_path, silent)
    assert not found.holds
    assert {name for name, _ in found.differ} == {
        "days_since_first_event", "days_since_first_purchase",
    }  # fmt: skip


def customers(recorded: Recorded, into: Path, columns: pd.DataFrame) -> Recorded:
    """The same history with a table of customers."""
    into.mkdir()
    (into / "events.parquet").symlink_to(recorded.events)
    file = into / "customers.parquet"
    with duckdb.connect() as connection:
        connection.register("known", columns)
        connection.execute(f"COPY (FROM known) TO '{file}' (FORMAT parquet)")
    names = [name for name in columns if name not in ("customer", "known_at", "last_seen")]
    told = replace(
        recorded.story,
        attributes=tuple((name, Kind.NUMBER.value) for name in names),
        dates=("last_seen",) if "last_seen" in columns else (),
    )
    return Recorded(into, told)


def test_a_column_of_customers_that_was_written_later_is_caught(
    recorded: Recorded, tmp_path: Path
) -> None:
    events = pd.read_parquet(recorded.events)
    by_customer = events.groupby("customer")
    table = pd.DataFrame({
        "known_at": by_customer["at"].min(),
        "orders": by_customer["purchase"].nunique().astype(float),  # to the end of the log
        "age": by_customer["at"].count().rank() % 50 + 20.0,
        "last_seen": by_customer["at"].max(),
    }).reset_index()  # fmt: skip
    history = customers(recorded, tmp_path / "later", table)
    plan = plan_of(history.story, QUESTION)
    found = prove(history, (QUESTION, plan), tmp_path, silent)
    assert found.equal == found.cells  # nothing is told by when: the cut cannot show it
    assert {(name, what) for name, what, _ in found.future} == {
        ("orders", "purchases"), ("last_seen", "last_event"),
    }  # fmt: skip
    assert all(share >= 0.9 for *_, share in found.future)
    assert not found.holds


def test_figures_of_the_cutoff_are_no_future(recorded: Recorded, tmp_path: Path) -> None:
    events = pd.read_parquet(recorded.events)
    earlier = events[events["at"] < millis(QUESTION.cutoffs[0])].groupby("customer")
    table = pd.DataFrame({"orders": earlier["purchase"].nunique().astype(float)}).reset_index()
    table["known_at"] = None
    table["known_at"] = table["known_at"].astype("Int64")
    history = customers(recorded, tmp_path / "before", table)
    plan = plan_of(history.story, QUESTION)
    assert prove(history, (QUESTION, plan), tmp_path, silent).future == ()


def test_a_column_of_customers_may_be_called_anything(recorded: Recorded, tmp_path: Path) -> None:
    events = pd.read_parquet(recorded.events)
    table = pd.DataFrame({"customer": sorted(events["customer"].unique())})
    table["hand_right"] = range(len(table))
    table["known_at"] = 0
    history = customers(recorded, tmp_path / "named", table)
    file = tmp_path / "typed.parquet"
    asked = (QUESTION, plan_of(history.story, QUESTION))
    typed(history, asked, file, How(answers=False), silent)
    built = pd.read_parquet(file).merge(table, on="customer")
    assert (built["hand_right_x"] == built["hand_right_y"]).all()
