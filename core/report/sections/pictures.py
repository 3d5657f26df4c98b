"""The held-out customers drawn: how they are ranked, how often it is right, how far it is off."""

from __future__ import annotations

from core.charts import calibration, classes, confusion, gains, lift, predicted_actual, roc
from core.charts.predicted_actual import ErrorPoints
from core.models.family import Task
from core.report.known import Known
from core.report.section import alone
from core.review.piece import Drawn, Listed, Piece, Said

CLASSES_AT_MOST = 10  # lines that can be told apart


def _pieces(known: Known) -> tuple[Piece, ...]:
    task = known.spec.task
    if task is Task.BINARY:
        return _binary(known)
    return _several(known) if task is Task.MULTICLASS else _amounts(known)


def _binary(known: Known) -> tuple[Piece, ...]:
    models, threshold = ((known.name, known.evaluation.predictions),), known.evaluation.threshold
    return (
        Drawn("roc", roc.points(models, threshold)),
        Drawn("lift", lift.points(models, threshold)),
        Drawn("gains", gains.points(models, threshold)),
        Drawn("calibration", calibration.points(models)),
        Drawn("confusion", confusion.points(*models[0], threshold)),
    )


def _several(known: Known) -> tuple[Piece, ...]:
    predictions = known.evaluation.predictions
    curves: Piece = Said("report.pictures.many", {"classes": len(predictions.classes)})
    if len(predictions.classes) <= CLASSES_AT_MOST:
        curves = Drawn("roc", roc.points_by_class(predictions))
    return (
        Drawn("classes", classes.points(known.name, predictions)),
        curves,
        Drawn("confusion", confusion.points(known.name, predictions)),
    )


def _amounts(known: Known) -> tuple[Piece, ...]:
    points = predicted_actual.points(((known.name, known.evaluation.predictions),))
    return (
        Drawn("predicted_actual", points),
        Drawn("residuals", points),
        _tenths(points),
        Said("report.pictures.digits"),
    )


def _tenths(points: ErrorPoints) -> Listed:
    """What is left over in each tenth of customers, in place of a row a customer."""
    headers = ("customers", "predicted", "mean", "low", "high")
    rows = tuple(
        (each.count, each.predicted, each.mean, each.low, each.high)
        for each in points.lines[0].rest.bins
    )
    return Listed(
        "report.pictures.tenths", tuple(f"report.pictures.{name}" for name in headers), rows
    )


SECTION = alone("pictures", 70, _pieces)
