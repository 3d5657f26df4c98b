"""The ROC chart: how well models rank customers, at every threshold."""

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
from core.evaluate.curves.roc import Roc, roc
from core.evaluate.delong import Area, area, area_interval, difference_interval
from core.evaluate.truth import known, one_vs_rest, truth_of
from core.evaluate.units import units_of
from core.models.family import Task
from core.predict import Predictions


@dataclass(frozen=True)
class RocLine:
    """One model's (or class's) curve, its area with interval, and where the threshold puts it."""

    name: str
    curve: Roc
    low: float
    high: float
    at: tuple[float, float] | None


@dataclass(frozen=True)
class RocPoints:
    """Lines to draw. ``leads``: the best is ahead of the second beyond chance (None: unknown)."""

    lines: tuple[RocLine, ...]
    outcome: str
    threshold: float
    leads: bool | None

    @property
    def ranked(self) -> tuple[RocLine, ...]:
        return tuple(sorted(self.lines, key=lambda line: -np.nan_to_num(line.curve.area)))


def points(models: Models, threshold: float = 0.5, class_number: int = 1) -> RocPoints:
    """The ROC curves of models; for several classes that of ``class_number`` against the rest."""
    seen = [(name, one_vs_rest(known(p), class_number)) for name, p in models]
    marked = models[0][1].task is Task.BINARY
    lines = tuple(_line(name, p, threshold if marked else None) for name, p in seen)
    return RocPoints(lines, seen[0][1].outcome, threshold, _leads([p for _, p in seen]))


def points_by_class(predictions: Predictions) -> RocPoints:
    """One model's curve for every class against the rest."""
    judged = known(predictions)
    lines = tuple(
        _line(name, one_vs_rest(judged, number), None) for number, name in enumerate(judged.classes)
    )
    return RocPoints(lines, "", 0.5, None)


def _area(p: Predictions) -> Area:
    return area(p.scores, truth_of(p) == 1, units_of(p))


def _line(name: str, p: Predictions, threshold: float | None) -> RocLine:
    low, high = area_interval(_area(p))
    at = None
    if threshold is not None:
        rates = confusion(p, threshold).of_actual[:, 1]
        at = float(rates[0]), float(rates[1])
    return RocLine(name, roc(p), low, high, at)


def _leads(seen: list[Predictions]) -> bool | None:
    if len(seen) < 2 or any(not np.array_equal(p.rows, seen[0].rows) for p in seen):
        return None
    best, second = sorted((_area(p) for p in seen), key=lambda a: -np.nan_to_num(a.value))[:2]
    return bool(difference_interval(best, second)[0] > 0)


def draw(shown: RocPoints, look: Look) -> Drawing:
    """A line a model, the diagonal of a random order, and the threshold as diamonds."""
    figure = plane(
        look.say("charts_evaluate.roc.x", outcome=shown.outcome),
        look.say("charts_evaluate.roc.y", outcome=shown.outcome)
        if shown.outcome
        else look.say("charts_evaluate.roc.y_class"),
        legend=len(shown.lines) > 1,
    )
    reference(figure, [0, 1], [0, 1])
    note(figure, 0.62, 0.6, look.say("charts_evaluate.no_model"), xanchor="left", yanchor="top")
    hover = hover_words(look, "roc")
    for number, line in enumerate(shown.lines):
        roc_ = line.curve
        curve(figure, number, line.name, roc_.false_positive_rate, roc_.true_positive_rate, hover)
    for number, line in enumerate(shown.lines):
        if line.at is not None:
            words = look.say("charts_evaluate.at", threshold=shown.threshold, name=line.name)
            mark(figure, number, *line.at, words)
    figure.update_xaxes(**share_axis())
    figure.update_yaxes(**share_axis())
    return Drawing(figure, _title(shown, look), _sentence(shown, look), _table(shown, look))


def _title(shown: RocPoints, look: Look) -> str:
    best = shown.ranked[0]
    facts: dict[str, object] = {"name": cut(best.name), "auc": best.curve.area}
    if not np.isfinite(best.curve.area):
        return look.say("charts_evaluate.one_class")
    if len(shown.lines) > 1:
        second = shown.ranked[1]
        key = {True: "title_leads", False: "title_open", None: "title_several"}[shown.leads]
        if not shown.outcome:
            second, key = shown.ranked[-1], "title_classes"
        facts |= {"second": cut(second.name), "second_auc": second.curve.area}
        return look.say(f"charts_evaluate.roc.{key}", **facts)
    if not best.low > 0.5:
        return look.say("charts_evaluate.roc.title_none", **facts)
    key = "title" if best.curve.always_better else "title_mostly"
    return look.say(f"charts_evaluate.roc.{key}", **facts)


def _sentence(shown: RocPoints, look: Look) -> str:
    if not shown.outcome:
        return look.say("charts_evaluate.roc.sentence_classes")
    words = look.say("charts_evaluate.roc.sentence", outcome=shown.outcome)
    if shown.lines[0].at is None:
        return words
    return f"{words} {look.say('charts_evaluate.diamonds', threshold=shown.threshold)}"


def _table(shown: RocPoints, look: Look) -> pd.DataFrame:
    def column(key: str) -> str:
        return look.say(f"charts_evaluate.table.{key}")

    parts = [
        pd.DataFrame(
            {
                column("name"): line.name,
                column("auc"): round(line.curve.area, 4),
                column("auc_low"): round(line.low, 4),
                column("auc_high"): round(line.high, 4),
                column("threshold"): np.round(np.minimum(line.curve.threshold, 1.0), 4),
                column("false_positive_rate"): percent(line.curve.false_positive_rate),
                column("true_positive_rate"): percent(line.curve.true_positive_rate),
            }
        )
        for line in shown.lines
    ]
    return pd.concat(parts, ignore_index=True)


def example() -> RocPoints:
    """Two models."""
    return points(example_models(Task.BINARY), 0.4)


CHART = Chart("roc", draw, example)
