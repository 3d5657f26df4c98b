from __future__ import annotations

from core.data.unread import unread
from core.schema import Column, Kind
from tests.core.data.conftest import Loaded


def test_cells_that_cannot_be_what_a_column_is_are_counted(loaded: Loaded) -> None:
    rows = ["1,yes,a,2024-01-05", "x, no,b,soon", ",maybe,c,", "2.5,,d,2024-02-30"]
    dataset = loaded("n,b,c,d\n" + "\n".join(rows) + "\n")
    columns = (
        Column("n", Kind.NUMBER),
        Column("b", Kind.BOOLEAN, levels=("yes", "no")),
        Column("c", Kind.CATEGORY, levels=("a",)),
        Column("d", Kind.DATE, pattern="%Y-%m-%d"),
    )
    assert unread(dataset, columns) == {"n": 1, "b": 1, "d": 2}
    assert unread(dataset, ()) == {}
