"""Rows of a table that is still as it came show nothing of its people."""

from __future__ import annotations

import pandas as pd

from core.data.privacy.sight import COVERED, covered
from tests.core.data.privacy.people_table import TOLD, people


def test_what_tells_who_somebody_is_is_covered() -> None:
    table = pd.DataFrame(people(40))
    before = table.copy()
    shown = covered(table)
    left = [name for name in table if (shown[name] == table[name]).all()]
    assert left == ["orders", "city", "bought"]
    assert [text for text in TOLD if text in shown.to_csv()] == []
    assert shown["Comment"].tolist()[5] == COVERED
    assert table.equals(before)


def test_gaps_stay_gaps() -> None:
    table = pd.DataFrame({"E-mail": ["a@example.org", None, " "], "n": ["1", "1", "2"]})
    assert covered(table)["E-mail"].tolist()[0] == COVERED
    assert covered(table)["E-mail"].isna().tolist() == [False, True, False]
    assert covered(table)["n"].tolist() == ["1", "1", "2"]
