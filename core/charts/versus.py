"""A model less others on the same customers: which differences are more than luck."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, OUTCOME
from core.charts.dots import Dot, dots, in_rows
from core.evaluate.compare import Difference
from core.evaluate.versus import Versus
from core.text.plain import visible

KEY = "charts_versus"
COLOURS = {0: NEUTRAL, 1: OUTCOME, 2: OTHER}


def draw(found: Versus, look: Look) -> Drawing:
    """A dot a difference with its interval, and the line of no difference."""
    figure = go.Figure()
    if not found.differences:
        words = look.say(f"{KEY}.title_none"), look.say(f"{KEY}.sentence_none")
        return Drawing(figure.update_layout(height=60), *words, pd.DataFrame())
    figure.add_vline(0, line_color=NEUTRAL, line_dash="dot")
    for verdict, colour in COLOURS.items():
        shown = [
            Dot(name, d.difference, d.low, d.high)
            for name, d in found.differences
            if d.better == verdict
        ]
        figure.add_trace(dots(shown, colour, look.say(f"{KEY}.verdict_{verdict}")))
    axis = look.say(f"{KEY}.axis", metric=_metric(found, look), name=visible(found.name))
    in_rows(figure, [name for name, _ in found.differences], axis)
    return Drawing(figure, _title(found, look), _sentence(found, look), _table(found, look))


def _metric(found: Versus, look: Look) -> str:
    return look.say(f"evaluate.metric.{found.differences[0][1].metric}.name")


def _title(found: Versus, look: Look) -> str:
    better = sum(d.better == 1 for _, d in found.differences)
    worse = sum(d.better == 2 for _, d in found.differences)
    facts: dict[str, object] = {"name": visible(found.name), "others": len(found.differences)}
    if not better and not worse:
        return look.say(f"{KEY}.title_open", **facts)
    if len(found.differences) == 1:
        facts["other"] = visible(found.differences[0][0])
        return look.say(f"{KEY}.title_{'better' if better else 'worse'}", **facts)
    return look.say(f"{KEY}.title", better=better, worse=worse, **facts)


def _sentence(found: Versus, look: Look) -> str:
    rows = min(d.rows for _, d in found.differences)
    return look.say(f"{KEY}.sentence", rows=rows, tried=found.tried)


def _table(found: Versus, look: Look) -> pd.DataFrame:
    metric = _metric(found, look)

    def cells(name: str, d: Difference) -> dict[str, object]:
        return {
            look.say(f"{KEY}.other"): name,
            metric: d.second,
            look.say(f"{KEY}.difference"): d.difference,
            look.say(f"{KEY}.low"): d.low,
            look.say(f"{KEY}.high"): d.high,
            look.say(f"{KEY}.verdict"): look.say(f"{KEY}.verdict_{d.better}"),
        }

    return pd.DataFrame([cells(name, d) for name, d in found.differences])


def example() -> Versus:
    """One that is worse, one that is better, and one that nobody can tell apart."""
    return Versus(
        "Gradient boosting",
        (
            ("No model", Difference("roc_auc", 0.92, 0.5, 0.42, 0.40, 0.44, 3083, 1)),
            ("Ensemble", Difference("roc_auc", 0.92, 0.93, -0.01, -0.015, -0.005, 3083, 2)),
            ("Random forest", Difference("roc_auc", 0.92, 0.918, 0.002, -0.004, 0.008, 3083, 0)),
        ),
        3,
    )


CHART = Chart("versus", draw, example)
