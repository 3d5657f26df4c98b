"""How good the model is by month: held-out customers' months, then those of the new ones."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, OUTCOME, QUIET
from core.charts.effects import AXIS, figure
from core.charts.grouping import hover, name_places
from core.drift.comparison import Course, Period
from core.evaluate.metric import headline_metric
from core.explain.values import cut
from core.models.family import Task
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_drift.by_month"
HEIGHT = 420
COUNTS_TOP = 0.24
SIDES = ((False, "then", OTHER, "circle"), (True, "now", OUTCOME, "diamond"))


def draw(shown: Course, look: Look) -> Drawing:
    """A dot a period with its interval; grey bars below count customers."""
    say, places = look.say, list(range(len(shown.periods)))
    fig = figure(0).update_layout(height=HEIGHT)
    for now, key, colour, symbol in SIDES:
        some = [i for i in places if shown.periods[i].now is now]
        if some:
            fig.add_trace(_dots(shown, some, (colour, symbol, say(f"{KEY}.{key}")), say))
    fig.add_bar(
        x=places,
        y=[one.rows for one in shown.periods],
        yaxis="y2",
        marker_color=[QUIET if one.value is None else NEUTRAL for one in shown.periods],
        showlegend=False,
        customdata=[_hover(one, say) for one in shown.periods],
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.update_layout(
        yaxis=AXIS | {"domain": [COUNTS_TOP + 0.06, 1], "title": plot_text(_metric(shown, say)),
                      "gridcolor": QUIET, "showgrid": True},
        yaxis2=AXIS | {"domain": [0, COUNTS_TOP], "gridcolor": QUIET, "nticks": 3,
                       "title": say(f"{KEY}.rows"), "rangemode": "tozero"},
        showlegend=True,
        margin_t=34,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )  # fmt: skip
    fig.update_xaxes(
        title=plot_text(cut(shown.column)), showgrid=False, range=[-0.6, len(places) - 0.4],
        anchor="y2",
    )  # fmt: skip
    name_places(fig, places, [one.name for one in shown.periods])
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _dots(shown: Course, some: list[int], looks: tuple[str, str, str], say: Phrases) -> go.Scatter:
    colour, symbol, named = looks
    known = [i for i in some if shown.periods[i].value is not None]
    periods = [shown.periods[i] for i in known]
    return go.Scatter(
        x=known,
        y=[one.value for one in periods],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [(one.high or 0.0) - (one.value or 0.0) for one in periods],
            "arrayminus": [(one.value or 0.0) - (one.low or 0.0) for one in periods],
            "thickness": 1.5,
        },
        mode="lines+markers",
        name=named,
        marker={"color": colour, "size": 9, "symbol": symbol},
        line={"color": colour, "width": 1.5},
        customdata=[_hover(one, say) for one in periods],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _hover(one: Period, say: Phrases) -> str:
    key = "hover" if one.value is not None else "hover_few"
    facts = {"value": one.value, "low": one.low, "high": one.high}
    return hover(say(f"{KEY}.{key}", name=one.name, rows=one.rows, **facts))


def _metric(shown: Course, say: Phrases) -> str:
    return say(f"evaluate.metric.{headline_metric(shown.task).key}.name")


def _title(shown: Course, say: Phrases) -> str:
    known = [one for one in shown.periods if one.value is not None]
    facts = {"metric": _metric(shown, say), "value": known[-1].value, "name": known[-1].name}
    if len(known) == 1:
        return say(f"{KEY}.title_one", **facts)
    return say(f"{KEY}.title", first=known[0].value, first_name=known[0].name, **facts)


def _sentence(shown: Course, say: Phrases) -> str:
    grey = sum(one.value is None for one in shown.periods)
    unit = say(f"{KEY}.unit_{shown.unit}")
    return say(f"{KEY}.sentence", unit=unit, column=cut(shown.column), grey=grey)


def _table(shown: Course, say: Phrases) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say(f"{KEY}.period"): [one.name for one in shown.periods],
            say(f"{KEY}.when"): [
                say(f"{KEY}.{'now' if one.now else 'then'}") for one in shown.periods
            ],
            say(f"{KEY}.rows"): [one.rows for one in shown.periods],
            _metric(shown, say): [one.value for one in shown.periods],
            say(f"{KEY}.low"): [one.low for one in shown.periods],
            say(f"{KEY}.high"): [one.high for one in shown.periods],
        }
    )


def example() -> Course:
    """Points for tests."""
    periods = (
        Period("2024-01", False, 400, 0.84, 0.80, 0.88),
        Period("2024-02", False, 380, 0.85, 0.81, 0.89),
        Period("2024-03", True, 12, None, None, None),
        Period("2024-04", True, 420, 0.78, 0.74, 0.82),
    )
    return Course("day <b>%{x}</b>", "month", Task.BINARY, periods)


CHART = Chart("by_month", draw, example)
