"""Before and after in words, and whether the loss holds."""

from __future__ import annotations

import pytest

from core.evaluate.compare import Difference
from core.search.cost import Cost
from core.search.smaller import Smaller, lines, verdict
from core.text.phrases import phrases

SAY = phrases()
BEFORE = Cost(4_200_000, 1_000_000, 0.0004, 0.080)
AFTER = Cost(420_000, 250_000, 0.0001, 0.020)


def found(change: float, low: float, high: float, metric: str = "roc_auc") -> Smaller:
    known = Difference(metric, 0.9 + change, 0.9, change, low, high, 3083, 0)
    return Smaller("a" * 12, "b" * 12, 0.002, 0.001, known, (BEFORE, AFTER))


@pytest.mark.parametrize(
    ("change", "low", "high", "kept", "most"),
    [
        (-0.001, -0.0015, -0.0005, "kept", 0.0015),
        (0.001, -0.001, 0.003, "kept", 0.001),
        (0.003, 0.001, 0.005, "kept", -0.001),
        (-0.001, -0.004, 0.002, "open", 0.004),
        (-0.004, -0.007, -0.001, "broken", 0.007),
    ],
)
def test_whether_the_loss_holds(
    change: float, low: float, high: float, kept: str, most: float
) -> None:
    told = found(change, low, high)
    assert told.kept == kept
    assert told.most == pytest.approx(most)
    assert found(-change, -high, -low, "log_loss").kept == kept  # of which less is better
    words = verdict(told, SAY)
    assert "10.0% of the disk, 25.0% of the time for one customer and 25.0%" in words
    assert f"ROC AUC changes by {change:+.4f} ({low:+.4f} to {high:+.4f})" in words
    assert "loss of 0.002 that you allowed" in words
    assert ("Keep the whole model" in words) == (kept == "broken")


def test_the_table_of_before_and_after() -> None:
    table = lines(found(-0.001, -0.0015, -0.0005), SAY)
    assert [list(line.values()) for line in table] == [
        ["ROC AUC", "0.900", "0.899", "-0.0010 (-0.0015 to -0.0005)"],
        ["Size on disk", "4.20 MB", "420 kB", "10.0% of it"],
        ["Size in memory", "1 MB", "250 kB", "25.0% of it"],
        ["Time for one customer", "0.4 ms", "0.1 ms", "25.0% of it"],
        ["Time for 10,000 customers", "80 ms", "20 ms", "25.0% of it"],
    ]
    assert {tuple(line) for line in table} == {("Figure", "Whole model", "Smaller form", "Change")}
