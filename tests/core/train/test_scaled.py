from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import NoFeatures
from core.schema import Column, Kind, Role, Schema
from core.train.scaled import FAR, compared, scaled

AGE = Column("age", Kind.NUMBER)
CITY = Column("city", Kind.CATEGORY)
SCHEMA = Schema(
    (
        Column("id", Kind.CATEGORY, Role.ID),
        AGE,
        CITY,
        Column("note", Kind.TEXT),
        Column("left_out", Kind.NUMBER, Role.IGNORED),
        Column("buys", Kind.BOOLEAN, Role.TARGET),
    )
)


def test_customers_are_compared_by_what_models_learn_from() -> None:
    assert [column.name for column in compared(SCHEMA, "buys")] == ["age", "city"]
    assert [column.name for column in compared(SCHEMA, "age")] == ["city", "buys"]
    with pytest.raises(NoFeatures):
        compared(Schema((AGE, Column("note", Kind.TEXT))), "age")


def test_numbers_are_standardised_and_one_far_out_is_held_back() -> None:
    chance = np.random.default_rng(0)
    ages = np.r_[chance.normal(40, 5, 199), -4000.0]
    cities = np.array(["Oslo", "Rome", "Wien"], dtype=object)[np.arange(200) % 3]
    found = scaled(pd.DataFrame({"age": ages, "city": cities}), (AGE, CITY))
    assert found.blocks == ((0, 1), (1, 4))
    expected = (ages - ages.mean()) / ages.std()
    assert found.x[:199, 0] == pytest.approx(expected[:199], abs=1e-5)
    assert found.x[199, 0] == -FAR
    assert (found.x[:, 1:].sum(axis=1) == 1).all()
