from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.data.check import findings
from core.data.dataset import Dataset
from core.data.engine import engine
from core.data.near import later_rows, persons
from core.schema import Mask, Schema

Loaded = Callable[..., Dataset]
PEOPLE = [
    "Anna Müller,1980-03-01,anna.mueller@mail.org,+49 30 1234567,10",
    "Bert Smith,1971-01-09,bert@shop.com,030 7654321,20",
    "muller  anna,1980-03-01,other@mail.org,,30",  # accents, case and order; same birth date
    "Bert Smyth,1990-02-02,b.e.r.t+news@shop.com,,40",  # the same mail, nearly the same name
    "Carl Weber,1990-02-02,carl@x.org,0049 30 7654321,50",  # Bert's telephone, but Carl
    "Dora Klein,1980-03-01,dora@x.org,,60",  # Anna's birth date, but Dora
    "Ann Muller,1955-05-05,ann@y.org,,70",  # another birth date
]


@pytest.fixture
def people(loaded: Loaded) -> Dataset:
    filler = [
        f"Person {chr(97 + i % 26) * 3}{chr(97 + i // 26) * 4},19{i:02d}-06-07,p{i}@z.org,,{i}"
        for i in range(50)
    ]
    dataset = loaded("\n".join(["name,birth date,email,phone,spend", *PEOPLE, *filler]))
    plain = tuple(replace(c, mask=Mask.NONE) for c in dataset.schema.columns)
    return replace(dataset, schema=Schema(plain))


def test_nearly_the_same_people_are_found(people: Dataset) -> None:
    told = persons(people.schema)
    assert list(map(str, told.values())) == ["name", "mail", "phone", "place"]
    with engine() as connection:
        assert later_rows(people, told, connection) == (2, 3)
    found = {f.code: f for f in findings(people)}["near_people"]
    assert found.count == 2
    assert "nna" not in found.example  # nobody's name is shown


def test_pseudonyms_still_tell_one_mail_from_another(people: Dataset) -> None:
    columns = tuple(
        replace(c, mask=Mask.PSEUDONYM if c.name == "email" else Mask.DROP)
        for c in people.schema.columns
    )
    told = persons(Schema(columns))
    assert list(told) == ["email"]


def test_a_name_alone_and_names_of_things_are_not_people(loaded: Loaded) -> None:
    rows = "\n".join(f"Alpha {'x' * (i % 9)},{i}" for i in range(60))
    dataset = loaded(f"product name,spend\n{rows}\n")
    assert persons(dataset.schema) == {}
    dataset = loaded(f"customer name,spend\n{rows}\n")
    assert not [f for f in findings(dataset) if f.code == "near_people"]
