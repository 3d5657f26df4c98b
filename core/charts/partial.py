"""What the model says as one column alone is changed: on average, and of single customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, QUIET, SERIES
from core.charts.effects import Floats, drawn, figure, name_rows, of, swarm
from core.explain.amounts import Unit, unit_for
from core.explain.explanation import Scale
from core.explain.partial import Partial, partial
from core.explain.sentences import subject
from core.explain.values import cut, in_words
from core.text.phrases import Phrases
from core.text.plain import plot_text, visible
from core.train.training import TrainedModel

HEIGHT = 420
LINES_AT_MOST = 50
DOTS_AT_MOST = 1_200
RUG_AT_MOST = 300
LONGEST_LEVEL = 24


@dataclass(frozen=True)
class PartialPoints:
    """One column's partial dependence and what is predicted."""

    found: Partial
    subject: str


def points(found: Partial, target: str = "") -> PartialPoints:
    """What ``core.explain.partial`` found."""
    return PartialPoints(found, subject(found.of, found.scale, target))


def of_model(model: TrainedModel, column: str, named: str = "") -> PartialPoints | None:
    """The points of one column of a model; None where training rows held no value of it.

    Raises UnknownColumn and UnknownOutcome.
    """
    found = partial(model, column, named)
    return None if found is None else points(found, model.spec.target.name)


def draw(shown: PartialPoints, look: Look) -> Drawing:
    """Lines along a number with the average in its band, or a row of dots a level."""
    unit = unit_for(shown.found.scale, shown.found.mean.tolist())
    by_level = shown.found.numbers is None
    fig = _by_level(shown, unit, look) if by_level else _by_number(shown, unit, look)
    title, sentence = _title(shown, unit, look.say), _sentence(shown, unit, look.say)
    return Drawing(fig, title, sentence, _table(shown, unit, look.say))


def _axis(shown: PartialPoints, say: Phrases) -> dict[str, Any]:
    scale = shown.found.scale
    return {
        "title": plot_text(say(f"charts_explain.partial.axis_{scale}", of=shown.subject)),
        "ticksuffix": "%" if scale is Scale.CHANCE else "",
    }


def _by_number(shown: PartialPoints, unit: Unit, look: Look) -> go.Figure:
    found, fig = shown.found, figure(3)
    x, lines = found.values, drawn(found.lines[_some(found, LINES_AT_MOST)], found.scale)
    apart = np.hstack([lines, np.full((len(lines), 1), np.nan)])
    along = pd.concat([x, pd.Series([None], dtype=x.dtype)])
    fig.add_scatter(
        x=pd.concat([along] * len(lines)),
        y=apart.ravel(),
        mode="lines",
        line={"color": QUIET, "width": 1},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=pd.concat([x, x[::-1]]),
        y=drawn(np.concatenate([found.high, found.low[::-1]]), found.scale),
        mode="none",
        fill="toself",
        fillcolor=SERIES[0],
        opacity=0.2,
        hoverinfo="skip",
    )
    fig.add_trace(_mean(found, x, drawn(found.mean, found.scale), unit, look.say))
    fig.add_trace(_rug(found, lines))
    fig.update_layout(height=HEIGHT, hovermode="closest")
    fig.update_xaxes(title=plot_text(cut(found.column)), showgrid=False)
    fig.update_yaxes(showgrid=True, gridcolor=QUIET, **_axis(shown, look.say))
    return fig


def _some(found: Partial, at_most: int) -> np.ndarray:
    """Customers spread evenly over the order of their answers."""
    order = np.argsort(found.lines.mean(axis=1), kind="stable")
    return order[np.linspace(0, len(order) - 1, min(len(order), at_most)).astype(int)]


def _rug(found: Partial, lines: Floats) -> go.Scatter:
    """Ticks under the lines where customers are."""
    places = np.linspace(0, len(found.seen) - 1, min(len(found.seen), RUG_AT_MOST)).astype(int)
    seen = pd.Series(found.seen[places], dtype=float)
    dates = pd.api.types.is_datetime64_any_dtype(found.values.dtype)
    low, high = (float(lines.min()), float(lines.max())) if lines.size else (0.0, 1.0)
    return go.Scatter(
        x=pd.to_datetime(seen, unit="D") if dates else seen,
        y=np.full(len(seen), low - 0.05 * ((high - low) or 1.0)),
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 9, "color": NEUTRAL, "opacity": 0.5},
        hoverinfo="skip",
    )


def _mean(found: Partial, x: Any, y: Any, unit: Unit, say: Phrases) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="lines+markers",
        marker={"size": 6, "color": SERIES[0]},
        line={"color": SERIES[0], "width": 3},
        customdata=[plot_text(words) for words in _hovers(found, unit, say)],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _hovers(found: Partial, unit: Unit, say: Phrases) -> list[str]:
    return [
        say(
            "charts_explain.partial.hover",
            column=found.column,
            value=in_words(value, say),
            mean=unit.level(unit.shown(mean)),
            low=unit.level(unit.shown(low)),
            high=unit.level(unit.shown(high)),
        )
        for value, mean, low, high in zip(
            found.values, found.mean, found.low, found.high, strict=True
        )
    ]


def _by_level(shown: PartialPoints, unit: Unit, look: Look) -> go.Figure:
    """Dots of single customers, and the average with its interval: a row a level."""
    found, fig, levels = shown.found, figure(len(shown.found.values)), len(shown.found.values)
    chosen = _some(found, max(1, DOTS_AT_MOST // levels))
    x = drawn(found.lines[chosen], found.scale)
    low, high = float(x.min()), float(x.max())
    y = np.stack([row + swarm(x[:, row], low, high) for row in range(levels)], axis=1)
    fig.add_scatter(
        x=x.ravel(),
        y=y.ravel(),
        mode="markers",
        marker={"size": 4, "color": NEUTRAL, "opacity": 0.4},
        hoverinfo="skip",
    )
    means = drawn(found.mean, found.scale)
    trace = _mean(found, means, list(range(levels)), unit, look.say)
    wide = drawn(found.high - found.mean, found.scale)
    trace.update(
        mode="markers",
        marker={"symbol": "diamond", "size": 10},
        error_x={"array": wide, "thickness": 2, "color": SERIES[0]},
    )
    fig.add_trace(trace)
    name_rows(fig, [plot_text(label) for label in _labels(found, look.say)])
    fig.update_xaxes(**_axis(shown, look.say))
    fig.update_yaxes(title=plot_text(cut(found.column)))
    fig.update_layout(hovermode="closest")
    return fig


def _labels(found: Partial, say: Phrases) -> list[str]:
    """Each level with how many background customers have it."""
    return [
        say(
            "charts_explain.partial.level",
            level=cut(level, LONGEST_LEVEL),
            rows=int((found.seen == level).sum()),
        )
        for level in found.values
    ]


def _title(shown: PartialPoints, unit: Unit, say: Phrases) -> str:
    found = shown.found
    words = of(shown.subject, found.scale, say)
    high, low = (unit.shown(found.mean[place]) for place in (found.best, found.worst))
    flat = high == low
    return say(
        f"charts_explain.partial.title_{'flat' if flat else 'moves'}",
        column=cut(found.column),
        of=words,
        low=unit.level(low),
        high=unit.level(high),
        worst=in_words(found.values.iloc[found.worst], say),
        best=in_words(found.values.iloc[found.best], say),
    )


def _sentence(shown: PartialPoints, unit: Unit, say: Phrases) -> str:
    found = shown.found
    most = LINES_AT_MOST if found.numbers is not None else DOTS_AT_MOST // len(found.values)
    kind = "level" if found.numbers is None else "number"
    parts = [
        say(
            f"charts_explain.partial.sentence_{kind}",
            drawn=min(found.rows, max(1, most)),
            rows=found.rows,
            column=cut(found.column),
        )
    ]
    if unit.shown(found.mean[found.best]) != unit.shown(found.mean[found.worst]):
        parts.append(say("charts_explain.partial.otherwise", share=found.otherwise))
    if found.left_out:
        parts.append(say("charts_explain.partial.left_out", levels=found.left_out))
    return " ".join(parts)


def _table(shown: PartialPoints, unit: Unit, say: Phrases) -> pd.DataFrame:
    found, scale = shown.found, shown.found.scale

    def numbers(amounts: Floats) -> list[float]:
        return [float(unit.shown(amount)) for amount in amounts]

    return pd.DataFrame(
        {
            visible(found.column): [in_words(value, say) for value in found.values],
            say(f"charts_explain.partial.mean_{scale}"): numbers(found.mean),
            say("charts_explain.table.low"): numbers(found.low),
            say("charts_explain.table.high"): numbers(found.high),
        }
    )


def example() -> PartialPoints:
    """Points for tests: a made-up column of 150 customers."""
    chance = np.random.default_rng(0)
    values = pd.Series(np.linspace(0, 60, 30))
    slope = chance.normal(0.006, 0.004, 150)[:, None]
    lines = np.clip(0.1 + chance.random((150, 1)) * 0.3 + slope * values.to_numpy(), 0, 1)
    mean, error = lines.mean(axis=0), lines.std(axis=0) / np.sqrt(150)
    found = Partial(
        column="PageValues <b>%{x}</b>",
        of="TRUE",
        scale=Scale.CHANCE,
        rows=150,
        values=values,
        numbers=np.linspace(0, 60, 30),
        lines=lines,
        mean=mean,
        low=mean - 2 * error,
        high=mean + 2 * error,
        seen=np.sort(chance.exponential(12, 400).clip(0, 60)),
    )
    return points(found, "Revenue")


CHART = Chart("partial", draw, example)
