"""Can anything leak the future, and how were customers held out?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from core.charts.splits import Splits, kindest, strictest
from core.data.finding import Finding
from core.evaluate.metric import headline_metric
from core.questions.known import Known
from core.questions.question import Question, waiting
from core.review.piece import Drawn, Piece, Said
from core.robust.splits import FLATTERS
from core.text.phrases import Phrases

KEY = "questions.future"
LEAKS = ("gives_away", "filled_after", "suspicious", "same_customer")


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """Columns that give the answer away, the proof of features, and the split."""
    return (*_leaks(known, say), *_proof(known, say), *_split(known, say))


def _leaks(known: Known, say: Phrases) -> Iterator[Piece]:
    if known.findings is None:
        yield waiting("findings")
        return
    learned = {c.name for c in known.saved.model.spec.features}
    found = [f for f in known.findings if f.code in LEAKS and (f.column in learned or not f.column)]
    if not found:
        yield Said(f"{KEY}.no_leaks", {"columns": len(learned)}, good=True)
    for each in found:
        yield _leak(each, say)


def _leak(found: Finding, say: Phrases) -> Piece:
    words = say(f"check.{found.code}.what", **asdict(found))
    return Said("questions.text", {"text": words}, good=False)


def _proof(known: Known, say: Phrases) -> Iterator[Piece]:
    if not known.saved.recipe:
        yield Said(f"{KEY}.no_log")
        return
    proof = known.proof
    if proof is None:
        yield waiting("proof")
        return
    cutoffs = ", ".join(proof.cutoffs[:3]) + (" …" if len(proof.cutoffs) > 3 else "")
    facts = {"equal": proof.equal, "cells": proof.cells, "cutoffs": cutoffs}
    key = "behaviour.proof.holds" if proof.holds else "behaviour.proof.fails"
    yield Said(key, facts, good=proof.holds)


def _split(known: Known, say: Phrases) -> Iterator[Piece]:
    model = known.saved.model
    split = model.spec.split
    facts = {"column": split.column, "rows": len(model.held_out)}
    yield Said(f"{KEY}.split.{split.kind}", facts)
    if known.examined.splits is None:
        yield waiting("splits")
        return
    ways = known.examined.splits
    if not ways:
        return
    shown = Splits(model.spec.task, ways, (split.kind, split.column))
    sign = headline_metric(model.spec.task).better.sign
    best, worst = kindest(shown), strictest(shown)
    own = next((w for w in ways if (w.kind, w.column) == shown.own), None)
    if own is not None and len(ways) > 1:
        flattered = sign * (own.score - worst.score)
        metric = say(f"evaluate.metric.{headline_metric(model.spec.task).key}.name")
        told = {"metric": metric, "own": own.score, "worst": worst.score, "best": best.score}
        good = flattered < FLATTERS
        yield Said(f"{KEY}.{'honest' if good else 'flatters'}", told, good=good)
    yield Drawn("splits", shown)


QUESTION = Question("future", 20, pieces)
