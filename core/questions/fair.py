"""Does it treat groups of customers differently, and do other columns stand in for them?"""

from __future__ import annotations

from collections.abc import Iterator

from core.charts.dotted import Dotted, Row
from core.models.family import Task
from core.questions.known import Known
from core.questions.question import Question, waiting
from core.review.bands import LEVELS_AT_MOST, OTHERS
from core.review.groups import FOUR_FIFTHS, Apart, Group, Groups
from core.review.piece import Drawn, Listed, Piece, Said
from core.review.standing_in import RECOGNISED, TELLS, StandIns
from core.store.group_words import OF_TASK, SIDES, called, rate
from core.text.phrases import Phrases, number, share

KEY = "questions.fair"


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """Rates by group, and what tells the groups, for each column that was asked for."""
    found = known.evidence
    if found.groups is None or found.stand_ins is None:
        return (waiting("evidence"),)
    if not found.compared:
        return (Said(f"{KEY}.nothing_asked"),)
    told: list[Piece] = []
    for each in found.groups:
        told += [*_said(each, say), *_drawn(each, say), _listed(each, say)]
    alone = set(found.compared) - {each.column for each in found.groups}
    told += [Said(f"{KEY}.one_group", {"column": name}) for name in sorted(alone)]
    for tells in found.stand_ins:
        told += _stand_ins(tells, say)
    return tuple(told)


def _said(found: Groups, say: Phrases) -> Iterator[Piece]:
    facts = {"column": found.column, "groups": len(found.groups)}
    if found.ratio is not None:
        low = min(found.groups, key=_rate)
        high = max(found.groups, key=_rate)
        told = {"low": called(low.name, say), "high": called(high.name, say), "ratio": found.ratio}
        bad = found.ratio < FOUR_FIFTHS and _apart(low.selected_apart)
        word = "uneven" if bad else "even" if found.ratio >= FOUR_FIFTHS else "open"
        good = {"even": True, "open": None, "uneven": False}[word]
        yield Said(f"{KEY}.ratio_{word}", facts | told, good)
    for side, about in OF_TASK[found.task].items():
        if side == "selected" and found.task is Task.BINARY:
            continue
        yield _difference(found, side, about, facts, say)
    off = [g for g in found.groups if g.is_off]
    if off:
        worst = max(off, key=lambda g: abs(g.off))
        told = {"name": called(worst.name, say), "off": worst.off}
        word = "off" if found.task is Task.REGRESSION else "off_chance"
        yield Said(f"{KEY}.{word}", facts | told, good=False)
    else:
        yield Said(f"{KEY}.on", facts, good=True)
    yield from _left(found, facts)


def _left(found: Groups, facts: dict[str, object]) -> Iterator[Piece]:
    """Who is not shown as a group of their own."""
    if found.small:
        yield Said(f"{KEY}.few", facts | {"small": found.small, "rows": found.small_rows})
    if found.unknown:
        yield Said(f"{KEY}.unknown", facts | {"rows": found.unknown})
    if any(group.name == OTHERS for group in found.groups):
        yield Said(f"{KEY}.many", facts | {"shown": LEVELS_AT_MOST})


def _difference(
    found: Groups, side: str, about: str, facts: dict[str, object], say: Phrases
) -> Piece:
    """The group that differs most from all others in one rate, where one does."""
    apart = [(g, SIDES[side](g)[1]) for g in found.groups]
    clear = [(g, a) for g, a in apart if a is not None and a.differs]
    if not clear:
        return Said(f"{KEY}.{about}_alike", facts, good=True)
    group, gap = max(clear, key=lambda pair: abs(pair[1].difference))
    told = {"name": called(group.name, say), "difference": gap.difference}
    told |= {"low": gap.low, "high": gap.high}
    way = "more" if gap.difference > 0 else "fewer"
    return Said(f"{KEY}.{about}_{way}", facts | told, False)


def _drawn(found: Groups, say: Phrases) -> Iterator[Piece]:
    for side, about in OF_TASK[found.task].items():
        sides = [(g, *SIDES[side](g)) for g in found.groups]
        rows = tuple(
            Row(called(g.name, say), r.value, r.low or 0.0, r.high or 0.0, r.rows, _apart(a))
            for g, r, a in sides
            if r.value is not None
        )
        of = sum(r.rows for _, r, _ in sides)
        if not rows:
            continue
        facts = {"column": found.column, "rows": of}
        overall = sum(r.hits for _, r, _ in sides) / of
        yield Drawn("dotted", Dotted(about, rows, overall, True, facts))
    rows = tuple(
        Row(called(g.name, say), g.off, g.off_low, g.off_high, g.rows, g.is_off)
        for g in found.groups
    )
    facts = {"column": found.column, "rows": sum(g.rows for g in found.groups)}
    percent = found.task is not Task.REGRESSION
    yield Drawn("dotted", Dotted("off", rows, 0.0, percent, facts))


def _listed(found: Groups, say: Phrases) -> Piece:
    heads = ["name", "rows", *OF_TASK[found.task].values(), "predicted", "happened"]
    words = number if found.task is Task.REGRESSION else share
    return Listed(
        f"{KEY}.groups",
        tuple(f"{KEY}.of.{head}" for head in heads),
        tuple(
            (
                f"{found.column}: {called(g.name, say)}",
                g.rows,
                *(rate(SIDES[side](g)[0]) for side in OF_TASK[found.task]),
                words(g.predicted),
                words(g.happened),
            )
            for g in found.groups
        ),
    )


def _stand_ins(found: StandIns, say: Phrases) -> Iterator[Piece]:
    facts: dict[str, object] = {"column": found.column}
    yield Said(f"{KEY}.{'used' if found.used else 'unused'}", facts, good=not found.used or None)
    if found.told is not None and found.error is not None:
        low, high = (found.told + z * found.error for z in (-1.96, 1.96))
        told = {"told": found.told, "low": low, "high": min(high, 1.0), "rows": found.rows}
        known = found.told >= RECOGNISED
        yield Said(f"{KEY}.{'told' if known else 'untold'}", facts | told, good=not known)
    strong = [each for each in found.proxies if each.strength >= TELLS]
    if strong:
        names = ", ".join(
            say(f"{KEY}.proxy", column=each.column, strength=each.strength) for each in strong
        )
        yield Said(f"{KEY}.proxies", facts | {"names": names}, good=False)


def _rate(group: Group) -> float:
    return group.selected.value or 0.0


def _apart(found: Apart | None) -> bool:
    return found is not None and found.differs


QUESTION = Question("fair", 60, pieces)
