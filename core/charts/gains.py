"""The gains chart: how much of the outcome contacting a share of customers reaches."""

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
from core.evaluate.curves.gains import Gains, gains
from core.evaluate.truth import known, one_vs_rest
from core.models.family import Task
from core.predict import Predictions

SHARE_IN_TITLE = 0.2


@dataclass(frozen=True)
class GainsLine:
    """One model's gains, and the share contacted and reached at the threshold."""

    name: str
    curve: Gains
    at: tuple[float, float] | None

    def reached(self, share: float) -> float:
        """The share of the outcome among the surest ``share`` of customers."""
        return float(np.interp(share, self.curve.share, self.curve.gains))


@dataclass(frozen=True)
class GainsPoints:
    """Lines to draw, and the outcome that is looked for."""

    lines: tuple[GainsLine, ...]
    outcome: str
    threshold: float

    @property
    def ranked(self) -> tuple[GainsLine, ...]:
        """By what the surest fifth reaches, most first."""
        return tuple(
            sorted(self.lines, key=lambda line: -np.nan_to_num(line.reached(SHARE_IN_TITLE)))
        )


def points(models: Models, threshold: float = 0.5, class_number: int = 1) -> GainsPoints:
    """The gains of models; for several classes those of ``class_number`` against the rest."""
    marked = models[0][1].task is Task.BINARY
    seen = [(name, one_vs_rest(known(p), class_number)) for name, p in models]
    lines = tuple(
        GainsLine(name, gains(p), _at(p, threshold) if marked else None) for name, p in seen
    )
    return GainsPoints(lines, seen[0][1].outcome, threshold)


def _at(p: Predictions, threshold: float) -> tuple[float, float]:
    found = confusion(p, threshold)
    return float(found.of_all[:, 1].sum()), float(found.of_actual[1, 1])


def draw(shown: GainsPoints, look: Look) -> Drawing:
    """A line a model between the random and the perfect order, and the threshold."""
    figure = plane(
        look.say("charts_evaluate.gains.x"),
        look.say("charts_evaluate.gains.y", outcome=shown.outcome),
        legend=len(shown.lines) > 1,
    )
    base = shown.lines[0].curve.base
    reference(figure, [0, 1], [0, 1])
    note(figure, 0.62, 0.6, look.say("charts_evaluate.random"), xanchor="left", yanchor="top")
    reference(figure, [0, base, 1], [0, 1, 1])
    note(figure, 1, 1, look.say("charts_evaluate.perfect"), xanchor="right", yanchor="bottom")
    hover = hover_words(look, "gains")
    for number, line in enumerate(shown.lines):
        curve(figure, number, line.name, line.curve.share, line.curve.gains, hover)
    for number, line in enumerate(shown.lines):
        if line.at is not None:
            said = look.say("charts_evaluate.at", threshold=shown.threshold, name=line.name)
            mark(figure, number, *line.at, said)
    figure.update_xaxes(**share_axis())
    figure.update_yaxes(**share_axis(-0.01, 1.08))
    return Drawing(figure, _title(shown, look), _sentence(shown, look), table(shown, look))


def _title(shown: GainsPoints, look: Look) -> str:
    best = shown.ranked[0]
    reached = best.reached(SHARE_IN_TITLE)
    if not np.isfinite(reached):
        return look.say("charts_evaluate.one_class")
    facts: dict[str, object] = {
        "name": cut(best.name),
        "share": SHARE_IN_TITLE,
        "reached": reached,
        "outcome": shown.outcome,
    }
    if len(shown.lines) == 1:
        return look.say("charts_evaluate.gains.title", **facts)
    second = shown.ranked[1]
    facts |= {"second": cut(second.name), "second_reached": second.reached(SHARE_IN_TITLE)}
    return look.say("charts_evaluate.gains.title_several", **facts)


def _sentence(shown: GainsPoints, look: Look) -> str:
    words = look.say("charts_evaluate.gains.sentence", outcome=shown.outcome)
    if shown.lines[0].at is None:
        return words
    return f"{words} {look.say('charts_evaluate.diamonds', threshold=shown.threshold)}"


def table(shown: GainsPoints, look: Look) -> pd.DataFrame:
    """Customers, share, gains and lift of every point."""

    def column(key: str) -> str:
        return look.say(f"charts_evaluate.table.{key}")

    parts = [
        pd.DataFrame(
            {
                column("name"): line.name,
                column("customers"): np.round(line.curve.share * line.curve.rows).astype(int),
                column("share"): percent(line.curve.share),
                column("gains"): percent(line.curve.gains),
                column("lift"): np.round(line.curve.lift, 3),
            }
        )
        for line in shown.lines
    ]
    return pd.concat(parts, ignore_index=True)


def example() -> GainsPoints:
    """Two models."""
    return points(example_models(Task.BINARY), 0.4)


CHART = Chart("gains", draw, example)
