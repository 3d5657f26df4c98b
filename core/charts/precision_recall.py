"""The precision-recall chart: how right the list is against how much of the outcome it holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.plane import (
    Models,
    curve,
    cut,
    example_models,
    hover_words,
    mark,
    note,
    percent,
    plane,
    reference,
    share_axis,
)
from core.evaluate.confusion import confusion
from core.evaluate.curves.precision_recall import PrecisionRecall, precision_recall
from core.evaluate.truth import known, one_vs_rest
from core.intervals import ratio
from core.models.family import Task
from core.predict import Predictions


@dataclass(frozen=True)
class PrecisionRecallLine:
    """One model's curve and the recall and precision at the threshold (None: nobody, or none)."""

    name: str
    curve: PrecisionRecall
    at: tuple[float, float] | None


@dataclass(frozen=True)
class PrecisionRecallPoints:
    """Lines to draw, and the outcome that is looked for."""

    lines: tuple[PrecisionRecallLine, ...]
    outcome: str
    threshold: float


def points(models: Models, threshold: float = 0.5, class_number: int = 1) -> PrecisionRecallPoints:
    """The curves of models; for several classes that of ``class_number`` against the rest."""
    marked = models[0][1].task is Task.BINARY
    seen = [(name, one_vs_rest(known(p), class_number)) for name, p in models]
    lines = tuple(
        PrecisionRecallLine(name, precision_recall(p), _at(p, threshold) if marked else None)
        for name, p in seen
    )
    return PrecisionRecallPoints(lines, seen[0][1].outcome, threshold)


def _at(p: Predictions, threshold: float) -> tuple[float, float] | None:
    counts = confusion(p, threshold).counts
    found = (
        float(ratio(counts[1, 1], counts[1].sum())),
        float(ratio(counts[1, 1], counts[:, 1].sum())),
    )
    return found if np.isfinite(found).all() else None


def draw(shown: PrecisionRecallPoints, look: Look) -> Drawing:
    """A line a model, the share of the outcome as the line of a random list, the threshold."""
    figure = plane(
        look.say("charts_evaluate.precision_recall.x", outcome=shown.outcome),
        look.say("charts_evaluate.precision_recall.y", outcome=shown.outcome),
        legend=len(shown.lines) > 1,
    )
    base = shown.lines[0].curve.base
    reference(figure, [0, 1], [base, base])
    words = look.say("charts_evaluate.precision_recall.no_model", base=base)
    note(figure, 0.01, base, words, xanchor="left", yanchor="bottom")
    hover = hover_words(look, "precision_recall")
    for number, line in enumerate(shown.lines):
        curve(figure, number, line.name, line.curve.recall, line.curve.precision, hover)
    for number, line in enumerate(shown.lines):
        if line.at is not None:
            said = look.say("charts_evaluate.at", threshold=shown.threshold, name=line.name)
            mark(figure, number, *line.at, said)
    figure.update_xaxes(**share_axis())
    figure.update_yaxes(**share_axis(0.0, 1.02))
    return Drawing(figure, _title(shown, look), _sentence(shown, look), _table(shown, look))


def _title(shown: PrecisionRecallPoints, look: Look) -> str:
    ranked = sorted(shown.lines, key=lambda line: -np.nan_to_num(line.curve.average_precision))
    best = ranked[0]
    if not np.isfinite(best.curve.average_precision):
        return look.say("charts_evaluate.one_class")
    facts: dict[str, object] = {
        "name": cut(best.name),
        "ap": best.curve.average_precision,
        "base": best.curve.base,
    }
    if len(ranked) == 1:
        return look.say("charts_evaluate.precision_recall.title", **facts)
    facts |= {"second": cut(ranked[1].name), "second_ap": ranked[1].curve.average_precision}
    return look.say("charts_evaluate.precision_recall.title_several", **facts)


def _sentence(shown: PrecisionRecallPoints, look: Look) -> str:
    words = look.say("charts_evaluate.precision_recall.sentence", outcome=shown.outcome)
    if all(line.at is None for line in shown.lines):
        return words
    return f"{words} {look.say('charts_evaluate.diamonds', threshold=shown.threshold)}"


def _table(shown: PrecisionRecallPoints, look: Look) -> pd.DataFrame:
    def column(key: str) -> str:
        return look.say(f"charts_evaluate.table.{key}")

    parts = [
        pd.DataFrame(
            {
                column("name"): line.name,
                column("threshold"): np.round(line.curve.threshold, 4),
                column("recall"): percent(line.curve.recall),
                column("precision"): percent(line.curve.precision),
            }
        )
        for line in shown.lines
    ]
    return pd.concat(parts, ignore_index=True)


def example() -> PrecisionRecallPoints:
    """Two models."""
    return points(example_models(Task.BINARY), 0.4)


CHART = Chart("precision_recall", draw, example)
