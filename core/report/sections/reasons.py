"""Why it says so: which columns move it, and how far these reasons can be trusted."""

from __future__ import annotations

from collections.abc import Iterator

from core.charts import beeswarm, importance
from core.explain.verdicts import Trust, verdicts
from core.models.family import Task
from core.report.known import Known, Reasons
from core.report.section import alone
from core.review.piece import Drawn, Piece, Said

ANSWERS_AT_MOST = 3
GOOD = {Trust.GOOD: True, Trust.CAREFUL: None, Trust.BAD: False}


def _pieces(known: Known) -> tuple[Piece, ...]:
    found = told_reasons(known)
    if not found:
        return (Said("report.reasons.none", {}, False),)
    pieces = list(_of_first(known, found[0]))
    for other in found[1:ANSWERS_AT_MOST]:
        pieces.append(Drawn("importance", _strongest(known, other)))
    if left := len(found) - ANSWERS_AT_MOST:
        pieces += [Said("report.reasons.more", {"answers": left})] if left > 0 else []
    return (*pieces, Said("report.reasons.cause"))


def told_reasons(known: Known) -> list[Reasons]:
    """Those of answers that may be named, the outcome of interest first."""
    if known.spec.task is Task.REGRESSION:
        return list(known.reasons)
    named = set(known.evaluation.predictions.classes)
    return sorted(
        (each for each in known.reasons if each.found.of in named),
        key=lambda each: (each.found.of != known.spec.outcome, each.found.of),
    )


def _of_first(known: Known, first: Reasons) -> Iterator[Piece]:
    say, found = known.say, first.found
    how = say(f"explain.method.{found.method}.name")
    yield Said(
        "report.reasons.how",
        {"rows": len(found.rows), "background": found.background, "method": how},
    )
    yield from (Said(f"explain.note.{note}") for note in found.notes)
    yield Drawn("importance", _strongest(known, first))
    yield Drawn("beeswarm", beeswarm.points(found, target=known.spec.target.name))
    if first.trusted is None:
        yield Said("report.reasons.not_judged", {}, False)
        return
    for each in verdicts(first.trusted, say):
        check = say(f"quality.check.{each.check}")
        yield Said(
            "report.reasons.verdict", {"check": check, "words": each.sentence}, GOOD[each.trust]
        )


def _strongest(known: Known, of: Reasons) -> importance.ImportancePoints:
    return importance.points(of.found, target=known.spec.target.name)


SECTION = alone("reasons", 90, _pieces)
