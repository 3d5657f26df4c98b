"""A split that flatters is seen: rows of one customer on both sides, the future in the past."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.models.family import Task
from core.progress import silent
from core.robust.ground import ground
from core.robust.splits import compared, ways
from core.schema import Column, Kind, Role, Schema
from core.train.spec import ModelSpec, Split, SplitKind

ROWS = 600
COLUMNS = (
    Column("who", Kind.TEXT, Role.GROUP),
    Column("day", Kind.DATE, Role.TIME, pattern="%Y-%m-%d"),
    Column("mark", Kind.NUMBER),
    Column("noise", Kind.NUMBER),
    Column("buys", Kind.BOOLEAN, Role.TARGET, ("no", "yes")),
)


def table() -> pd.DataFrame:
    """Each of 30 customers has a habit that nothing but their own mark tells."""
    draw = np.random.default_rng(0)
    who = draw.integers(0, 30, ROWS)
    habit = draw.random(30) < 0.5
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(draw.integers(0, 300, ROWS), "D")
    flipped = draw.random(ROWS) < 0.03
    return pd.DataFrame(
        {
            "who": who.astype(str),
            "day": days,
            "mark": draw.permutation(30)[who].astype(float),
            "noise": draw.normal(size=ROWS),
            "buys": np.where(habit[who] ^ flipped, "yes", "no"),
        }
    )


def spec(family: str = "forest") -> ModelSpec:
    features = tuple(c for c in COLUMNS if c.name in ("mark", "noise"))
    params = {"trees": 30} if family == "forest" else {}
    return ModelSpec("d" * 64, Task.BINARY, COLUMNS[-1], features, family, "yes", params)


def test_rows_of_one_customer_on_both_sides_flatter() -> None:
    among = (Split(), Split(SplitKind.GROUP, column="who"))
    random, grouped = compared(ground(table(), spec()), among, silent)
    assert random.score > 0.85
    assert grouped.score < 0.65
    assert random.error is not None


def test_the_future_in_the_past_flatters() -> None:
    """What goes with the answer turns round in the last fifth."""
    rows = table().sort_values("day").reset_index(drop=True)
    late = np.arange(ROWS) >= 0.8 * ROWS
    draw = np.random.default_rng(1)
    sign = np.where(late, -1, 1)
    y = draw.random(ROWS) < 0.5
    rows["buys"], rows["noise"] = np.where(y, "yes", "no"), sign * (2.0 * y - 1)
    rows["mark"] = np.where(late, 1.0, 0.0) * 100
    among = (Split(), Split(SplitKind.DATE, column="day"))
    random, dated = compared(ground(rows, spec("tree")), among, silent)
    assert random.score > dated.score + 0.1


def test_a_way_that_cannot_be_is_left_out() -> None:
    among = (Split(), Split(SplitKind.GROUP, column="who"))
    one = table().assign(who="all")
    found = compared(ground(one, spec("tree")), among, silent)
    assert [way.kind for way in found] == [SplitKind.SHARE]


def test_the_ways_of_a_table() -> None:
    found = [(w.kind, w.column) for w in ways(Schema(COLUMNS), "buys")]
    assert found == [(SplitKind.SHARE, ""), (SplitKind.GROUP, "who"), (SplitKind.DATE, "day")]
    bare = Schema(tuple(replace(c, role=Role.FEATURE) for c in COLUMNS[2:]))
    assert [w.kind for w in ways(bare, "buys")] == [SplitKind.SHARE, SplitKind.LAST]


@pytest.mark.parametrize("column", ["day", "who"])
def test_what_tells_who_is_held_out_is_not_learned_from(column: str) -> None:
    kind = SplitKind.DATE if column == "day" else SplitKind.GROUP
    wide = replace(spec("tree"), features=tuple(c for c in COLUMNS if c.name != "buys"))
    narrow = replace(wide, features=tuple(c for c in wide.features if c.name != column))
    split = (Split(kind, column=column),)
    one = compared(ground(table(), wide), split, silent)
    other = compared(ground(table(), narrow), split, silent)
    assert one[0].score == other[0].score
