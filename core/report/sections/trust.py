"""Whether its figures hold: shuffled answers, other seeds, fewer customers, other splits."""

from __future__ import annotations

from core.charts.splits import Splits
from core.report.known import Known
from core.report.section import alone
from core.report.wording import words
from core.review.piece import Drawn, Piece, Said
from core.robust.sentences import signal, steadiness


def _pieces(known: Known) -> tuple[Piece, ...]:
    found, spec, say = known.examined, known.spec, known.say
    pieces: list[Piece] = []
    if found.permutation is None:
        pieces.append(Said("report.trust.no_permutation", {}, False))
    else:
        sure, told = signal(found.permutation, say)
        pieces.append(words(told, sure))
    if found.stability is None:
        pieces.append(Said("report.trust.no_stability", {}, False))
    else:
        pieces += [words(told) for told in steadiness(found.stability, spec.task, say)]
    if found.learning is None:
        pieces.append(Said("report.trust.no_learning"))
    else:
        pieces.append(Drawn("learning_curve", found.learning))
    if not found.splits:
        pieces.append(Said("report.trust.no_splits", {}, False))
    else:
        own = (spec.split.kind, spec.split.column)
        pieces.append(Drawn("splits", Splits(spec.task, found.splits, own)))
    return tuple(pieces)


SECTION = alone("trust", 80, _pieces)
