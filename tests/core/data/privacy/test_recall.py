"""A labelled set of columns: those with personal data are found, and next to no others."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.infer import infer
from core.data.privacy.detect import personal
from core.data.privacy.headers import Sort
from tests.core.data.privacy.people_table import people

ROWS = 60
SEEDS, ALL_SEEDS = 2, 40
LEAST_RECALL, MOST_FALSE = 0.98, 0.02
# of a person, under a header that promises nothing
BY_CELLS = ("First name", "E-mail", "Phone", "Street", "IBAN", "Card", "SSN", "Login from")
# any word may be somebody's surname, and digits and dates are anything's
BY_HEADER = ("Surname", "Postcode", "Date of birth")
WORDS = ("Toaster", "Kettle", "Grill", "Oven", "Mixer", "Lamp", "Chair", "Desk", "Sofa", "Rug")
CITIES = ("Berlin", "Paris", "Lima", "Oslo", "Rom", "Wien", "Madrid", "Lyon")
SAID = ("All went well this time.", "It came late, sadly.", "Fine, thanks.", "Too small for us.")
Made = Callable[[random.Random, int], str]
# what is no person's, some of it much like what is
NOBODYS: dict[str, Made] = {
    "amount": lambda d, _: f"{d.random() * 900:.2f}",
    "spend": lambda d, _: str(d.randint(1, 10_000_000)),
    "orders": lambda d, _: str(d.randint(0, 12)),
    "order number": lambda d, row: f"{4_500_000_000 + 37 * row}",
    "invoice": lambda d, row: f"RE-2024-{1000 + row}",
    "sku": lambda d, _: f"{d.choice('ABCDEF')}{d.randint(100, 999)}-{d.randint(10, 99)}",
    "ean": lambda d, _: f"40{d.randint(10**10, 10**11 - 1)}",
    "when": lambda d, _: f"2024-{d.randint(1, 12):02}-{d.randint(1, 28):02}",
    "at": lambda d, _: f"2024-03-{d.randint(1, 28):02} {d.randint(0, 23):02}:{d.randint(0, 59):02}",
    "minute": lambda d, _: str(1_700_000_000 + d.randint(0, 10**7)),
    "version": lambda d, _: f"{d.randint(1, 9)}.{d.randint(0, 40)}.{d.randint(0, 9)}",
    "hash": lambda d, _: f"{d.getrandbits(128):032x}",
    "latitude": lambda d, _: f"{d.uniform(-90, 90):.6f}",
    "share": lambda d, _: f"{d.random():.4f}",
    "percent": lambda d, _: f"{d.randint(0, 100)} %",
    "rating": lambda d, _: str(d.randint(1, 5)),
    "city": lambda d, _: d.choice(CITIES),
    "product": lambda d, _: d.choice(WORDS),
    "pair": lambda d, _: f"{d.choice(WORDS)} {d.choice(WORDS)}",
    "channel": lambda d, _: d.choice(("web", "shop", "phone", "mail")),
    "plan": lambda d, _: d.choice(("gold", "silver", "free")),
    "page": lambda d, _: f"/shop/{d.choice(WORDS).lower()}/{d.randint(1, 99)}",
    "link": lambda d, _: f"https://shop.example/{d.choice(WORDS).lower()}?p={d.randint(1, 99)}",
    "colour": lambda d, _: f"#{d.getrandbits(24):06x}",
    "size": lambda d, _: f"{d.randint(10, 90)} x {d.randint(10, 90)} x {d.randint(10, 90)}",
    "comment": lambda d, _: d.choice(SAID),
    "answered": lambda d, _: d.choice(("yes", "no")),
    "campaign": lambda d, _: f"{d.choice(('Spring', 'Autumn'))} {d.randint(2019, 2024)}",
    "points": lambda d, _: str(d.randint(10**6, 10**7)),
    "weight": lambda d, _: f"{d.randint(1, 99)},{d.randint(0, 9)} kg",
}


def found(folder: Path, columns: dict[str, list[str]]) -> dict[str, Sort]:
    file = folder / "t"
    pq.write_table(pa.table({n: pa.array(c, pa.string()) for n, c in columns.items()}), file)
    return {each.column: each.sort for each in personal(file, infer(file))}


def labelled(seed: int) -> tuple[dict[str, list[str]], set[str]]:
    """A table, and which of its columns are of persons."""
    draw = random.Random(seed)  # noqa: S311 - a made-up table
    rows = people(ROWS, seed)
    columns = {f"col_{i}": [row[name] for row in rows] for i, name in enumerate(BY_CELLS)}
    columns |= {name: [row[name] for row in rows] for name in BY_HEADER}
    told = list(SAID) * (ROWS // len(SAID))
    place = draw.randrange(ROWS)
    told[place] = f"Please write to {rows[place]['E-mail']} or ring {rows[place]['Phone']}."
    columns["remarks"] = told
    persons = set(columns)
    columns |= {name: [made(draw, row) for row in range(ROWS)] for name, made in NOBODYS.items()}
    return columns, persons


def measured(folder: Path, seeds: range) -> tuple[float, float]:
    """The share of persons' columns that are found, and of all others that are taken for some.

    A column of different texts that nothing else is known of may be taken for an id.
    """
    hits = wanted = wrong = others = 0
    for seed in seeds:
        columns, persons = labelled(seed)
        seen = found(folder, columns)
        hits, wanted = hits + len(persons & seen.keys()), wanted + len(persons)
        wrong += sum(s is not Sort.CUSTOMER for name, s in seen.items() if name not in persons)
        others += len(columns) - len(persons)
    return hits / wanted, wrong / others


# attack K10
def test_k10_persons_columns_are_found_and_no_others(tmp_path: Path) -> None:
    recall, false = measured(tmp_path, range(SEEDS))
    assert recall >= LEAST_RECALL
    assert false <= MOST_FALSE


@pytest.mark.whole
def test_k10_over_many_tables(tmp_path: Path) -> None:
    recall, false = measured(tmp_path, range(SEEDS, ALL_SEEDS))
    assert recall >= LEAST_RECALL
    assert false <= MOST_FALSE
