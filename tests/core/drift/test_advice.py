"""The rule of what to do, line by line; nothing is advised for being significant alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.drift.advice import LEAST_ROWS, Seen, advice
from core.drift.comparison import (
    Change,
    ColumnDrift,
    Level,
    Mean,
    Performance,
    Spread,
    Strength,
    Telling,
    Verdict,
)
from core.models.family import Task
from core.schema import Kind

ROWS = (1000, 1000)
STILL = ColumnDrift("age", Kind.NUMBER, Kind.NUMBER, ROWS, (0, 0), "ks", 0.2, 1e-9, 1e-8, 0.02,
                    0.01, importance=0.7)  # fmt: skip
SOME = replace(STILL, name="city", index=0.2, strength=Strength.SOME, importance=0.3)
STRONG = replace(STILL, index=0.6, strength=Strength.STRONG)
SURE = Mean(0.2, 0.19, 0.21)
SPREAD = Spread("yes", (SURE, SURE), 0.5, (0.1, 0.1), (0.6, 0.6), 0.1, 0.02, 0.01, 0.05, 1e-9, ())
MOVED = replace(SPREAD, index=0.5, means=(SURE, Mean(0.5, 0.49, 0.51)))
APART = Telling(0.9, 0.88, 0.92, ROWS, 2, ())
ALIKE = Telling(0.53, 0.51, 0.55, ROWS, 2, ())


def judged(then: float, change: float, half: float, off: Mean | None = None) -> Performance:
    """An area under the ROC curve that changed, and by how much chances are off now."""
    now = then + change
    one = Change(
        "roc_auc",
        (then, then - 0.01, then + 0.01),
        (now, now - half, now + half),
        (change, change - half, change + half),
    )
    right = Level(0.2, 0.2, Mean(0.0, -0.01, 0.01))
    wrong = right if off is None else Level(0.2 - off.value, 0.2, off)
    return Performance(ROWS, 0, (one,), "yes", (right, wrong), ((), ()))


SEEN = Seen(Task.BINARY, ROWS, (), (STILL, SOME), (SPREAD,), ALIKE)
NOTHING = replace(SEEN, columns=(STILL,))
ALL = replace(SEEN, columns=(STRONG, SOME), spreads=(MOVED,), telling=APART)

CASES = {
    "a column lacks": (replace(ALL, missing=("city", "age")), Verdict.CANNOT, ["missing"]),
    "too few rows": (replace(ALL, rows=(1000, LEAST_ROWS - 1)), Verdict.UNKNOWN, ["few"]),
    "nothing moved": (NOTHING, Verdict.KEEP, ["alike", "no_outcomes"]),
    "significant and small": (
        replace(NOTHING, columns=(replace(STILL, q=1e-300),), telling=ALIKE),
        Verdict.KEEP,
        ["alike", "no_outcomes"],
    ),
    "one column moved": (SEEN, Verdict.WATCH, ["moved", "no_outcomes"]),
    "one that carries nothing moved": (
        replace(SEEN, columns=(STILL, replace(SOME, importance=0.01))),
        Verdict.KEEP,
        ["alike", "no_outcomes"],
    ),
    "all moved": (ALL, Verdict.RETRAIN, ["all_moved", "moved_more", "predictions", "told_apart"]),
    "all but predictions moved": (
        replace(ALL, spreads=(SPREAD,)),
        Verdict.WATCH,
        ["moved_more", "told_apart", "no_outcomes"],
    ),
    "all moved and it is as good": (
        replace(ALL, performance=judged(0.8, -0.005, 0.01)),
        Verdict.WATCH,
        ["as_good", "moved_more", "predictions", "told_apart"],
    ),
    "nothing moved and it is as good": (
        replace(NOTHING, performance=judged(0.8, 0.0, 0.02)),
        Verdict.KEEP,
        ["as_good"],
    ),
    "nothing moved and it fell": (
        replace(NOTHING, performance=judged(0.8, -0.1, 0.03)),
        Verdict.RETRAIN,
        ["worse"],
    ),
    "it fell somewhat": (
        replace(NOTHING, performance=judged(0.8, -0.03, 0.01)),
        Verdict.WATCH,
        ["worse"],
    ),
    "it fell by next to nothing, surely": (
        replace(NOTHING, performance=judged(0.8, -0.01, 0.001)),
        Verdict.KEEP,
        ["as_good"],
    ),
    "it fell by much, perhaps by chance": (
        replace(NOTHING, performance=judged(0.8, -0.07, 0.1)),
        Verdict.WATCH,
        ["open"],
    ),
    "all moved, and outcomes are too few": (
        replace(ALL, performance=judged(0.8, -0.07, 0.1)),
        Verdict.RETRAIN,
        ["all_moved", "open", "moved_more", "predictions", "told_apart"],
    ),
    "chances are too high": (
        replace(NOTHING, performance=judged(0.8, 0.0, 0.01, Mean(-0.1, -0.12, -0.08))),
        Verdict.WATCH,
        ["as_good", "too_high"],
    ),
    "chances are off by little": (
        replace(NOTHING, performance=judged(0.8, 0.0, 0.01, Mean(0.01, 0.005, 0.015))),
        Verdict.KEEP,
        ["as_good"],
    ),
    "a column is text now": (
        replace(NOTHING, columns=(replace(STILL, kind_now=Kind.TEXT, filled=(9, 1), lost=900),)),
        Verdict.WATCH,
        ["unread", "no_outcomes"],
    ),
    "reasons are not known": (
        replace(SEEN, columns=tuple(replace(c, importance=None) for c in (STILL, SOME))),
        Verdict.WATCH,
        ["moved_unknown", "no_outcomes"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_rule(case: str) -> None:
    seen, verdict, reasons = CASES[case]
    found = advice(seen)
    assert (found.verdict, [each.key for each in found.reasons]) == (verdict, reasons)


def test_the_facts_are_those_that_decided() -> None:
    (reason,) = advice(replace(NOTHING, performance=judged(0.8, -0.1, 0.03))).reasons
    assert reason.facts["lost"] == pytest.approx(1 / 3)
    assert (reason.facts["then"], reason.facts["now"]) == (0.8, pytest.approx(0.7))
    moved = next(each for each in advice(ALL).reasons if each.key == "moved_more")
    assert moved.facts == {"column": "age", "more": 1, "share": pytest.approx(1.0)}
