"""What to do with a model, by a rule that is written down here.

1. A column that the model needs lacks: it cannot be used on this table.
2. Fewer than 30 rows of either table: nothing can be told.
3. Outcomes are known. The model lost at least ``LOST_RETRAIN`` of its lead over no model, and that
   is more than chance: retrain. It lost ``LOST_WATCH``, or what it predicts is off on average by
   ``OFF_WATCH`` of what happens: watch.
4. Outcomes are not known, or too few to tell. Columns that carry at least ``CARRIED_RETRAIN`` of
   the reasons moved strongly, predictions moved strongly, and old is clearly told from new:
   retrain. All three are sizes, none a p value.
5. Any column that carries at least ``CARRIED_WATCH`` moved, predictions moved, old and new can be
   told apart, or a column can no longer be read: watch.
6. Otherwise: keep.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.drift.columns import MATTERS, STRONG
from core.drift.comparison import (
    Advice,
    Change,
    ColumnDrift,
    Performance,
    Reason,
    Spread,
    Strength,
    Telling,
    Verdict,
)
from core.drift.correction import ALPHA
from core.drift.telling import APART, CLEARLY
from core.evaluate.metric import headline_metric, metrics
from core.models.family import Task

LEAST_ROWS = 30
LOST_RETRAIN = 0.2  # of the lead
LOST_WATCH = 0.05
OFF_WATCH = 0.1  # of what happens on average
CARRIED_RETRAIN = 0.5  # of all reasons
CARRIED_WATCH = 0.05
NO_MODEL = {Task.BINARY: 0.5, Task.MULTICLASS: 0.5, Task.REGRESSION: 0.0}  # of the headline metric
Reasons = tuple[Reason, ...]


@dataclass(frozen=True)
class Seen:
    """What the rule looks at."""

    task: Task
    rows: tuple[int, int]
    missing: tuple[str, ...]
    columns: tuple[ColumnDrift, ...] = ()
    spreads: tuple[Spread, ...] = ()
    telling: Telling | None = None
    performance: Performance | None = None


def advice(seen: Seen) -> Advice:
    """What to do and why."""
    if seen.missing:
        facts: dict[str, str | float | int] = {"column": seen.missing[0], "many": len(seen.missing)}
        return Advice(Verdict.CANNOT, (Reason("missing", facts),))
    if min(seen.rows) < LEAST_ROWS:
        facts = {"then": seen.rows[0], "now": seen.rows[1], "least": LEAST_ROWS}
        return Advice(Verdict.UNKNOWN, (Reason("few", facts),))
    moved = (*_columns(seen), *_predictions(seen), *_whole(seen))
    judged = _judged(seen)
    if judged is None or judged.verdict is Verdict.UNKNOWN:
        return _by_data(seen, () if judged is None else judged.reasons, moved)
    verdict = Verdict.WATCH if moved and judged.verdict is Verdict.KEEP else judged.verdict
    return Advice(verdict, (*judged.reasons, *moved))


def _by_data(seen: Seen, known: Reasons, moved: Reasons) -> Advice:
    """What the data alone say, where outcomes are not known or leave it open."""
    unknown = () if known else (Reason("no_outcomes", {}),)
    if _all_moved(seen):
        share: dict[str, str | float | int] = {"share": carried(seen.columns, Strength.STRONG)}
        return Advice(Verdict.RETRAIN, (Reason("all_moved", share), *known, *moved))
    if moved or known:
        return Advice(Verdict.WATCH, (*known, *moved, *unknown))
    return Advice(Verdict.KEEP, (Reason("alike", {}), *unknown))


def headline(seen: Performance, task: Task) -> Change | None:
    """The change of the metric that models are ranked by, where it is known."""
    key = headline_metric(task).key
    return next((each for each in seen.changes if each.metric == key and each.is_known), None)


def lost(change: Change, task: Task) -> float:
    """The part of its lead over no model that the model lost; below 0 where it gained."""
    then, gap = change.then[0], change.change[0]
    if then is None or gap is None or then <= NO_MODEL[task]:
        return 0.0
    return -gap / (then - NO_MODEL[task])


def is_worse(change: Change) -> bool:
    """Whether a metric got worse by more than chance."""
    low, high = change.change[1:]
    if low is None or high is None:
        return False
    sign = metrics()[change.metric].better.sign
    return max(sign * low, sign * high) < 0


def carried(columns: tuple[ColumnDrift, ...], *of: Strength) -> float:
    """The part of all reasons that the columns that moved so much carry; without reasons each
    column carries the same."""
    return sum(weight(each, columns) for each in columns if each.strength in of)


def weight(column: ColumnDrift, among: tuple[ColumnDrift, ...]) -> float:
    """What a column carries of all reasons."""
    return 1 / len(among) if column.importance is None else column.importance


def _judged(seen: Seen) -> Advice | None:
    """What known outcomes say; None where there are none, "unknown" where they leave it open."""
    if seen.performance is None:
        return None
    change = headline(seen.performance, seen.task)
    if change is None:
        return None
    part = lost(change, seen.task)
    then, now = change.then[0], change.now[0]
    facts: dict[str, str | float | int] = {
        "metric": change.metric, "then": then or 0.0, "now": now or 0.0, "lost": max(part, 0.0),
    }  # fmt: skip
    if is_worse(change) and part >= LOST_WATCH:
        verdict = Verdict.RETRAIN if part >= LOST_RETRAIN else Verdict.WATCH
        return Advice(verdict, (Reason("worse", facts), *_off(seen.performance)))
    low = change.change[1]
    if lost_at_most(low, change, seen.task) >= LOST_RETRAIN:
        return Advice(Verdict.UNKNOWN, (Reason("open", facts),))  # it may have lost much
    off = _off(seen.performance)
    return Advice(Verdict.WATCH if off else Verdict.KEEP, (Reason("as_good", facts), *off))


def lost_at_most(low: float | None, change: Change, task: Task) -> float:
    """The part of the lead that is lost where the change is at the low end of its interval."""
    then = change.then[0]
    if low is None or then is None or then <= NO_MODEL[task]:
        return 0.0
    return -low / (then - NO_MODEL[task])


def _off(found: Performance) -> Reasons:
    """Whether what is predicted is off on average, by more than chance and by enough."""
    level = found.levels[1]
    if level.off.low <= 0 <= level.off.high:
        return ()
    if abs(level.off.value) < OFF_WATCH * abs(level.happened):
        return ()
    key = "too_low" if level.off.value > 0 else "too_high"
    facts: dict[str, str | float | int] = {
        "of": found.of, "predicted": level.predicted, "happened": level.happened,
    }  # fmt: skip
    return (Reason(key if found.of else f"{key}_value", facts),)


def _columns(seen: Seen) -> Reasons:
    """Columns that moved and carry something, and those that cannot be read any more."""
    unread = [each for each in seen.columns if each.changed_kind]
    found = [
        each for each in seen.columns
        if each.moved and each not in unread and weight(each, seen.columns) >= CARRIED_WATCH
    ]  # fmt: skip
    told = [Reason("unread", {"column": each.name, "lost": each.lost}) for each in unread]
    if found:
        share = sum(weight(each, seen.columns) for each in found)
        known = found[0].importance is not None
        facts: dict[str, str | float | int] = {
            "column": found[0].name, "more": len(found) - 1, "share": share,
        }  # fmt: skip
        told.append(
            Reason(f"moved{'' if known else '_unknown'}{'_more' * (len(found) > 1)}", facts)
        )
    return tuple(told)


def _predictions(seen: Seen) -> Reasons:
    moved = [each for each in seen.spreads if each.p <= ALPHA and each.beyond >= MATTERS]
    if not moved:
        return ()
    most = max(moved, key=lambda each: each.beyond)
    key = "predictions" if most.of else "predictions_value"
    first, second = most.means
    return (Reason(key, {"of": most.of, "then": first.value, "now": second.value}),)


def _whole(seen: Seen) -> Reasons:
    told = seen.telling
    if told is None or told.low < APART:
        return ()
    return (Reason("told_apart", {"area": told.area}),)


def _all_moved(seen: Seen) -> bool:
    told = seen.telling
    return bool(
        carried(seen.columns, Strength.STRONG) >= CARRIED_RETRAIN
        and any(each.p <= ALPHA and each.beyond >= STRONG for each in seen.spreads)
        and told is not None
        and told.low >= CLEARLY
    )
