"""What a comparison says, in sentences and tables."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from core.drift.advice import is_worse
from core.drift.columns import MATTERS, STRONG
from core.drift.comparison import Bar, Change, ColumnDrift, Comparison, Reason, Strength
from core.drift.correction import ALPHA
from core.evaluate.metric import metrics
from core.schema import Kind
from core.text.phrases import Phrases, figure, number
from core.text.plain import visible

FIRST_DAY = date(1970, 1, 1)
GIVES_AT_MOST = 3
GIVES_LEAST = 0.01  # of the area
LEAST_CHANCE = 0.001  # that is written out


def advice_words(found: Comparison, say: Phrases) -> tuple[str, ...]:
    """What to do with the reason that decides, in one sentence; then the other reasons."""
    first, *others = (_reason(each, say) for each in found.advice.reasons)
    verdict = say(f"drift.verdict.{found.advice.verdict}")
    head = say("drift.advice", verdict=verdict, reason=first)
    return (head, *(say("drift.and", reason=each[:1].upper() + each[1:]) for each in others))


def _reason(one: Reason, say: Phrases) -> str:
    facts: dict[str, object] = dict(one.facts)
    if "metric" in facts:
        facts["metric"] = say(f"evaluate.metric.{facts['metric']}.name")
    return say(f"drift.reason.{one.key}", **facts)


def scope_words(found: Comparison, say: Phrases) -> tuple[str, ...]:
    """What was compared with what, and what cannot be."""
    then, now = found.rows
    told = []
    if found.copies is not None and found.copies.more_than_chance:
        told.append(say("drift.copies", rows=found.copies.rows, share=found.copies.share))
    if found.missing:
        told.append(say("drift.missing", columns=found.missing))
    if found.new:
        told.append(say("drift.new", columns=found.new))
    told.append(say("drift.whole" if found.is_whole else "drift.beside", then=then, now=now))
    if now < found.rows_of_table:
        told.append(say("drift.some", rows=found.rows_of_table, now=now))
    return tuple(told)


def whole_words(found: Comparison, say: Phrases) -> tuple[str, ...]:
    """Whether new customers can be told from old ones, and by what; nothing where not known."""
    told = found.telling
    if told is None:
        return ()
    facts = {"area": told.area, "low": told.low, "high": told.high, "columns": told.columns}
    if told.low <= 0.5:
        return (say("drift.cannot_tell", **facts),)
    gives = [one.column for one in told.gives if one.low > 0 and one.fall >= GIVES_LEAST]
    words = [say("drift.tells", **facts)]
    if gives:
        words.append(say("drift.gives", columns=tuple(gives[:GIVES_AT_MOST])))
    return tuple(words)


def outcome_words(found: Comparison, say: Phrases) -> tuple[str, ...]:
    """Of how many customers the outcome is known, and whether outcomes are as they were."""
    told = []
    if found.performance is None:
        told.append(say("drift.not_judged"))
    else:
        then, now = found.performance.rows
        left_out = found.performance.without_copies
        key = "drift.judged_without" if left_out else "drift.judged"
        told.append(say(key, then=then, now=now, left_out=left_out))
    if found.answers is not None and found.answers.filled[1]:
        before, after = then_and_now(found.answers, say)
        told.append(say("drift.answers", then=before, now=after))
    return tuple(told)


def note_words(one: ColumnDrift, say: Phrases) -> str:
    """What should be known of a column, in one line; empty where there is nothing."""
    told = []
    kind = say(f"drift.kind.{one.kind}")
    if one.changed_kind:
        facts = {"then": kind, "now": say(f"drift.kind.{one.kind_now}"), "lost": one.lost}
        told.append(say("drift.note.unread", **facts))
    elif one.lost:
        told.append(say("drift.note.lost", lost=one.lost, then=kind))
    if one.note:
        told.append(say(f"drift.note.{one.note}"))
    if one.unseen:
        named = "_named" if one.unseen_levels else ""
        facts = {"unseen": one.unseen, "levels": one.unseen_levels}
        told.append(say(f"drift.note.unseen{named}", **facts))
    if one.outside:
        told.append(say("drift.note.outside", outside=one.outside))
    then, now = missing_shares(one)
    if abs(now - then) >= GIVES_LEAST:
        told.append(say("drift.note.gaps", then=then, now=now))
    return " ".join(told)


def missing_shares(one: ColumnDrift) -> tuple[float, float]:
    """The share of missing cells then and now."""
    pairs = zip(one.gaps, one.filled, strict=True)
    first, second = (gaps / max(gaps + filled, 1) for gaps, filled in pairs)
    return first, second


def then_and_now(one: ColumnDrift, say: Phrases) -> tuple[str, str]:
    """What a column held then and now: the middle, known words, or the level that changed most."""
    if one.kind in (Kind.NUMBER, Kind.DATE):
        same = one.middle[0] == one.middle[1]  # where most are 0 the middle tells nothing
        key, pair = ("average", one.average) if same else ("middle", one.middle)
        first, second = (say(f"drift.table.{key}", value=in_words(each, one.kind)) for each in pair)
        return first, second
    if one.kind is Kind.TEXT:
        shares = [float("nan") if each is None else each for each in one.average]
        first, second = (say("drift.table.words", share=each) for each in shares)
        return first, second
    most = most_changed(one.bars)
    if most is None:
        return "–", "–"
    bar, before, after = most
    shown = visible(bar.level)
    first, second = (say("drift.table.level", level=shown, share=each) for each in (before, after))
    return first, second


def in_words(value: float | None, kind: Kind) -> str:
    """A number in the house's way, or the day of a date."""
    if value is None:
        return "–"
    if kind is Kind.DATE:
        return (FIRST_DAY + timedelta(days=int(value // 1))).isoformat()
    return number(value)


def most_changed(bars: tuple[Bar, ...]) -> tuple[Bar, float, float] | None:
    """The named level whose share changed most, with its shares then and now."""
    then, now = (max(sum(each), 1) for each in (
        [bar.then for bar in bars], [bar.now for bar in bars]))  # fmt: skip
    named = [(bar, bar.then / then, bar.now / now) for bar in bars if bar.level]
    return max(named, key=lambda each: abs(each[2] - each[1])) if named else None


def columns_table(found: Comparison, say: Phrases) -> pd.DataFrame:
    """A line a column, in the order in which they deserve to be looked at.

    Shares carried in percent; how far a column moved up to twice the limit of "much".
    """
    names = ("column", "carries", "how", "size", "then", "now", "q", "note")
    rows = [
        (
            visible(one.name),
            None if one.importance is None else round(100 * one.importance, 1),
            say(f"drift.strength.{how(one)}"),
            round(min(one.beyond, 2 * STRONG), 3),
            *then_and_now(one, say),
            chance(one.q),
            note_words(one, say),
        )
        for one in found.columns
    ]
    columns = pd.Index([say(f"drift.table.{name}") for name in names])
    table = pd.DataFrame(rows, columns=columns)
    return table.drop(columns=columns[1]) if not _is_known(found) else table


def how(one: ColumnDrift) -> str:
    """How a column is: what is more than chance and still too little to matter is "little"."""
    little = one.strength is Strength.NONE and one.q is not None and one.q <= ALPHA
    return "little" if little else str(one.strength)


def chance(q: float | None) -> str:
    """A p value as it is written."""
    if q is None:
        return "–"
    return figure(q) if q >= LEAST_CHANCE else f"< {LEAST_CHANCE}"


def _is_known(found: Comparison) -> bool:
    return any(one.importance is not None for one in found.columns)


def performance_table(found: Comparison, say: Phrases) -> pd.DataFrame:
    """Each figure then and now with its interval, and whether it got worse by more than chance."""
    names = ("metric", "then", "then_interval", "now", "now_interval", "change", "change_interval",
             "sure")  # fmt: skip
    changes = () if found.performance is None else found.performance.changes
    rows = [
        (
            say(f"evaluate.metric.{one.metric}.name"),
            *_shown(one.then),
            *_shown(one.now),
            *_shown(one.change),
            say(f"drift.table.{'yes' if _is_sure(one) else 'no'}"),
        )
        for one in changes
        if one.is_known and one.metric in metrics()
    ]
    return pd.DataFrame(rows, columns=pd.Index([say(f"drift.table.{name}") for name in names]))


def _shown(of: tuple[float | None, float | None, float | None]) -> tuple[str, str]:
    value, low, high = (float("nan") if each is None else each for each in of)
    return figure(value), f"{figure(low)} – {figure(high)}"


def _is_sure(one: Change) -> bool:
    low, high = one.change[1:]
    return is_worse(one) or (low is not None and high is not None and not low <= 0 <= high)


def attention(found: Comparison) -> tuple[str, ...]:
    """The columns that can be drawn, in their order."""
    return tuple(one.name for one in found.columns if one.bars)


LIMITS = (MATTERS, STRONG)
