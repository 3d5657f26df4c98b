"""How good it is on customers it never saw, against what it must beat."""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.charts import board
from core.charts.board import Line
from core.evaluate.evaluation import Score
from core.evaluate.metric import headline_metric, metrics_of
from core.evaluate.units import count_of
from core.models.family import Task
from core.report.gathering import listed
from core.report.known import Known, Rival
from core.report.section import alone
from core.review.piece import Drawn, Listed, Piece, Said
from core.review.together import together
from core.train.rivals import BASELINE

COLUMN = "column"


def _pieces(known: Known) -> tuple[Piece, ...]:
    predictions = known.evaluation.predictions
    return (
        *_threshold(known),
        _figures(known),
        *together(len(predictions.rows), count_of(predictions)),
        *_undefined(known),
        *_beaten(known, BASELINE),
        *_beaten(known, COLUMN),
        *_compared(known),
    )


def _threshold(known: Known) -> Iterator[Said]:
    if known.spec.task is Task.BINARY:
        yield Said("report.figures.threshold", {"threshold": known.evaluation.threshold})


def _figures(known: Known) -> Listed:
    """Every figure with its interval, beside those of the yardsticks."""
    beside = [known.rival(BASELINE), known.rival(COLUMN)]
    rows = []
    for metric in metrics_of(known.spec.task):
        if metric.key not in known.evaluation:
            continue
        own = known.evaluation[metric.key]
        others = [_value(rival, metric.key) for rival in beside]
        name = known.say(f"evaluate.metric.{metric.key}.name")
        better = known.say(f"report.figures.{metric.better}")
        rows.append((name, own.value, own.low, own.high, *others, better))
    headers = ("figure", "value", "low", "high", "no_model", "single", "better")
    return Listed(
        "report.figures.all", tuple(f"report.figures.{name}" for name in headers), tuple(rows)
    )


def _value(rival: Rival | None, metric: str) -> float | None:
    score = rival.entry.score(metric) if rival else None
    return None if score is None else score.value


def _undefined(known: Known) -> Iterator[Said]:
    for metric in metrics_of(known.spec.task):
        told = metric.undefined and metric.key in known.evaluation
        if told and math.isnan(known.evaluation[metric.key].value):
            name = known.say(f"evaluate.metric.{metric.key}.name")
            why = known.say(f"evaluate.undefined.{metric.undefined}")
            yield Said("report.figures.undefined", {"metric": name, "why": why}, False)


def _beaten(known: Known, yardstick: str) -> Iterator[Said]:
    """Whether the interval of the headline figure lies wholly beyond the yardstick's figure."""
    if known.spec.family == yardstick:
        return
    rival, metric = known.rival(yardstick), headline_metric(known.spec.task)
    if rival is None:
        yield Said(f"report.figures.not_there.{yardstick}", {}, False)
        return
    own, other = known.evaluation[metric.key], rival.entry.score(metric.key)
    if other is None or math.isnan(own.value) or math.isnan(other.value):
        return
    sign = metric.better.sign
    worst, best = sorted((sign * own.low, sign * own.high))
    way = "better" if worst > sign * other.value else "open"
    way = "worse" if best < sign * other.value else way
    name = known.say(f"evaluate.metric.{metric.key}.name")
    facts = {"metric": name, "value": own.value, "low": own.low, "high": own.high}
    yield Said(f"report.figures.{yardstick}.{way}", facts | {"other": other.value}, way == "better")


def _compared(known: Known) -> Iterator[Piece]:
    """The other models of the question on the shelf."""
    if not known.rivals:
        yield Said("report.figures.none")
        return
    shown, metric = listed(known.rivals), headline_metric(known.spec.task)
    same = [rival for rival in shown if rival.same and rival.entry.score(metric.key)]
    if same:
        lines = (_own_line(known), *map(_line, same))
        yield Drawn("board", board.points(known.spec.task, lines))
    rows = [_row(known.name, known.evaluation[metric.key], len(known.evaluation.predictions.rows))]
    rows = [(*rows[0], known.say("report.figures.this"))]
    for rival in shown:
        score = rival.entry.score(metric.key)
        how = known.say(f"report.figures.{'same' if rival.same else 'other'}")
        rows.append((*_row(rival.name, score, rival.entry.held_out_rows), how))
    headers = ("model", "value", "low", "high", "judged", "by")
    keys = tuple(f"report.figures.{name}" for name in headers)
    yield Listed(f"evaluate.metric.{metric.key}.name", keys, tuple(rows))
    if left := len(known.rivals) - len(shown):
        yield Said("report.figures.more", {"models": left})


def _row(name: str, score: Score | None, rows: int) -> tuple[object, ...]:
    figures = (score.value, score.low, score.high) if score else (None, None, None)
    return (name, *figures, rows)


def _own_line(known: Known) -> Line:
    saved = known.saved
    return Line(
        known.name,
        saved.evaluation.scores,
        saved.seconds,
        saved.model.training_rows,
        len(saved.model.held_out),
        saved.trained_at,
        baseline=known.spec.family == BASELINE,
        chosen=True,
    )


def _line(rival: Rival) -> Line:
    entry = rival.entry
    return Line(
        rival.name,
        entry.scores,
        entry.seconds,
        entry.training_rows,
        entry.held_out_rows,
        entry.trained_at,
        baseline=entry.spec.family == BASELINE,
    )


SECTION = alone("figures", 60, _pieces)
