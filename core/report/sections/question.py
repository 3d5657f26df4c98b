"""What is predicted, of whom, and by which customers it was judged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.behaviour import recipe as recipes
from core.behaviour.asking import begins
from core.behaviour.question import Question
from core.evaluate.truth import truth_of
from core.models.family import Task
from core.report.known import Known
from core.report.section import alone
from core.report.wording import QUIET, asked, words
from core.review.piece import Listed, Piece, Said
from core.text.phrases import Phrases
from core.train.spec import SplitKind


def _pieces(known: Known) -> tuple[Piece, ...]:
    spec, model = known.spec, known.saved.model
    split = {"column": spec.split.column, "share": spec.split.held_out, "seed": spec.seed}
    say = known.say
    rows = (
        (say("report.question.target"), spec.target.name),
        (say("report.question.asked"), asked(known)),
        (say("report.question.columns"), len(spec.features)),
        (say("report.question.learned"), model.training_rows),
        (say("report.question.held_out"), len(model.held_out)),
        (say("report.question.left_out"), model.left_out),
    )
    careful = spec.split.kind in (SplitKind.DATE, SplitKind.GROUP)
    return (
        *_of_log(known),
        Listed("report.question.facts", QUIET, rows),
        Said(f"report.question.split.{spec.split.kind}", split, True if careful else None),
        *_answers(known),
        *(Said(note) for note in model.notes if note == "train.note.copies"),
    )


def _of_log(known: Known) -> Iterator[Said]:
    recipe = recipes.read(known.saved.recipe)
    if recipe is None:
        return
    yield words(sentence(recipe.question, known.say))
    if len(recipe.question.cutoffs) > 1:
        yield Said("report.question.cutoffs", {"cutoffs": recipe.question.cutoffs})
    yield Said("report.question.cutoff", {}, True)


def sentence(question: Question, say: Phrases) -> str:
    """The question of a log in words."""
    if question.has_moments:
        return say(f"behaviour.said.{question.asks}", outcome=question.outcome)
    past = {"lookback": question.lookback, "cutoff": question.cutoffs[-1]}
    ahead = {"outcome": question.outcome, "begin": begins(question)}
    window = say(f"behaviour.window.{'later' if question.gap else 'at_once'}", **ahead)
    who = say(f"behaviour.who.{question.eligible}", **past)
    return say(f"behaviour.said.{question.asks}", who=who, window=window)


def _answers(known: Known) -> Iterator[Listed]:
    """How often each answer was among the held-out customers."""
    predictions = known.evaluation.predictions
    if predictions.task is Task.REGRESSION:
        return
    counts = np.bincount(truth_of(predictions).astype(int), minlength=len(predictions.classes))
    total = int(counts.sum())
    rows = tuple(
        (name, int(count), known.say("report.share", share=count / total))
        for name, count in zip(predictions.classes, counts, strict=True)
    )
    headers = ("report.question.answer", "report.question.customers", "report.question.share")
    yield Listed("report.question.answers", headers, rows)


SECTION = alone("question", 40, _pieces)
