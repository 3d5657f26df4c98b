"""Columns that tell a sensitive one, and columns that do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.explore.correlations import cramers_v
from core.review.standing_in import RECOGNISED, TELLS, standing_in
from core.schema import Column, Kind

ROWS = 800
GENDER = Column("gender", Kind.CATEGORY, levels=("f", "m"))
TITLE = Column("title", Kind.CATEGORY, levels=("Ms", "Mr", "Dr"))
AGE = Column("age", Kind.NUMBER)


def table() -> pd.DataFrame:
    chance = np.random.default_rng(0)
    gender = chance.choice(["f", "m"], ROWS)
    title = np.where(chance.uniform(size=ROWS) < 0.1, "Dr", np.where(gender == "f", "Ms", "Mr"))
    return pd.DataFrame(
        {
            "gender": pd.Series(gender, dtype=object),
            "title": pd.Series(title, dtype=object),
            "age": chance.uniform(18, 80, ROWS),
        }
    )


def test_a_title_tells_the_gender() -> None:
    rows = table()
    found = standing_in(rows, (TITLE, AGE), GENDER, rows["gender"])
    assert (found.column, found.used, found.rows) == ("gender", False, ROWS)
    assert found.told is not None
    assert found.told > 0.9 > RECOGNISED
    strongest = found.proxies[0]
    assert strongest.column == "title"
    codes = [pd.factorize(rows[name])[0] for name in ("gender", "title")]
    assert strongest.strength == pytest.approx(cramers_v(*codes))
    assert strongest.strength > TELLS > found.proxies[1].strength


def test_an_age_does_not() -> None:
    rows = table()
    found = standing_in(rows, (AGE, GENDER), GENDER, rows["gender"])
    assert found.used
    assert found.told is not None
    assert found.error is not None
    assert abs(found.told - 0.5) < 3 * found.error + 0.03


def test_nothing_beside_it_and_too_few_rows() -> None:
    rows = table()
    alone = standing_in(rows, (GENDER,), GENDER, rows["gender"])
    assert (alone.told, alone.proxies) == (None, ())
    few = rows.iloc[:30]
    assert standing_in(few, (TITLE, AGE), GENDER, few["gender"]).told is None
    rare = pd.Series(["f"] * (ROWS - 4) + ["m"] * 4, index=rows.index)
    assert standing_in(rows, (TITLE, AGE), GENDER, rare).told is None


def test_several_groups_and_gaps() -> None:
    rows = table()
    bands = pd.Series(np.where(rows["age"] < 40, "young", "old"), dtype=object)
    bands[rows["age"] > 60] = "very old"
    bands.iloc[:50] = None
    told = standing_in(rows.assign(band=bands), (AGE, TITLE), Column("band", Kind.CATEGORY), bands)
    assert told.told is not None
    assert told.told > 0.95
    assert told.rows == ROWS - 50
