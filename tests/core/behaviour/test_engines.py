"""DuckDB and Spark give the same table of the same log, cell by cell."""

from __future__ import annotations

import builtins
import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import psutil
import pytest

from core.behaviour.building import features_of, plan_of, without
from core.behaviour.built import How, typed
from core.behaviour.engines import DUCKDB, opened
from core.behaviour.features.feature import Plan, chosen, groups
from core.behaviour.labels import LABEL
from core.behaviour.question import OF_MOMENTS, Asks, Eligible, Question, millis
from core.behaviour.recorded import COLUMNS, DAY, Recorded
from core.data.engine import literal
from core.errors import BadEngine, SparkMissing, SparkUnreachable
from core.progress import Cancelled, silent
from tests.core.behaviour.logs import shop, write

LOCAL = "local[2]"
SAME = 1e-9
CUTOFFS = ("2025-06-01", "2025-07-15T12:30:00")
ATTRIBUTES = (("age", "number"), ("plan", "category"))
OWN = (("days_promised", "number"), ("title", "category"))
SORTS = ("review", "order", "contact", "session")
# sockets that Spark leaves to be collected
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What Spark leaves is collected here, and not in another test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """A log with all that a log may hold: gaps in every column, events of one instant, returns."""
    folder, chance = tmp_path_factory.mktemp("log"), np.random.default_rng(3)
    log = shop(150, seed=3)
    rows = len(log)

    def some(values: list[Any]) -> pd.Series:
        return pd.Series(chance.choice(np.array(values, dtype=object), rows))

    log["product"] = some([f"p{n}" for n in range(9)] + [None])
    log["channel"] = some(["web", "The App", None])
    log["category"] = log["category"].where(chance.random(rows) > 0.1)
    log["session"] = log["session"].where(chance.random(rows) > 0.3)
    log["price"], log["discount"] = some([5.5, 7.25, None]), some([0.0, 0.1, None])
    log["rating"] = some([1.0, 5.0, None, None])
    log["amount"] = log["amount"].where(chance.random(rows) > 0.1)
    log.loc[chance.random(rows) < 0.02, ["kind", "buys", "purchase"]] = ["return", False, None]
    again = log.sample(frac=0.2, random_state=3)  # at the very same instant
    found = write(folder, pd.concat([log, again]))
    people = sorted(log["customer"].unique())
    _customers(found, people[: len(people) - 20], chance)
    _moments(found, people, chance)
    story = replace(
        found.story, attributes=ATTRIBUTES, dates=("joined",), own=OWN, sorts=tuple(sorted(SORTS))
    )
    return replace(found, story=story)


def _customers(found: Recorded, people: list[str], chance: np.random.Generator) -> None:
    begin, count = millis("2025-01-01"), len(people) + 5
    table = pd.DataFrame({"customer": [*people, *(f"new {n}" for n in range(5))]})
    known = pd.Series(begin + chance.integers(0, 300, count) * DAY)
    table["known_at"] = known.where(chance.random(count) > 0.1).astype("Int64")
    table["age"] = pd.Series(chance.normal(40, 9, count)).where(chance.random(count) > 0.1)
    table["plan"] = chance.choice(np.array(["basic", "pro", None], dtype=object), count)
    table["joined"] = known.where(chance.random(count) > 0.2).astype("Int64")
    _kept(table, found.customers)


def _moments(found: Recorded, people: list[str], chance: np.random.Generator) -> None:
    count = 400
    table = pd.DataFrame({"moment": range(count), "customer": chance.choice(people, count)})
    table["cutoff"] = millis("2025-03-01") + chance.integers(0, 200 * 24, count) * (DAY // 24)
    table["sort"] = [SORTS[n % 4] for n in range(count)]
    table["label"] = chance.choice(np.array(["1", "5", None], dtype=object), count)
    table["own_days_promised"] = chance.normal(9, 3, count)
    table["own_title"] = chance.choice(np.array(["good", None], dtype=object), count)
    _kept(pd.concat([table, table.iloc[:8].assign(moment=range(count, count + 8))]), found.moments)


def _kept(table: pd.DataFrame, file: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.execute(f"COPY given TO {literal(str(file))} (FORMAT parquet)")


@dataclass(frozen=True)
class Both:
    """The same table by DuckDB and by Spark, rows in one order."""

    duckdb: pd.DataFrame
    spark: pd.DataFrame

    @property
    def unequal(self) -> dict[str, int]:
        """Cells that differ, by column."""
        names = self.duckdb.columns
        found = {name: _unequal(self.duckdb[name], self.spark[name]) for name in names}
        return {name: count for name, count in found.items() if count}


def _unequal(one: pd.Series, other: pd.Series) -> int:
    if pd.api.types.is_float_dtype(one):
        near = np.isclose(one, other, rtol=SAME, atol=SAME, equal_nan=True)
        return int((~near).sum())
    return int(((one != other) & ~(one.isna() & other.isna())).sum())


def both(recorded: Recorded, asked: tuple[Question, Plan], folder: Path) -> Both:
    tables = []
    for url in (DUCKDB, LOCAL):
        file = folder / f"{url}.parquet"
        typed(recorded, asked, file, How(url), silent)
        with duckdb.connect() as connection:
            rows = connection.execute("SELECT * FROM read_parquet(?)", [str(file)]).df()
        order = [name for name in ("moment", "customer", "cutoff") if name in rows]
        tables.append(rows.sort_values(order, ignore_index=True))
    one, other = tables
    assert list(one.columns) == list(other.columns)
    assert len(one) == len(other) > 0
    assert list(map(str, one.dtypes)) == list(map(str, other.dtypes))
    return Both(one, other)


def bare(recorded: Recorded, question: Question) -> Plan:
    """A plan of no features."""
    plan = plan_of(recorded.story, question)
    return without(plan, tuple(feature.name for feature in features_of(plan)))


def test_every_feature_at_several_cutoffs(
    recorded: Recorded, spark: object, tmp_path: Path
) -> None:
    question = Question(Asks.BUY, CUTOFFS, 150, 3, 20, Eligible.KNOWN)
    plan = plan_of(recorded.story, question)
    assert {group.key for group, _ in chosen(plan)} == set(groups())
    found = both(recorded, (question, plan), tmp_path)
    names = [feature.name for feature in features_of(plan)]
    assert len(names) > 80
    assert set(names) <= set(found.duckdb.columns)
    assert not [name for name in names if not found.duckdb[name].notna().any()]
    assert found.unequal == {}


def test_every_feature_at_moments(recorded: Recorded, spark: object, tmp_path: Path) -> None:
    question = Question(Asks.RATE, (), 120)
    plan = plan_of(recorded.story, question)
    found = both(recorded, (question, plan), tmp_path)
    assert {"moment", "own_days_promised", "own_title"} <= set(found.duckdb.columns)
    assert found.unequal == {}


@pytest.mark.parametrize("asks", sorted(set(Asks) - {Asks.BUY, Asks.RATE}))
def test_every_answer(asks: Asks, recorded: Recorded, spark: object, tmp_path: Path) -> None:
    cutoffs = () if asks in OF_MOMENTS else CUTOFFS
    eligible = Eligible.BUYERS if asks is Asks.LEAVE else Eligible.ACTIVE
    question = Question(asks, cutoffs, 90, 1, 25, eligible)
    found = both(recorded, (question, bare(recorded, question)), tmp_path)
    assert found.duckdb[LABEL].nunique() > 1
    assert found.unequal == {}


def test_l06_spark_on_this_machine_listens_to_nobody_else(spark: Any) -> None:
    java = psutil.Process(spark.sparkContext._gateway.proc.pid)
    java = next((p for p in [java, *java.children(True)] if "java" in p.name()), java)
    listening = [c.laddr for c in java.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert listening
    assert {at.ip.removeprefix("::ffff:") for at in listening} <= {"127.0.0.1", "::1"}
    assert 4040 not in {at.port for at in listening}


def test_l06_spark_on_this_machine_knows_whom_it_talks_to_and_spills_in_cipher(spark: Any) -> None:
    found = dict(spark.sparkContext.getConf().getAll())
    secured = ("spark.authenticate", "spark.io.encryption.enabled", "spark.network.crypto.enabled")
    assert [found[name] for name in secured] == ["true"] * 3
    assert found["spark.ui.enabled"] == "false"
    assert spark.sparkContext.uiWebUrl is None


def test_a_stop_stops(recorded: Recorded, spark: Any, tmp_path: Path) -> None:
    question = Question(Asks.COUNT, CUTOFFS, 150)
    asked = (question, bare(recorded, question))

    def stop(share: float, stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        typed(recorded, asked, tmp_path / "typed.parquet", How(LOCAL), stop)
    assert list(tmp_path.iterdir()) == []
    assert spark.range(3).count() == 3  # the session goes on


@pytest.fixture
def no_spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    real = builtins.__import__

    def missing(name: str, *others: Any, **more: Any) -> Any:
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *others, **more)

    with monkeypatch.context() as patch:
        patch.setattr(builtins, "__import__", missing)
        yield


def test_spark_that_is_not_installed(no_spark: None, tmp_path: Path) -> None:
    with pytest.raises(SparkMissing), opened(LOCAL, tmp_path):
        pass


@pytest.mark.parametrize("url", ["spark://127.0.0.1:1", "sc://127.0.0.1:1", "spark://:x", "k8s://"])
def test_spark_that_nobody_runs(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setattr("core.behaviour.spark._known", lambda: None)
    begun = time.monotonic()
    with pytest.raises(SparkUnreachable) as fault, opened(url, tmp_path):
        pass
    assert time.monotonic() - begun < 10
    assert fault.value.engine == url
    assert fault.value.reason


def test_an_engine_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadEngine) as fault, opened("postgres", tmp_path):
        pass
    assert "duckdb" in fault.value.known


def test_the_log_has_every_column(recorded: Recorded) -> None:
    assert set(recorded.story.tells) == set(COLUMNS)
