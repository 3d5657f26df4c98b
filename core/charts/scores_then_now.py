"""What the model predicted of held-out customers then, and predicts of the new ones now."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER
from core.charts.effects import upright
from core.charts.then_now import overlaid
from core.drift.columns import MATTERS
from core.drift.comparison import Spread
from core.drift.correction import ALPHA
from core.drift.spreads import spread
from core.schema import Kind
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_drift.scores"
WORDS = "charts_drift"
HUNDRED = 100


def draw(shown: Spread, look: Look) -> Drawing:
    """Two histograms in common bins; where the best tenth begins is dotted, then and now."""
    say, times = look.say, HUNDRED if shown.of else 1
    fig = overlaid(shown.bars, (float(times), Kind.NUMBER), say)
    lines = [upright(cut * times) for cut in shown.cut]
    for line, colour in zip(lines, (NEUTRAL, OTHER), strict=True):
        line["line"] = {"color": colour, "width": 2, "dash": "dot"}
    axis = say(f"{KEY}.axis_{_kind(shown)}", of=shown.of or shown.target)
    fig.update_layout(shapes=lines)
    fig.update_xaxes(title=plot_text(axis))
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def how(shown: Spread) -> str:
    """The ending of a key: as they were but for chance, moved too little to matter, or moved."""
    if shown.p > ALPHA:
        return "_same"
    return "_little" if shown.beyond < MATTERS else ""


def _kind(shown: Spread) -> str:
    return "chance" if shown.of else "value"


def _title(shown: Spread, say: Phrases) -> str:
    key = f"{KEY}.title_{_kind(shown)}{how(shown)}"
    return say(key, of=shown.of, then=shown.means[0].value, now=shown.means[1].value)


def _sentence(shown: Spread, say: Phrases) -> str:
    then, now = shown.means
    words = say(
        f"{KEY}.{_kind(shown)}",
        then_low=then.low,
        then_high=then.high,
        now_low=now.low,
        now_high=now.high,
        cut_then=shown.cut[0],
        cut_now=shown.cut[1],
        over=shown.over,
    )
    if shown.above is None:
        return words
    facts = {"threshold": shown.threshold, "then": shown.above[0], "now": shown.above[1]}
    return f"{words} {say(f'{KEY}.above', **facts)}"


def _table(shown: Spread, say: Phrases) -> pd.DataFrame:
    times = HUNDRED if shown.of else 1
    return pd.DataFrame(
        {
            say(f"{WORDS}.from"): [round(times * bar.low, 4) for bar in shown.bars],
            say(f"{WORDS}.to"): [round(times * bar.high, 4) for bar in shown.bars],
            say(f"{WORDS}.rows_then"): [bar.then for bar in shown.bars],
            say(f"{WORDS}.rows_now"): [bar.now for bar in shown.bars],
        }
    )


def example() -> Spread:
    """Points for tests."""
    chance = np.random.default_rng(0)
    scores = chance.beta(2, 6, 900), chance.beta(2, 4, 700)
    return spread("yes <b>%{x}</b>", scores, threshold=0.5)


CHART = Chart("scores_then_now", draw, example)
