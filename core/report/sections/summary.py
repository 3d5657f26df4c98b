"""What the model is and what it finds, on one page."""

from __future__ import annotations

from pathlib import Path

from core.evaluate.headline import headline
from core.evaluate.metric import headline_metric
from core.report.known import Known
from core.report.section import alone
from core.report.wording import QUIET, asked, family_name, when
from core.review.piece import Listed, Piece, Said
from core.store import reviews


def _pieces(known: Known) -> tuple[Piece, ...]:
    found = headline(known.evaluation)
    rows = len(known.evaluation.predictions.rows)
    return (
        Said(f"evaluate.headline.{found.key}", found.facts),
        Said("evaluate.held_out.note", {"rows": rows}),
        Listed("report.summary.glance", QUIET, _glance(known)),
    )


def _glance(known: Known) -> tuple[tuple[object, ...], ...]:
    say, saved = known.say, known.saved
    metric = headline_metric(known.spec.task).key
    score = known.evaluation[metric]
    facts = {"value": score.value, "low": score.low, "high": score.high}
    return (
        (say("report.summary.predicts"), asked(known)),
        (say("report.summary.kind"), family_name(known)),
        (say(f"evaluate.metric.{metric}.name"), say("report.summary.score", **facts)),
        (say("report.summary.learned"), saved.model.training_rows),
        (say("report.summary.judged"), len(known.evaluation.predictions.rows)),
        (say("report.summary.table"), saved.table_name),
        (say("report.summary.trained"), when(saved.trained_at)),
        (say("report.summary.id"), saved.model.spec.id),
        *(() if known.project is None else (_state(known),)),
    )


def _state(known: Known) -> tuple[str, str]:
    """Where the review stands, as it was last looked at."""
    state = reviews.load(known.project or Path(), known.spec.id).state
    return known.say("report.summary.review"), known.say(f"review.state.{state}_is")


SECTION = alone("summary", 10, _pieces)
