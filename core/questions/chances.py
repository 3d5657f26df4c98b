"""Do its chances (or values) mean what they say?"""

from __future__ import annotations

from collections.abc import Iterator

from core.charts import calibration as calibration_chart
from core.charts import predicted_actual
from core.evaluate.truth import truth_of
from core.models.family import Task
from core.predict import Predictions
from core.questions.known import Known
from core.questions.question import Question
from core.review.calibrated import Calibrated, calibrated
from core.review.piece import Drawn, Listed, Piece, Said
from core.text.phrases import Phrases, figure, share

KEY = "questions.chances"
LEAST_P = 0.001  # that is told
OFF = 0.03  # of an expected calibration error: less hardly moves a decision


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """Mean chance against what happened, the test, and the curve."""
    found = known.saved.evaluation.predictions
    name = say(f"models.{known.saved.model.spec.family}.name")
    if found.task is Task.REGRESSION:
        return tuple(_values(found, name))
    if found.task is Task.BINARY:
        return tuple(_binary(found, name))
    return tuple(_several(found, name))


def _binary(found: Predictions, name: str) -> Iterator[Piece]:
    told = calibrated(found)
    yield _mean(told)
    yield _sure(told)
    yield Drawn("calibration", calibration_chart.points(((name, found),)))


def _mean(told: Calibrated) -> Piece:
    facts = {"predicted": told.predicted, "happened": told.happened, "rows": told.rows}
    inside = told.low <= told.predicted <= told.high
    return Said(f"{KEY}.mean", facts | {"low": told.low, "high": told.high}, good=inside)


def _sure(told: Calibrated) -> Piece:
    if told.p is None:
        return Said(f"{KEY}.constant", {"predicted": told.predicted})
    p = _p(told.p)
    facts = {"error": told.error, "p": p if p.startswith("<") else f"= {p}"}
    if not told.is_off:
        return Said(f"{KEY}.right", facts, good=True)
    return Said(f"{KEY}.{'off' if told.error > OFF else 'slightly'}", facts, good=told.error <= OFF)


def _several(found: Predictions, name: str) -> Iterator[Piece]:
    each = [(c, calibrated(found, number)) for number, c in enumerate(found.classes)]
    worst, told = max(each, key=lambda pair: pair[1].error)
    facts = {"class_": worst, "error": told.error}
    yield Said(f"{KEY}.worst_class", facts, good=told.error <= OFF)
    yield Listed(
        f"{KEY}.classes",
        tuple(f"{KEY}.of_class.{head}" for head in ("name", "predicted", "happened", "error", "p")),
        tuple((c, share(t.predicted), share(t.happened), share(t.error), _p(t.p)) for c, t in each),
    )
    number = found.classes.index(worst)
    yield Drawn("calibration", calibration_chart.points(((name, found),), number))


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return f"< {LEAST_P}" if value < LEAST_P else figure(value)


def _values(found: Predictions, name: str) -> Iterator[Piece]:
    means = {"predicted": float(found.scores.mean()), "happened": float(truth_of(found).mean())}
    yield Said(f"{KEY}.values", means | {"rows": len(found.rows)})
    yield Drawn("predicted_actual", predicted_actual.points(((name, found),)))


QUESTION = Question("chances", 40, pieces)
