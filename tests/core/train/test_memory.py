"""What a training takes is told before it begins; where it is not there, the numbers are."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import TrainingTooLarge
from core.models.family import Task, families
from core.schema import Column, Kind, Role
from core.text.phrases import phrases
from core.train.memory import needed, refuse_too_large
from core.train.spec import ModelSpec

ROOT = Path(__file__).resolve().parents[3]
ROWS, COLUMNS = 20_000, 120
NUMBERS = tuple(Column(f"x{place}", Kind.NUMBER) for place in range(COLUMNS))
LEVELS = Column("c", Kind.CATEGORY, levels=tuple(f"l{place}" for place in range(100)))
TARGET = Column("y", Kind.BOOLEAN, Role.TARGET, ("no", "yes"))
SPEC = ModelSpec("0" * 16, Task.BINARY, TARGET, NUMBERS, "linear", "yes")
SCRIPT = """
import sys
import numpy as np
import pandas as pd
import msgspec
from core.progress import silent
from core.train.spec import ModelSpec
from core.train.training import train
spec, rows = msgspec.json.decode(sys.argv[1], type=ModelSpec), int(sys.argv[2])
chance = np.random.default_rng(0)
table = pd.DataFrame({c.name: chance.normal(size=rows) for c in spec.features})
table["y"] = np.where(table["x0"] + chance.normal(size=rows) > 0, "yes", "no")
train(table, spec, silent)
# ru_maxrss would count what the process that started this one held
height = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(height[0].split()[1]) * 1024)
"""


def test_an_estimate_by_hand() -> None:
    # 3 times 120 numbers and a text, and twice a matrix of 240 columns
    assert needed(SPEC, ROWS) == 3e8 + ROWS * (3 * (120 * 8 + 40) + 2 * 4 * 240)
    wide = replace(SPEC, features=(*NUMBERS, LEVELS))
    assert needed(wide, ROWS) - needed(SPEC, ROWS) == ROWS * (3 * 40 + 2 * 4 * 63)
    forest = replace(wide, family="forest", params={"trees": 50})
    # a column of codes each, and 40 bytes a row and tree
    assert needed(forest, ROWS) == 3e8 + ROWS * (3 * 1040 + 2 * 4 * 121 + 50 * 40)


def test_a_text_takes_room_while_it_is_read_and_few_cells() -> None:
    written = replace(SPEC, features=(*NUMBERS, Column("said", Kind.TEXT)))
    assert needed(written, ROWS) - needed(SPEC, ROWS) == ROWS * (3 * 600 + 2 * 4 * 18)


def test_no_more_rows_are_counted_than_are_used() -> None:
    assert needed(SPEC, 10**9) == needed(SPEC, SPEC.rows_at_most)


# attack J08
def test_what_does_not_fit_is_refused_with_the_numbers() -> None:
    refuse_too_large(SPEC, ROWS, "shop.csv", lambda: 1 << 30)
    with pytest.raises(TrainingTooLarge) as refused:
        refuse_too_large(SPEC, 200_000, "shop.csv", lambda: 1 << 29)
    facts = refused.value.facts
    assert facts["needed"] == needed(SPEC, 200_000) / 1e9
    said = phrases("en")(f"errors.{refused.value.code}", **facts)
    assert "about 1.3 GB" in said
    assert "0.5 GB are free" in said
    assert "shop.csv" in said


@pytest.mark.parametrize("key", [key for key, kind in families().items() if kind.on_menu])
def test_a_million_rows_of_five_hundred_columns_are_refused_where_they_do_not_fit(key: str) -> None:
    """Their cells alone are some gigabytes, of the rows that a training draws at most."""
    many = tuple(Column(f"x{place}", Kind.NUMBER) for place in range(500))
    spec = replace(SPEC, features=many, family=key)
    cells = 3 * 500 * 8 * spec.rows_at_most
    assert spec.rows_at_most < 1_000_000
    assert needed(spec, 1_000_000) > cells
    with pytest.raises(TrainingTooLarge) as refused:
        refuse_too_large(spec, 1_000_000, "wide.csv", lambda: 1 << 30)
    assert refused.value.facts["needed"] * 1e9 > cells


def peak(spec: ModelSpec, rows: int) -> int:
    """Bytes that a process takes at the height of that training."""
    import msgspec

    told = msgspec.json.encode(spec).decode()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, told, str(rows)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(done.stdout.split()[-1])


def check_estimate(family: str, rows: int, params: dict[str, int | float | str | bool]) -> None:
    spec = replace(SPEC, family=family, params=params)
    taken, told = peak(spec, rows), needed(spec, rows)
    assert taken < 1.3 * told  # nearly never too little
    assert told < 4 * taken  # and not so much that a training is refused for nothing


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the height")
def test_an_estimate_is_near_what_is_taken() -> None:
    check_estimate("linear", ROWS, {})


@pytest.mark.whole
@pytest.mark.parametrize(
    ("family", "params"),
    [("linear", {}), ("svm", {}), ("tree", {}), ("forest", {"trees": 100}), ("mlp", {"epochs": 2})],
)
def test_every_estimate_is_near_what_is_taken(
    family: str, params: dict[str, int | float | str | bool]
) -> None:
    check_estimate(family, 100_000, params)
