"""How the predictions of a segment spread before and after a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OUTCOME, QUIET
from core.charts.effects import drawn, figure, of, upright, with_unit
from core.charts.grouping import HEIGHT, hover
from core.explain.amounts import Unit, unit_for
from core.explain.explanation import Scale
from core.explain.sentences import subject
from core.models.family import Floats, Task
from core.text.plain import plot_text
from core.what_if.segment import Shifted
from core.what_if.totals import each, outcomes

KEY = "charts_segment.shift"
BINS = 30


@dataclass(frozen=True)
class Shift:
    """Customers by what is predicted of them: ``edges`` (b + 1,), counts (b,) before and after.

    ``rose``, ``fell`` and ``same`` count customers by what is shown of their change.
    """

    edges: Floats
    before: Floats
    after: Floats
    mean_before: float
    mean_after: float
    rose: int
    fell: int
    same: int
    unit: Unit
    subject: str

    @property
    def customers(self) -> int:
        return self.rose + self.fell + self.same


def points(found: Shifted, outcome: str = "") -> Shift:
    """The spread of one outcome's chance (or of the values); at least one customer is needed.

    Raises UnknownOutcome, and ValueError without customers.
    """
    before, after = each(found, outcome)
    if not len(before):
        raise ValueError("nobody is in the segment")
    scale = Scale.VALUE if found.task is Task.REGRESSION else Scale.CHANCE
    unit = unit_for(scale, [float(np.abs(before).max()), float(np.abs(after).max())])
    edges = _edges(np.concatenate([before, after]))
    step = 0.5 * 10.0**-unit.decimals / (100 if scale is Scale.CHANCE else 1)
    change = after - before
    rose, fell = int((change >= step).sum()), int((change <= -step).sum())
    return Shift(
        edges=edges,
        before=np.histogram(before, edges)[0].astype("float64"),
        after=np.histogram(after, edges)[0].astype("float64"),
        mean_before=float(before.mean()),
        mean_after=float(after.mean()),
        rose=rose,
        fell=fell,
        same=len(change) - rose - fell,
        unit=unit,
        subject=subject(outcome or outcomes(found)[0], scale, found.target),
    )


def _edges(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
        room = max(abs(low), 1.0) * 0.01
        return np.array([low - room, high + room])
    return np.linspace(low, high, BINS + 1)


def draw(shown: Shift, look: Look) -> Drawing:
    """Before as bars in grey, after as a line in the outcome's colour; averages stand upright."""
    say, scale = look.say, shown.unit.scale
    edges = drawn(shown.edges, scale)
    fig = figure(0)
    fig.add_trace(_bars(shown, edges, look))
    fig.add_trace(_line(shown, edges, look))
    means = [float(drawn(m, scale)) for m in (shown.mean_before, shown.mean_after)]
    lines = [upright(mean) for mean in means]
    lines[1]["line"] = {"color": OUTCOME, "width": 2}
    fig.update_layout(
        height=HEIGHT,
        bargap=0.06,
        shapes=lines,
        showlegend=True,
        legend={"orientation": "h", "y": 1.12, "x": 0},
        xaxis_title=plot_text(say(f"charts_segment.axis.{scale}", subject=shown.subject)),
        yaxis_title=plot_text(say(f"{KEY}.axis")),
    )
    return Drawing(fig, _title(shown, look), _sentence(shown, look), _table(shown, look))


def _bars(shown: Shift, edges: Floats, look: Look) -> go.Bar:
    return go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=100 * shown.before / shown.customers,
        width=np.diff(edges),
        name=plot_text(look.say(f"{KEY}.before")),
        marker={"color": QUIET, "line": {"color": NEUTRAL, "width": 1}},
        customdata=_hovers(shown, shown.before, look),
        hovertemplate="%{customdata}<extra></extra>",
    )


def _line(shown: Shift, edges: Floats, look: Look) -> go.Scatter:
    """A step from each edge to the next, closed at both ends."""
    heights = 100 * shown.after / shown.customers
    texts = _hovers(shown, shown.after, look)
    return go.Scatter(
        x=np.concatenate([edges[:1], edges]),
        y=np.concatenate([[0.0], heights, [0.0]]),
        name=plot_text(look.say(f"{KEY}.after")),
        mode="lines",
        line={"color": OUTCOME, "width": 2.5, "shape": "hv"},
        customdata=[texts[0], *texts, texts[-1]],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _hovers(shown: Shift, counts: Floats, look: Look) -> list[str]:
    levels = [shown.unit.level(shown.unit.shown(float(edge))) for edge in shown.edges]
    return [
        hover(
            look.say(
                f"{KEY}.hover", low=low, high=high, customers=n, share=n / max(shown.customers, 1)
            )
        )
        for low, high, n in zip(levels, levels[1:], counts.tolist(), strict=False)
    ]


def _title(shown: Shift, look: Look) -> str:
    unit = shown.unit
    first, last = unit.shown(shown.mean_before), unit.shown(shown.mean_after)
    way = "up" if last > first else "down" if last < first else "same"
    words = of(shown.subject, unit.scale, look.say)
    return look.say(
        f"{KEY}.title_{way}",
        of=words[:1].upper() + words[1:],
        before=unit.level(first),
        after=unit.level(last),
        difference=with_unit(unit.change(last - first), unit.scale, look.say),
    )


def _sentence(shown: Shift, look: Look) -> str:
    return look.say(
        f"{KEY}.sentence",
        customers=shown.customers,
        rose=shown.rose,
        fell=shown.fell,
        same=shown.same,
    )


def _table(shown: Shift, look: Look) -> pd.DataFrame:
    edges = np.round(drawn(shown.edges, shown.unit.scale), shown.unit.decimals + 2)
    say = look.say
    return pd.DataFrame(
        {
            say(f"{KEY}.from"): edges[:-1],
            say(f"{KEY}.to"): edges[1:],
            say(f"{KEY}.before"): shown.before.astype(int),
            say(f"{KEY}.after"): shown.after.astype(int),
        }
    )


def example() -> Shift:
    """Points for tests."""
    chance = np.random.default_rng(0)
    before = chance.beta(2, 5, 1_000)
    after = np.clip(before + chance.normal(0.05, 0.03, 1_000), 0, 1)
    rows = np.arange(1_000)
    classes = ("no", "yes <b>%{x}</b>")
    found = Shifted(
        Task.BINARY, "Revenue", classes, rows, before, after, before != after, 1_000, 1_000, 1_000
    )
    return points(found)


CHART = Chart("shift", draw, example)
