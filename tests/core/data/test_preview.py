"""The first rows, every cell as it stood in the file."""

from __future__ import annotations

from collections.abc import Callable

from core.data.dataset import Dataset
from core.data.preview import preview

WHOLE = ("9223372036854775807", "18446744073709551615", "9007199254740993", "-0.0", "007", "1e400")


# attack D22
def test_d22_numbers_are_shown_as_they_are_written(loaded: Callable[..., Dataset]) -> None:
    names = ["signed", "unsigned", "odd", "zero", "code", "huge"]
    lines = [",".join(names), *[",".join(WHOLE)] * 30]
    shown = preview(loaded("\n".join(lines) + "\n"))
    assert shown.columns.tolist() == names
    assert [tuple(row) for row in shown.to_numpy().tolist()] == [WHOLE] * 30
    assert all(isinstance(cell, str) for cell in shown.iloc[0])
