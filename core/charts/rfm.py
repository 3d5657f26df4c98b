"""The RFM grid: quintiles of recency and frequency with the segments of the field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from core.behaviour.pictures.rfm import RULES, SCORES, Group, Rfm, Segment
from core.behaviour.pictures.windows import Window
from core.behaviour.recorded import DAY
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import INK, NEUTRAL, OTHER, OUTCOME
from core.charts.effects import figure
from core.charts.grouping import few_hidden, hover
from core.charts.times import dated, scale
from core.intervals import wilson
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_behaviour.rfm"
HEIGHT = 470
NAME, NUMBERS = 12, 11  # sizes of what stands in cells


def draw(shown: Rfm, look: Look) -> Drawing:
    """Five by five cells, the most recent right and the most frequent on top."""
    say = look.say
    fig = figure(5).update_layout(height=HEIGHT)
    cells = {(group.recency, group.frequency): group for group in shown.groups}
    z = [[_strength(cells.get((r, f)), shown) for r in SCORES] for f in SCORES]
    fig.add_heatmap(
        z=z,
        x=list(SCORES),
        y=list(SCORES),
        zmin=0,
        zmax=max(float(np.nanmax([*np.ravel(z), 0.0])), 0.01),
        colorscale=scale(OUTCOME if shown.window else OTHER),
        showscale=False,
        hoverinfo="skip",
    )
    groups = [group for group in shown.groups if group.customers or group.hidden]
    fig.add_scatter(
        x=[group.recency for group in groups],
        y=[group.frequency - 0.14 for group in groups],
        mode="text",
        text=[plot_text(_numbers(group, shown, say)) for group in groups],
        textfont={"color": INK[look.dark], "size": NUMBERS},
        customdata=[_hover(group, shown, say) for group in groups],
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.update_layout(shapes=[_border(name) for name in RULES], annotations=_names(look))
    for update, title, ranges in (
        (fig.update_xaxes, "x", shown.recencies),
        (fig.update_yaxes, "y_money" if shown.money else "y", shown.frequencies),
    ):
        bare = shown.money and update == fig.update_yaxes
        update(
            title=plot_text(say(f"{KEY}.{title}")),
            tickvals=list(SCORES),
            ticktext=[plot_text(_score(score, None if bare else ranges, say)) for score in SCORES],
            range=[0.5, 5.5],
            showgrid=False,
            fixedrange=True,
        )
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _strength(group: Group | None, shown: Rfm) -> float:
    if group is None or group.hidden or not group.customers:
        return float("nan")
    return (group.bought if shown.window else group.customers) / (
        group.customers if shown.window else max(shown.customers, 1)
    )


def _numbers(group: Group, shown: Rfm, say: Phrases) -> str:
    if group.hidden:
        return say(f"{KEY}.few")
    facts = {"customers": group.customers, "rate": group.bought / group.customers}
    return say(f"{KEY}.cell_rate" if shown.window else f"{KEY}.cell", **facts)


def _hover(group: Group, shown: Rfm, say: Phrases) -> str:
    named = say(f"{KEY}.segment.{group.segment}")
    if group.hidden:
        return hover(named, say(f"{KEY}.few"))
    lines = [
        say(
            f"{KEY}.hover",
            name=named,
            customers=group.customers,
            share=_part([group], shown, "customers"),
            revenue=_part([group], shown, "revenue"),
        )
    ]
    if shown.window:
        rate = group.bought / group.customers
        lines.append(say(f"{KEY}.hover_rate", bought=group.bought, rate=rate))
    return hover(*lines)


def _part(groups: Iterable[Group], shown: Rfm, what: str) -> float:
    """The share of all customers or of the revenue that groups have."""
    whole = getattr(shown, what)
    found = sum(getattr(group, what) for group in groups)
    return float(found / whole) if whole > 0 else float("nan")


def _border(name: Segment) -> dict[str, Any]:
    (r_low, r_high), (f_low, f_high) = RULES[name]
    ends = {"x0": r_low - 0.5, "x1": r_high + 0.5, "y0": f_low - 0.5, "y1": f_high + 0.5}
    return {"type": "rect", **ends, "line": {"color": NEUTRAL, "width": 1.5}}


def _names(look: Look) -> list[dict[str, Any]]:
    """Each segment's name at the top of its cells."""
    return [
        {
            "x": (r_low + r_high) / 2,
            "y": f_high + 0.28,
            "text": f"<b>{plot_text(look.say(f'{KEY}.segment.{name}'))}</b>",
            "showarrow": False,
            "font": {"color": INK[look.dark], "size": NAME},
        }
        for name, ((r_low, r_high), (_, f_high)) in RULES.items()
    ]


def _score(score: int, ranges: dict[int, tuple[int, int]] | None, say: Phrases) -> str:
    if ranges is None:
        return say(f"{KEY}.score_only", score=score)
    if score not in ranges:
        return say(f"{KEY}.score_none", score=score)
    low, high = ranges[score]
    return say(
        f"{KEY}.score" if low < high else f"{KEY}.score_one", score=score, low=low, high=high
    )


def _title(shown: Rfm, say: Phrases) -> str:
    if not shown.customers:
        return say(f"{KEY}.title_empty")
    best = max(RULES, key=lambda name: _revenue(shown, name))
    groups = shown.of(best)
    facts = {
        "name": say(f"{KEY}.segment.{best}"),
        "share": _part(groups, shown, "customers"),
        "revenue": _part(groups, shown, "revenue"),
    }
    if not shown.window:
        return say(f"{KEY}.title", **facts)
    everyone = sum(group.bought for group in shown.groups) / shown.customers
    rate = sum(group.bought for group in groups) / sum(group.customers for group in groups)
    return say(f"{KEY}.title_rate", rate=rate, all=everyone, **facts)


def _revenue(shown: Rfm, name: Segment) -> tuple[float, int]:
    """Revenue of a segment; where there are no amounts, its purchases."""
    groups = shown.of(name)
    if not any(group.customers for group in groups):
        return (float("-inf"), 0)
    return sum(g.revenue for g in groups), sum(g.purchases for g in groups)


def _sentence(shown: Rfm, say: Phrases) -> str:
    ends = {"since": dated(shown.since), "moment": dated(shown.moment - 1)}
    said = [say(f"{KEY}.sentence", customers=shown.customers, **ends)]
    if shown.window:
        begin, end = dated(shown.window.begin), dated(shown.window.end - 1)
        said.append(say(f"{KEY}.after", begin=begin, end=end))
    else:
        said.append(say(f"{KEY}.volume"))
    said.append(few_hidden(sum(group.hidden for group in shown.groups), say))
    return " ".join(said).strip()


def _table(shown: Rfm, say: Phrases) -> pd.DataFrame:
    rows = [_row(name, shown, say) for name in RULES]
    return pd.DataFrame([row for row in rows if row])


def _row(name: Segment, shown: Rfm, say: Phrases) -> dict[str, object]:
    groups = [group for group in shown.of(name) if group.customers]
    customers = sum(group.customers for group in groups)
    each = max(customers, 1)
    found: dict[str, object] = {
        "segment": say(f"{KEY}.segment.{name}"),
        "rule": _rule(name, shown, say),
        "customers": customers,
        "customers_share": round(100 * _part(groups, shown, "customers"), 2),
        "revenue": round(sum(group.revenue for group in groups), 2),
        "revenue_share": round(100 * _part(groups, shown, "revenue"), 2),
        "recency": round(sum(g.days for g in groups) / each, 1) if customers else None,
        "purchases_each": round(sum(g.purchases for g in groups) / each, 2) if customers else None,
        "spend": round(sum(g.revenue for g in groups) / each, 2) if customers else None,
    }
    if shown.window:
        bought = sum(group.bought for group in groups)
        low, high = (float(end) for end in wilson(bought, each))
        rates = {"rate": bought / each, "low": low, "high": high}
        found |= {k: round(100 * rate, 2) if customers else None for k, rate in rates.items()}
    return {say(f"charts_behaviour.table.{key}"): value for key, value in found.items()}


def _rule(name: Segment, shown: Rfm, say: Phrases) -> str:
    r, f = (
        say(f"{KEY}.either", low=low, high=high) if low < high else str(low)
        for low, high in RULES[name]
    )
    return say(f"{KEY}.rule_money" if shown.money else f"{KEY}.rule", r=r, f=f)


def example() -> Rfm:
    """Points for tests."""
    chance = np.random.default_rng(0)
    groups = []
    for r in SCORES:
        for f in (1, 3, 4, 5):
            customers = int(40 + 20 * abs(r + f - 6) + chance.integers(0, 40))
            bought = int(customers * (0.03 * r + 0.07 * f))
            revenue = round(customers * f * float(chance.uniform(30, 60)), 2)
            groups.append(Group(r, f, customers, customers * f, revenue, customers * 40, bought))
    groups[1] = Group(1, 3, 0, hidden=True)
    cutoff = 20_393 * DAY
    return Rfm(
        tuple(groups),
        {1: (201, 364), 2: (120, 200), 3: (61, 119), 4: (20, 60), 5: (0, 19)},
        {1: (1, 1), 3: (2, 2), 4: (3, 4), 5: (5, 31)},
        cutoff,
        cutoff - 365 * DAY,
        False,
        Window(cutoff, cutoff - 365 * DAY, cutoff, cutoff + 60 * DAY),
    )


CHART = Chart("rfm", draw, example)
