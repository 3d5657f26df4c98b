"""Features of a log against the same by hand in SQL and pandas, their memory, growth, and counts.

Run as ``python -m bench.behaviour [--large]``. Every build is a process of its own; ours and SQL
by hand take turns, with the same engine and the same settings, and their processors' time is
compared, because it hardly depends on what else the machine does. All three give the same cells,
which is looked at first. ``--large`` builds from 100 million events too.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd

from bench import by_hand
from bench.figure import figure, spread, told
from core.behaviour.building import features_of, plan_of, without
from core.behaviour.built import How, typed
from core.behaviour.engines import MEMORY
from core.behaviour.features.feature import Plan
from core.behaviour.question import Asks, Question
from core.behaviour.recorded import COLUMNS, DAY, EVENTS, PULSE, Recorded, Story
from core.behaviour.timeline import counts, pulse
from core.data.engine import engine, identifier
from core.progress import silent

ROWS, CUSTOMERS, ROUNDS = 10_000_000, 200_000, 3
GROWING = (1_000_000, 3_000_000, 10_000_000, 30_000_000)
LARGE = 100_000_000
RATIO, OVER_PANDAS, FEATURES = 1.5, 5.0, 40
MEMORY_GOAL, LARGE_GOAL = 4.0, 8.0  # GB
GROWTH_GOAL = 1.25  # seconds an event, of three times as many against before
COUNTS_GOAL = 300  # milliseconds
GIGA = 1e9
BEGIN = 18262 * DAY  # 2020-01-01
WORDS = {
    "kind": "['view','view','view','view','view','view','view','add_to_cart','search','order']",
    "channel": "['web','app','store']",
}
Took = tuple[float, float, float]  # seconds of the processor, seconds by the clock, GB


def made(rows: int, folder: Path, customers: int = CUSTOMERS) -> Recorded:
    """A year of a shop, some of whose customers come far more often; by time, as recorded."""
    folder.mkdir()

    def chance(salt: int) -> str:
        return f"(hash(i, {salt}) % 1000003 / 1000003.0::DOUBLE)"

    columns = {
        "customer": f"format('c{{:09d}}', ({customers - 1} * pow({chance(1)}, 1.7))::INT)",
        "at": f"{BEGIN} + i * {365 * DAY // rows} + (hash(i) % {365 * DAY // rows})::BIGINT",
        "kind": f"{WORDS['kind']}[1 + (hash(i, 2) % 10)::INT]",
        "product": "'P' || (hash(i, 3) % 500)",
        "category": "'cat' || (hash(i, 3) % 12)",
        "channel": f"{WORDS['channel']}[1 + (hash(i, 4) % 3)::INT]",
        "price": "(5 + hash(i, 3) % 97)::DOUBLE",
    }
    cells = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    bought = {
        "buys": "kind = 'order'",
        "purchase": "'o' || i",
        "quantity": "(1 + hash(i, 5) % 3)::DOUBLE",
        "amount": "price * (1 + hash(i, 5) % 3)",
        "discount": f"CASE WHEN {chance(6)} < 0.3 THEN 0.1 ELSE 0.0 END::DOUBLE",
    }
    only = {n: f"CASE WHEN kind = 'order' THEN {sql} END" for n, sql in bought.items()}
    only["buys"] = bought["buys"]
    only |= {n: identifier(n) for n in columns}
    listed = ", ".join(
        f"CAST({only.get(n, 'NULL')} AS {of}) AS {identifier(n)}" for n, of in COLUMNS.items()
    )
    file = folder / EVENTS
    with duckdb.connect(config={"memory_limit": "3GB", "threads": 2}) as connection:
        connection.execute(
            f"COPY (SELECT {listed} FROM (SELECT i, {cells} FROM range({rows}) r(i)))"  # noqa: S608
            f" TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
        )
    return Recorded(folder, _story(rows, customers))


def _story(rows: int, customers: int) -> Story:
    kinds = tuple((kind, 1) for kind in (*by_hand.KINDS, "order"))
    tells = tuple(name for name in COLUMNS if name not in ("session", "rating"))
    channels = tuple((name, 1) for name in by_hand.CHANNELS)
    last = BEGIN + 365 * DAY - 1
    return Story(rows, customers, customers, BEGIN, last, kinds, ("order",), channels, (), tells)


def asked(story: Story) -> tuple[Question, Plan]:
    """The question, and the features that are written by hand too."""
    question = Question(Asks.BUY, ("2020-11-01",), by_hand.LOOKBACK // DAY, 0, 30)
    plan = plan_of(story, question)
    names = {feature.name for feature in features_of(plan)}
    assert set(by_hand.FEATURES) <= names
    return question, without(plan, tuple(names - set(by_hand.FEATURES)))


def ours(recorded: Recorded, out: Path) -> None:
    typed(recorded, asked(recorded.story), out, How(), silent)


def in_sql(recorded: Recorded, out: Path) -> None:
    """By hand, with our engine's settings."""
    with engine(out.parent) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false")
        sql = by_hand.sql(recorded.events)
        connection.execute(f"COPY ({sql}) TO '{out}' (FORMAT parquet)")


def in_pandas(recorded: Recorded, out: Path) -> None:
    by_hand.with_pandas(recorded.events).reset_index(names="customer").to_parquet(out)


Way = Callable[[Recorded, Path], None]


def _timed(way: Way, recorded: Recorded, out: Path, tell: Connection) -> None:
    clock, cpu = time.perf_counter(), time.process_time()
    way(recorded, out)
    took = time.process_time() - cpu, time.perf_counter() - clock
    tell.send((*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIGA))


def apart(way: Way, recorded: Recorded, out: Path) -> Took:
    """What a way takes in a process of its own."""
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_timed, args=(way, recorded, out, theirs))
    process.start()
    theirs.close()
    found: Took = mine.recv()
    process.join()
    return found


def unequal(one: Path, other: Path) -> int:
    """How many cells of two tables differ."""
    tables = [pd.read_parquet(f).sort_values("customer", ignore_index=True) for f in (one, other)]
    assert len(tables[0]) == len(tables[1])
    same = (tables[0]["label"] == tables[1]["label"]).sum()
    cells = [t[list(by_hand.FEATURES)].to_numpy("float64") for t in tables]
    near = np.isclose(*cells, rtol=1e-9, atol=1e-9, equal_nan=True)
    return int((~near).sum() + len(tables[0]) - same)


def compared(recorded: Recorded, folder: Path) -> Iterator[dict[str, object]]:
    """Ours against SQL by hand, in turns, and against pandas once."""
    files = {way: folder / f"{way.__name__}.parquet" for way in (ours, in_sql, in_pandas)}
    pairs = [(apart(in_sql, recorded, files[in_sql]), apart(ours, recorded, files[ours]))
             for _ in range(ROUNDS)]  # fmt: skip
    differ = unequal(files[ours], files[in_sql])
    facts = {"rows": recorded.story.rows, "features": len(by_hand.FEATURES), "rounds": ROUNDS}
    yield figure("behaviour.unequal", "value", differ, 0, **facts)
    by_cpu, by_clock = (median(o[at] / s[at] for s, o in pairs) for at in (0, 1))
    facts |= {"cpu_seconds": round(median(o[0] for _, o in pairs), 1),
              "sql_cpu_seconds": round(median(s[0] for s, _ in pairs), 1),
              "clock_ratio": round(by_clock, 2)}  # fmt: skip
    yield figure("behaviour.ratio_to_sql", "ratio", by_cpu, RATIO, **facts)
    most = max(o[2] for _, o in pairs)
    yield figure("behaviour.memory_gb", "value", most, MEMORY_GOAL, rows=recorded.story.rows,
                 sql_gb=round(max(s[2] for s, _ in pairs), 2))  # fmt: skip
    cpu, clock, memory = apart(in_pandas, recorded, files[in_pandas])
    fastest = min(o[1] for _, o in pairs)
    facts = {"pandas_seconds": round(clock, 1), "seconds": round(fastest, 1),
             "times_faster": round(clock / fastest, 1), "pandas_cpu_seconds": round(cpu, 1),
             "pandas_gb": round(memory, 1)}  # fmt: skip
    facts["unequal"] = unequal(files[ours], files[in_pandas])
    yield figure("behaviour.ratio_to_pandas", "ratio", fastest / clock, 1 / OVER_PANDAS, **facts)


def growth(folder: Path) -> Iterator[dict[str, object]]:
    """Processor's time an event, as the log grows."""
    before = 0.0
    for rows in GROWING:
        place = folder / f"growing-{rows}"
        recorded = made(rows, place, CUSTOMERS * rows // ROWS)
        cpu, clock, memory = apart(ours, recorded, folder / "growing.parquet")
        each = cpu / rows
        facts = {"rows": rows, "cpu_seconds": round(cpu, 1), "seconds": round(clock, 1),
                 "gb": round(memory, 2)}  # fmt: skip
        yield figure("behaviour.growth", "ratio", each / (before or each), GROWTH_GOAL, **facts)
        before = each
        recorded.events.unlink()


def moved(recorded: Recorded) -> Iterator[dict[str, object]]:
    """Counting anew when the cutoff moves, from the days on which customers came."""
    file = recorded.pulse
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f'COPY (SELECT ("at" // {DAY})::INT AS day, substr(customer, 2)::INT AS number,'  # noqa: S608
            f" bool_or(buys) AS bought FROM '{recorded.events}' GROUP BY ALL ORDER BY day, number)"
            f" TO '{file}' (FORMAT parquet)"
        )
    known = pulse(recorded.folder / PULSE)
    times = []
    for day in range(30):
        question = Question(Asks.BUY, (f"2020-10-{day + 1:02}",), 180)
        begun = time.perf_counter()
        counts(known, question)
        times.append(1000 * (time.perf_counter() - begun))
    yield figure("behaviour.counts_ms", "value", spread(times)["p95"], COUNTS_GOAL,
                 rows=recorded.story.rows, days=len(known.day), **spread(times))  # fmt: skip


def large(folder: Path) -> Iterator[dict[str, object]]:
    """A hundred million events."""
    recorded = made(LARGE, folder / "large", CUSTOMERS * 10)
    cpu, clock, memory = apart(ours, recorded, folder / "large.parquet")
    facts = {"rows": LARGE, "customers": CUSTOMERS * 10, "seconds": round(clock),
             "cpu_seconds": round(cpu), "bytes": recorded.events.stat().st_size}  # fmt: skip
    yield figure("behaviour.large_gb", "value", memory, LARGE_GOAL, **facts)


def figures(and_large: bool) -> Iterator[dict[str, object]]:
    """All of them; what was made for them goes afterwards."""
    assert len(by_hand.FEATURES) >= FEATURES
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        folder = Path(aside)
        recorded = made(ROWS, folder / "log")
        yield from compared(recorded, folder)
        yield from moved(recorded)
        recorded.events.unlink()
        yield from growth(folder)
        if and_large:
            yield from large(folder)


if __name__ == "__main__":
    raise SystemExit(told(figures("--large" in sys.argv)))
