"""The funnel: how many customers take each step in order."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from core.behaviour.pictures.funnel import Funnel, Step
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import OTHER, OUTCOME
from core.charts.effects import figure, name, name_rows
from core.charts.grouping import few_hidden, hover
from core.charts.times import lasting
from core.explain.values import cut
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_behaviour.funnel"
ROOM = 1.45  # of the longest bar: its label stands beside it


def draw(shown: Funnel, look: Look) -> Drawing:
    """A bar a step, the last one warm: it is what is wanted."""
    say, steps = look.say, shown.steps
    fig = figure(len(steps))
    places = list(range(len(steps)))
    fig.add_bar(
        x=[step.customers for step in steps],
        y=places,
        orientation="h",
        marker_color=[OUTCOME if place == places[-1] else OTHER for place in places],
        text=[plot_text(_label(shown, place, say)) for place in places],
        textposition="outside",
        cliponaxis=False,
        customdata=[hover(steps[place].kind, _hover(shown, place, say)) for place in places],
        hovertemplate="%{customdata}<extra></extra>",
    )
    name_rows(fig, [name(step.kind) for step in steps])
    most = max((step.customers for step in steps), default=0)
    fig.update_xaxes(
        title=plot_text(say(f"{KEY}.axis")), range=[0, ROOM * max(most, 1)], tickformat=",d"
    )
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _label(shown: Funnel, place: int, say: Phrases) -> str:
    step = shown.steps[place]
    if step.hidden:
        return say(f"{KEY}.label_hidden")
    known = place and not shown.steps[place - 1].hidden
    facts = {"customers": step.customers, "share": shown.of_before(place)}
    return say(f"{KEY}.label" if known else f"{KEY}.label_first", **facts)


def _hover(shown: Funnel, place: int, say: Phrases) -> str:
    step = shown.steps[place]
    if step.hidden:
        return say(f"{KEY}.label_hidden")
    return say(
        f"{KEY}.hover",
        customers=step.customers,
        before=shown.of_before(place) if place else float("nan"),
        all=shown.of_all(place),
        time=lasting(step.days, say),
    )


def _title(shown: Funnel, say: Phrases) -> str:
    known = [step for step in shown.steps if not step.hidden]
    if not known or not known[0].customers:
        return say(f"{KEY}.title_empty")
    end = cut(shown.steps[-1].kind)
    losses = [(one.customers - other.customers, one) for one, other in pairwise(known)]
    if not losses:
        return say(f"{KEY}.title_one", customers=known[0].customers, end=cut(known[0].kind))
    lost, before = max(losses, key=lambda loss: loss[0])
    if not lost:
        return say(f"{KEY}.title_none", end=end)
    facts = {"customers": before.customers, "before": cut(before.kind)}
    return say(f"{KEY}.title", lost=lost, end=end, **facts)


def _sentence(shown: Funnel, say: Phrases) -> str:
    steps = shown.steps
    session = shown.within is None
    within = say(f"{KEY}.session") if session else say(f"{KEY}.days", days=shown.within)
    customers, reached = (steps[0].customers, steps[-1].customers) if steps else (0, 0)
    hidden = sum(step.hidden for step in steps)
    said = []
    if not steps or not (steps[0].hidden or steps[-1].hidden):
        facts = {"customers": customers, "reached": reached, "within": within}
        whole = shown.of_all(len(steps) - 1) if steps else float("nan")
        said.append(say(f"{KEY}.sentence", share=whole, **facts))
    if len(steps) > 1 and reached:
        pair = {"end": cut(steps[-1].kind), "before": cut(steps[-2].kind)}
        said.append(say(f"{KEY}.time", time=lasting(steps[-1].days, say), **pair))
    return " ".join([*said, few_hidden(hidden, say)]).strip()


def _table(shown: Funnel, say: Phrases) -> pd.DataFrame:
    def column(key: str) -> str:
        return say(f"charts_behaviour.table.{key}")

    places = range(len(shown.steps))
    return pd.DataFrame(
        {
            column("step"): [step.kind for step in shown.steps],
            column("customers"): [None if s.hidden else s.customers for s in shown.steps],
            column("before"): [round(100 * shown.of_before(place), 2) for place in places],
            column("all"): [round(100 * shown.of_all(place), 2) for place in places],
            column("time"): [lasting(step.days, say) for step in shown.steps],
        }
    )


def example() -> Funnel:
    """Points for tests."""
    nothing = float("nan")
    steps = (
        Step("view", 4_812, nothing),
        Step("add_to_cart <b>%{x}", 2_050, 0.0021),
        Step("checkout", 1_266, 0.04),
        Step("order", 1_007, 1.6),
    )
    return Funnel(steps, 7)


CHART = Chart("funnel", draw, example)
