"""One customer's events in time, with what features see and what is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.behaviour.pictures.life import Happening, Life
from core.behaviour.pictures.windows import Window
from core.behaviour.recorded import DAY
from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, OUTCOME, QUIET
from core.charts.effects import figure, name, name_rows
from core.charts.grouping import hover
from core.charts.times import AFTER, GAP, LOOKBACK, clock, dated, see_through
from core.explain.values import cut
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_behaviour.life"
SMALLEST, LARGEST = 8, 26  # pixels of a mark
ROW = 42
BAND = 0.14
KINDS_AT_MOST = 12


def draw(shown: Life, look: Look) -> Drawing:
    """A row a kind, a mark an event; purchases are warm and as large as what was paid."""
    say = look.say
    kinds = _kinds(shown)
    fig = figure(len(kinds)).update_layout(hovermode="closest", height=_height(len(kinds)))
    for bought, colour in ((False, OTHER), (True, OUTCOME)):
        events = [each for each in shown.happenings if each.buys is bought]
        rows = [min(kinds.index(each.kind), KINDS_AT_MOST - 1) for each in events]
        fig.add_scatter(
            x=[each.at for each in events],
            y=rows,
            mode="markers",
            marker={
                "color": colour,
                "size": _sizes(events, shown),
                "opacity": 0.75,
                "line": {"width": 1, "color": QUIET},
            },
            customdata=[_hover(each, say) for each in events],
            hovertemplate="%{customdata}<extra></extra>",
        )
    name_rows(fig, [name(kind) for kind in kinds[:KINDS_AT_MOST]] or [""])
    fig.update_yaxes(title=plot_text(say(f"{KEY}.y")), showgrid=True, gridcolor=QUIET)
    fig.update_xaxes(type="date", title=plot_text(say(f"{KEY}.x")), showgrid=False)
    if shown.window is not None:
        fig.update_layout(
            shapes=_bands(shown.window), annotations=[_cutoff(shown.window, say)], margin_t=28
        )
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _height(kinds: int) -> int:
    return 130 + ROW * max(min(kinds, KINDS_AT_MOST), 4)


def _kinds(shown: Life) -> list[str]:
    """The kinds of a customer, the most frequent last: purchases are rare and wanted on top."""
    kinds = [each.kind for each in shown.happenings]
    buying = {each.kind for each in shown.happenings if each.buys}
    return sorted(dict.fromkeys(kinds), key=lambda kind: (kind not in buying, kinds.count(kind)))


def _sizes(events: list[Happening], shown: Life) -> list[float]:
    """Areas go with amounts; events without one are small."""
    amounts = [abs(each.amount or 0.0) for each in shown.happenings]
    most = max(amounts, default=0.0) or 1.0
    room = LARGEST - SMALLEST
    return [SMALLEST + room * float(np.sqrt(abs(each.amount or 0.0) / most)) for each in events]


def _hover(each: Happening, say: Phrases) -> str:
    lines = [each.kind, clock(each.at)]
    if each.amount is not None:
        lines.append(say(f"{KEY}.hover_amount", amount=each.amount))
    lines += [word for word in (each.product, each.category) if word]
    return hover(*lines)


def _bands(window: Window) -> list[dict[str, Any]]:
    parts = (
        (LOOKBACK, window.since, window.cutoff),
        (GAP, window.cutoff, window.begin),
        (AFTER, window.begin, window.end),
    )
    whole = {"type": "rect", "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    found: list[dict[str, Any]] = [
        whole | {"x0": begin, "x1": end, "fillcolor": see_through(colour, BAND),
                 "line": {"width": 0}}
        for colour, begin, end in parts
        if end > begin
    ]  # fmt: skip
    line = {"color": NEUTRAL, "width": 1.5, "dash": "dash"}
    return [
        *found,
        whole | {"type": "line", "x0": window.cutoff, "x1": window.cutoff, "line": line},
    ]


def _cutoff(window: Window, say: Phrases) -> dict[str, Any]:
    return {
        "x": window.cutoff, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
        "text": plot_text(say(f"{KEY}.cutoff", date=dated(window.cutoff))),
    }  # fmt: skip


def _title(shown: Life, say: Phrases) -> str:
    facts = {"customer": cut(shown.customer), "bought": shown.bought, "all": shown.all}
    if not shown.happenings:
        return say(f"{KEY}.title_empty", **facts)
    if shown.window is None:
        first, last = shown.happenings[0].at, shown.happenings[-1].at
        return say(f"{KEY}.title_no_cutoff", first=dated(first), last=dated(last), **facts)
    before = [each.at for each in shown.happenings if each.at < shown.window.cutoff]
    if not before:
        return say(f"{KEY}.title_none_before", **facts)
    return say(f"{KEY}.title", last=(shown.window.cutoff - 1 - before[-1]) // DAY, **facts)


def _sentence(shown: Life, say: Phrases) -> str:
    said = [say(f"{KEY}.sentence")]
    window = shown.window
    if window is not None:
        inside = [e for e in shown.happenings if window.begin <= e.at < window.end]
        after = len({e.purchase for e in inside if e.buys})
        days = {
            "since": dated(window.since),
            "cutoff": dated(window.cutoff - 1),
            "begin": dated(window.begin),
            "end": dated(window.end - 1),
        }
        said.append(say(f"{KEY}.windows", after=after, **days))
        if window.end > shown.last + DAY:
            said.append(say(f"{KEY}.beyond"))
    if shown.all > len(shown.happenings):
        said.append(say(f"{KEY}.some", shown=len(shown.happenings), all=shown.all))
    return " ".join(said)


def _table(shown: Life, say: Phrases) -> pd.DataFrame:
    latest = shown.happenings[::-1]
    return pd.DataFrame(
        {
            say("charts_behaviour.table.at"): [clock(each.at) for each in latest],
            say("charts_behaviour.table.kind"): [each.kind for each in latest],
            say("charts_behaviour.table.amount"): [each.amount for each in latest],
            say("charts_behaviour.table.product"): [each.product for each in latest],
            say("charts_behaviour.table.category"): [each.category for each in latest],
        }
    )


def example() -> Life:
    """Points for tests."""
    chance = np.random.default_rng(0)
    happenings = []
    for day in sorted(chance.integers(20_100, 20_440, 60)):
        at = int(day) * DAY + int(chance.integers(0, DAY))
        happenings.append(Happening(at, "view", False, None, f"P{day % 9} <i>", "toys %{x}"))
        if chance.random() < 0.3:
            amount = round(float(chance.lognormal(3.5, 0.8)), 2)
            happenings.append(
                Happening(at + 60_000, "order", True, amount, "P1", "books", f"o{at}")
            )
        if chance.random() < 0.1:
            happenings.append(Happening(at + 90_000, "return <b>", False, 20.0, "P1", "books"))
    cutoff = 20_393 * DAY
    window = Window(cutoff, cutoff - 180 * DAY, cutoff + 7 * DAY, cutoff + 37 * DAY)
    bought = sum(each.buys for each in happenings)
    some = tuple(sorted(happenings, key=lambda each: each.at))
    return Life("C01251 <b>%{x}", some, len(some) + 12, bought, window, 20_453 * DAY)


CHART = Chart("life", draw, example)
