"""Do its answers and reasons agree with a person who knows the customers?"""

from __future__ import annotations

from core.questions.known import Known
from core.questions.question import Question, waiting
from core.review.people import CUSTOMERS
from core.review.piece import Piece, Said
from core.text.phrases import Phrases

KEY = "questions.people"


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """How often the person and the model said the same. No customer is named."""
    judged = known.review.judged
    if not judged:
        return (waiting("people"),)
    agreed, many = sum(each.agrees for each in judged), len(judged)
    right = sum(each.said == each.happened for each in judged)
    model = sum(each.model == each.happened for each in judged)
    facts = {"agreed": agreed, "many": many, "right": right, "model": model}
    told: list[Piece] = [Said(f"{KEY}.agreed", facts)]
    asked = [each for each in judged if each.shares is not None]
    if asked:
        shared = sum(bool(each.shares) for each in asked)
        told.append(Said(f"{KEY}.shared", {"shared": shared, "asked": len(asked)}))
    if many < CUSTOMERS:
        told.append(Said(f"{KEY}.left", {"left": CUSTOMERS - many}))
    return tuple(told)


QUESTION = Question("people", 80, pieces)
