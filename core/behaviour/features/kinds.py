"""How often each kind of event happened."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import (
    Feature,
    Group,
    Level,
    Measure,
    Plan,
    number,
    within,
    word,
)


def measures(plan: Plan) -> Iterator[Measure]:
    """Events, and those of each kind, in the lookback and in every window."""
    yield Measure(Feature("events", "events", "events"), lambda rows: rows.count().cast("float64"))
    for kind in plan.kinds if len(plan.kinds) + plan.buys > 1 else ():
        yield _count(kind)
        for days in plan.windows:
            yield _lately(kind, days)


def _count(kind: str) -> Measure:
    return Measure(
        Feature(f"{word(kind)}_count", "kind_count", "events", {"kind": kind}),
        lambda rows: number(rows.kind == kind),
    )


def _lately(kind: str, days: int) -> Measure:
    facts = {"kind": kind, "days": days}
    return Measure(
        Feature(f"{word(kind)}_last_{days}_days", "kind_window", "events", facts),
        lambda rows: number((rows.kind == kind) & within(rows, days)),
    )


GROUP = Group("kinds", Level.EVENTS, measures, order=7)
